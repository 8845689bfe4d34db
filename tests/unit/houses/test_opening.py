"""A house is opened with everything that citizens need, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from kiosk.errors import KioskError
from kiosk.houses import hours, opening, store
from kiosk.houses.opening import Details


def details(**changes: Any) -> Details:
    usual = {"name": "France services de Lavelanet", "phone": "05 36 49 00 30"}
    return Details(**{**usual, **changes})


def test_a_house_keeps_what_was_said_of_it(session: Session):
    made = opening.open_house(
        session,
        details(
            address=" 1 rue  Basse ",
            email="lavelanet@EXEMPLE.fr",
            accessible_contact="SMS 06 39 98 00 12",
            territory="re",
            week={0: [(540, 720)]},
        ),
    )
    session.commit()

    found = store.house(session, made.id)
    assert (found.phone, found.email) == ("+33536490030", "lavelanet@exemple.fr")
    assert (found.address, found.accessible_contact) == ("1 rue Basse", "SMS 06 39 98 00 12")
    assert (found.territory, found.time_zone) == ("RE", "Indian/Reunion")
    assert hours.week_of(found)[0] == [(540, 720)]
    assert hours.week_of(found)[6] == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " \u200b "}, "house.no_name"),
        ({"name": "x" * 121}, "house.too_long"),
        ({"phone": " "}, "house.no_phone"),
        ({"phone": "12"}, "contact.bad_phone"),
        ({"email": "nobody"}, "contact.bad_email"),
        ({"territory": "DE"}, "house.bad_territory"),
        ({"time_zone": "Europe/Atlantis"}, "house.bad_time_zone"),
        ({"time_zone": "../../etc/passwd"}, "house.bad_time_zone"),
        ({"time_zone": "Europe"}, "house.bad_time_zone"),
        ({"time_zone": "europe/paris"}, "house.bad_time_zone"),
        ({"time_zone": "\0"}, "house.bad_time_zone"),
        ({"accessible_contact": "x" * 301}, "house.too_long"),
    ],
)
def test_a_house_that_lacks_something_is_refused(
    session: Session, changes: dict[str, str], code: str
):
    with pytest.raises(KioskError) as refused:
        opening.open_house(session, details(**changes))

    assert refused.value.code == code
    assert store.houses(session) == []


@pytest.mark.parametrize(("territory", "time_zone"), sorted(opening.TERRITORIES.items()))
def test_every_territory_has_a_time_zone_that_exists(territory: str, time_zone: str):
    assert opening.time_zone_exists(time_zone)
