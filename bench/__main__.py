"""Run every measurement and print it; ends with status 1 when a bound of ours is not kept."""

from __future__ import annotations

import sys
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench import page_weight
from kiosk.demo import Demo
from tests.drivers.chromium import EXECUTABLE, FLAGS
from tests.drivers.house import running_house


def visit_begun(browser: Browser, demo: Demo) -> Any:
    """Follow the demonstration's link; return the cookies of somebody on the path."""
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(demo.join_url)
    page.get_by_role("button", name="Commencer").click()
    page.wait_for_url("**/parcours/**")
    state = context.storage_state()
    context.close()
    return state


def main() -> int:
    """Weigh the two pages on which a citizen types."""
    with running_house() as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=list(FLAGS))
        state = visit_begun(browser, house.demo)
        pages = {
            "code (home page)": page_weight.measure(browser, f"{house.url}/", "#code"),
            "name (on the path)": page_weight.measure(
                browser, f"{house.url}/parcours/nom", "#citizen-name", state
            ),
        }
        browser.close()
    print(page_weight.table(pages))  # noqa: T201 - the table is what this command is for
    return 0 if all(page_weight.within_bounds(weight) for weight in pages.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
