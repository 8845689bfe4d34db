"""A server with the number of open files that most systems give: 1024."""

from __future__ import annotations

import resource
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.drivers.server import RunningServer, running_server

USUAL_FILES = 1024


@contextmanager
def few_files() -> Iterator[None]:
    """Give the processes started meanwhile the usual soft limit of open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(USUAL_FILES, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """Run the real server as most systems would start it."""
    with few_files():
        context = running_server()
        running = context.__enter__()
    try:
        urllib.request.urlopen(running.url, timeout=10).close()  # the first page is slower
        yield running
    finally:
        context.__exit__(None, None, None)
