"""axe-core in the page: every rule of WCAG 2.2 A and AA, EN 301 549 and RGAA 4 it knows."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from tests.drivers.screen import Screen

SOURCE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = (
    *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"),
    *("EN-301-549", "RGAAv4", "best-practice"),
)

_RUN = """
async (tags) => {
  const { violations } = await axe.run(document, {
    runOnly: { type: "tag", values: tags },
    resultTypes: ["violations"],
  });
  return violations.map(({ id, help, nodes }) => ({
    id,
    help,
    nodes: nodes.map((node) => ({
      target: node.target.join(" "),
      html: node.html,
      why: node.failureSummary,
    })),
  }));
}
"""


def assert_accessible(screen: Screen, *, without: tuple[str, ...] = ()) -> None:
    """Fail with each rule broken, where, and why. ``without`` names rules to leave out."""
    # Evaluated by the driver, outside the page's content policy; nothing of it is ever served.
    screen.evaluate(f"() => {{ {_source()} }}")
    broken = [rule for rule in screen.evaluate(_RUN, list(TAGS)) if rule["id"] not in without]
    assert not broken, f"{screen.address}\n" + "\n".join(_readable(rule) for rule in broken)


@cache
def _source() -> str:
    return SOURCE.read_text()


def _readable(rule: dict[str, Any]) -> str:
    places = "\n".join(
        f"    {node['target']}\n      {node['html'][:160]}\n      {_one_line(node['why'])}"
        for node in rule["nodes"]
    )
    return f"  {rule['id']}: {rule['help']}\n{places}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
