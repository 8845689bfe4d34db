"""What every test gets: no network beyond this machine, and browsers that share one worker."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher
from hypothesis import settings as hypothesis_settings
from pytest_socket import socket_allow_hosts
from xdist.scheduler import LoadScopeScheduling

from kiosk.houses import accounts
from kiosk.language import languages
from tests.builders import applications, catalogues, databases
from tests.drivers.ports import OWN_ADDRESS

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

    from tests.drivers.server import RunningServer

# The suite draws the same examples each time; `make properties` draws new ones.
hypothesis_settings.register_profile("suite", derandomize=True)
hypothesis_settings.register_profile("search", derandomize=False, print_blob=True)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

databases.share_compiled_statements()
applications.share_compiled_routes()
applications.share_assets()


@pytest.fixture(autouse=True)
def stay_on_this_machine() -> None:
    """A test that calls out fails with the address it wanted."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost", OWN_ADDRESS], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the same argon2id with less work: hundreds of tests open accounts."""
    monkeypatch.setattr(
        accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )


@pytest.fixture(scope="session")
def bracketed_catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like ``translations/`` where every language is active and in brackets."""
    return catalogues.every_language(tmp_path_factory.mktemp("translations"))


@pytest.fixture
def every_language(bracketed_catalogues: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every language of ``languages.toml`` is active, each with a catalogue in brackets."""
    monkeypatch.setattr(languages, "FOLDER", bracketed_catalogues)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Chromium's driver. A module's, not a session's: while it lives, its thread has a running
    event loop, and other tests need one of their own."""
    # Imported here: most tests need no browser, and these imports take half a second.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """Run the real server, seeded with the demonstration, for the tests of one module."""
    from tests.drivers.server import running_server

    with running_server() as running:
        yield running


class _Together(LoadScopeScheduling):
    """Tests of one file share a worker, for the server and the browser they have in common.

    All journeys marked ``call`` share one, because a call needs a whole core. The mark is read from
    the file: this process collects no tests, and pytest 9.2 ignores the groups of xdist 3.8.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "calls" if _is_a_journey_with_a_call(self.config.rootpath / file) else file


@functools.cache
def _is_a_journey_with_a_call(file: Path) -> bool:
    return file.parent.name == "journeys" and "pytest.mark.call" in file.read_text()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Decide which tests share a worker."""
    return _Together(config, log)
