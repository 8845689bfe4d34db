// @ts-check
/** Gives life to elements marked `data-module="name"`. One call a page, in its entry. */

/**
 * A behaviour attached to one element. `connect()` starts it, `disconnect()` undoes everything.
 * @typedef {{ connect(): void, disconnect(): void }} Behaviour
 * @typedef {new (element: any) => Behaviour} BehaviourClass
 */

/**
 * Connect every marked element under `root`.
 * @param {Record<string, BehaviourClass>} classes by the name written in `data-module`
 * @param {ParentNode} [root]
 * @returns {() => void} undoes it
 */
export function boot(classes, root = document) {
  /** @type {Behaviour[]} */
  const living = [];
  for (const element of root.querySelectorAll("[data-module]")) {
    const Behaviour = classes[/** @type {HTMLElement} */ (element).dataset.module ?? ""];
    if (Behaviour) {
      const behaviour = new Behaviour(element);
      behaviour.connect();
      living.push(behaviour);
    }
  }
  return () => living.splice(0).forEach((behaviour) => behaviour.disconnect());
}
