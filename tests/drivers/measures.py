"""What axe does not measure: room for a finger, and nothing wider than the screen."""

from __future__ import annotations

from tests.drivers.screen import Screen

TARGET_PX = 44

# A link inside a sentence is as tall as its line (WCAG 2.5.8, exception "inline"); everything else
# that is pressed has a target of its own, or shares its label's.
_SMALL = """
(least) => {
  const size = (control) => {
    const label = control.labels?.[0]?.getBoundingClientRect();
    const own = control.getBoundingClientRect();
    return Math.max(own.height, label?.height ?? 0);
  };
  const inSentence = (link) =>
    link.matches("a") && getComputedStyle(link).display === "inline" &&
    link.parentElement.textContent.trim() !== link.textContent.trim();
  return [...document.querySelectorAll("a, button, input, select, textarea, summary")]
    .filter((control) => control.checkVisibility({ visibilityProperty: true }))
    .filter((control) => control.getBoundingClientRect().width > 1 && !inSentence(control))
    .filter((control) => size(control) < least - 0.5)
    .map((control) => `${Math.round(size(control))} px: ${control.outerHTML.slice(0, 120)}`);
}
"""

_WIDER = """
() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 0) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5)
    .map((element) => element.outerHTML.slice(0, 120));
}
"""


def assert_fingers_fit(screen: Screen) -> None:
    """Fail with every control less than 44 px high (twice WCAG 2.2's least)."""
    small = screen.evaluate(_SMALL, TARGET_PX)
    assert not small, f"{screen.address}: too small for a finger:\n" + "\n".join(small)


def assert_no_sideways_scroll(screen: Screen) -> None:
    """Fail with what is wider than the screen (WCAG 1.4.10)."""
    wide = screen.evaluate(_WIDER)
    assert not wide, f"{screen.address}: wider than the screen:\n" + "\n".join(wide)
