"""One press for all tests of a worker, and the documents it printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.printing import cards, guides, worker
from kiosk.printing.cards import AppointmentCard
from kiosk.printing.guides import HousePrint
from tests.guides.paper import Paper

SAINTE_FOY = HousePrint(
    name="France services Sainte-Foy",
    phone="05 57 41 00 00",
    address="2 place de la Mairie, 33220 Sainte-Foy-la-Grande",
)
HOME_PAGE = "https://visio.sainte-foy.example/"

AMINA = AppointmentCard(
    citizen_name="Amina Ben Salah",
    agent_name="Léa Martin",
    house_name=SAINTE_FOY.name,
    house_phone=SAINTE_FOY.phone,
    house_address=SAINTE_FOY.address,
    starts_at=datetime(2026, 12, 1, 13, 30, tzinfo=UTC),
    time_zone="Europe/Paris",
    duration_min=30,
    join_url="https://visio.sainte-foy.example/r/kJ8sQm2vTx4bN7pLw9ZrYa#tulipe-4821",
    short_url="https://visio.sainte-foy.example",
    room_code="483920175",
    password="tulipe-4821",
    valid_until=datetime(2026, 12, 1, 15, 0, tzinfo=UTC),
    language="fr",
)

GUIDES = [(info.slug, language) for info in guides.list_guides() for language in info.languages]
CARDS = [("card", language) for language in ("fr", "en")]


@pytest.fixture(scope="session", autouse=True)
def press() -> Iterator[None]:
    """The application's own press, stopped when the tests are over."""
    yield
    worker.stop()


@pytest.fixture(scope="session")
def file_paper(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], Paper]:
    """Put printed bytes where other tools can read them."""

    def put(printed: bytes) -> Paper:
        path: Path = tmp_path_factory.mktemp("paper") / "document.pdf"
        path.write_bytes(printed)
        return Paper(path)

    return put


@pytest.fixture(scope="session", params=GUIDES + CARDS, ids="-".join)
def printed(
    request: pytest.FixtureRequest, file_paper: Callable[[bytes], Paper]
) -> tuple[str, str, Paper]:
    """Every document in every language: its name, its language and the paper."""
    name, language = request.param
    if name == "card":
        pdf = cards.print_card(replace(AMINA, language=language))
    else:
        pdf = guides.pdf(name, language, house=SAINTE_FOY, join_url=HOME_PAGE)
    return name, language, file_paper(pdf)
