"""What media tests share: a time limit for each async test, and one certificate."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Awaitable, Callable

import pytest
from aiortc import RTCCertificate

from kiosk.media.plane.transport.dtls import PlaneCertificate

TEST_S = 30.0


@pytest.fixture(scope="session")
def certificate() -> RTCCertificate:
    """One certificate for every plane: making it is not what is tested."""
    return PlaneCertificate.generateCertificate()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark everything in this folder, and end an async test after TEST_S."""
    item.add_marker(pytest.mark.media)
    assert isinstance(item, pytest.Function)
    if inspect.iscoroutinefunction(item.obj):
        item.obj = _bounded(item.obj)


def _bounded(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    # In the test's own task: a timeout opened by a fixture would cancel the fixture's task.
    @functools.wraps(test)
    async def within_limit(**arguments: object) -> None:
        async with asyncio.timeout(TEST_S):
            await test(**arguments)

    return within_limit
