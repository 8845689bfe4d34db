"""A browser names itself well enough to be recognised in a list of one's own devices."""

from __future__ import annotations

import pytest

from kiosk.agent.browsers import described

MOZILLA = "Mozilla/5.0"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64; rv:153.0) Gecko/20100101 Firefox/153.0",
         ("computer", "Firefox", "Windows")),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
         " Chrome/140.0 Safari/537.36 Edg/140.0", ("computer", "Edge", "Windows")),
        (f"{MOZILLA} (Linux; Android 15; Pixel) AppleWebKit/537.36 (KHTML, like Gecko)"
         " Chrome/140.0 Mobile Safari/537.36", ("phone", "Chrome", "Android")),
        (f"{MOZILLA} (Linux; Android 13; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko)"
         " SamsungBrowser/25.0 Chrome/121 Safari/537.36",
         ("tablet", "Samsung Internet", "Android")),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
         " Version/18.0 Mobile/15E148 Safari/604.1", ("phone", "Safari", "iOS")),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0"
         " Safari/605.1.15", ("computer", "Safari", "macOS")),
        ("curl/8", ("", "", "")),
        ("", ("", "", "")),
    ],
)  # fmt: skip
def test_kind_browser_and_system_are_named(user_agent: str, device: tuple[str, str, str]):
    assert tuple(described(user_agent).values()) == device
