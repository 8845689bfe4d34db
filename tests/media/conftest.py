"""What media tests share: async tests with a time limit, and one certificate."""

from __future__ import annotations

import asyncio
import inspect

import pytest
from aiortc import RTCCertificate

from kiosk.media.plane.transport.dtls import PlaneCertificate

TEST_S = 30.0


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run ``async def`` tests on a loop of their own; none may take longer than TEST_S."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in wanted}
    asyncio.run(asyncio.wait_for(pyfuncitem.obj(**arguments), TEST_S))
    return True


@pytest.fixture(scope="session")
def certificate() -> RTCCertificate:
    """One certificate for every plane: making it is not what is tested."""
    return PlaneCertificate.generateCertificate()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Everything in this folder carries the mark."""
    item.add_marker(pytest.mark.media)
