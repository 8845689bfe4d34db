"""What wrong codes cost, and whom: the person who guesses, not the building they sit in."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from kiosk import clock
from kiosk.web.limits import limiter
from tests.pages.citizen.conftest import Book, Citizen, Room, plain
from tests.pages.inspector import InspectingClient

TELEPHONE = "05 57 41 00 00"


@pytest.fixture(autouse=True)
def nobody_has_asked_yet(app: Flask) -> None:
    limiter.reset()


def neighbour(app: Flask, address: str = "127.0.0.1") -> Citizen:
    """Return somebody with a browser of their own, behind this address."""
    browser = app.test_client()
    assert isinstance(browser, InspectingClient)
    browser.environ_base["REMOTE_ADDR"] = address
    return Citizen(browser)


def guess_until_locked(citizen: Citizen, room: Room, now: datetime, *, tries: int = 8) -> datetime:
    """Type this many wrong passwords, one a minute; return the hour after the last."""
    for guess in range(tries):
        with clock.fixed(now + timedelta(minutes=guess)):
            citizen.types(room.keys.code, "tatata")
    return now + timedelta(minutes=tries)


def test_somebody_who_is_locked_out_locks_nobody_else_of_the_building(
    app: Flask, citizen: Citizen, room: Room, book: Book, now: datetime
):
    roberts = book()

    later = guess_until_locked(citizen, room, now)

    with clock.fixed(later):
        assert citizen.types(room.keys.code, "tatata").status_code == 429
        answer = neighbour(app).types(roberts.keys.code, roberts.keys.password)
    assert answer.status_code == 303


def test_a_link_opens_its_room_however_often_codes_were_wrong(
    citizen: Citizen, room: Room, now: datetime
):
    later = guess_until_locked(citizen, room, now)

    with clock.fixed(later):
        assert citizen.comes_by_link(room).status_code == 303


def test_wrong_links_lock_nobody(citizen: Citizen, room: Room):
    for _ in range(12):
        token = citizen.browser.token("/rdv")
        data = {"csrf_token": token, "token": "x" * 22}
        assert citizen.browser.post("/rdv", data=data).status_code == 404

    assert citizen.types(room.keys.code, room.keys.password).status_code == 303


def test_one_password_is_not_guessed_with_many_browsers(
    app: Flask, citizen: Citizen, room: Room, now: datetime
):
    for guess in range(12):
        with clock.fixed(now + timedelta(minutes=guess)):
            neighbour(app, f"198.51.100.{guess}").types(room.keys.code, "tatata")

    with clock.fixed(now + timedelta(minutes=12)):
        answer = neighbour(app, "198.51.100.99").types(room.keys.code, room.keys.password)
    assert answer.status_code == 429


def test_a_code_that_does_not_exist_is_slowed_like_one_that_does(
    app: Flask, room: Room, now: datetime
):
    unknown = "111222333" if room.keys.code != "111222333" else "444555666"
    answers = {}
    for code in (room.keys.code, unknown):
        statuses = []
        for guess in range(14):
            with clock.fixed(now + timedelta(seconds=guess)):
                someone = neighbour(app, f"198.51.100.{guess}")
                statuses.append(someone.types(code, "tatata").status_code)
        answers[code] = statuses

    assert answers[room.keys.code] == answers[unknown]
    assert 429 in answers[unknown]


def test_an_address_that_goes_on_with_fresh_browsers_is_locked(
    app: Flask, room: Room, now: datetime
):
    for guess in range(60):
        with clock.fixed(now + timedelta(seconds=guess)):
            neighbour(app).types(f"{guess:09d}", "tatata")

    with clock.fixed(now + timedelta(seconds=61)):
        locked = neighbour(app).types(room.keys.code, room.keys.password)
        elsewhere = neighbour(app, "198.51.100.1").types(room.keys.code, room.keys.password)
    assert (locked.status_code, elsewhere.status_code) == (429, 303)


def test_two_slips_before_each_right_code_lock_no_building(app: Flask, book: Book, now: datetime):
    rooms = [book() for _ in range(3)]  # a room has twenty live visits at the most
    for person in range(40):
        room = rooms[person % 3]
        limiter.reset()  # these forty come within ten minutes, not within ten seconds
        with clock.fixed(now + timedelta(seconds=10 * person)):
            someone = neighbour(app)
            someone.types(f"{person:09d}", "tatata")
            someone.types(f"{person:09d}", "tatata")
            right = room.keys.code, room.keys.password
            assert someone.types(*right, who="other").status_code == 303


def test_time_lowers_the_count(citizen: Citizen, room: Room, now: datetime):
    for _ in range(3):
        citizen.types(room.keys.code, "tatata")

    with clock.fixed(now + timedelta(minutes=20)):
        citizen.types(room.keys.code, "tatata")
        assert citizen.types(room.keys.code, room.keys.password).status_code == 303


@pytest.mark.parametrize("tries", [3, 8])
def test_the_slow_and_the_locked_page_show_the_telephone(
    citizen: Citizen, room: Room, now: datetime, tries: int
):
    later = guess_until_locked(citizen, room, now, tries=tries - 1)

    with clock.fixed(later):
        citizen.types(room.keys.code, "tatata")
        answer = citizen.types(room.keys.code, room.keys.password)

    assert answer.status_code == 429
    assert TELEPHONE in plain(answer.text)
    assert 'href="tel:' in answer.text


def test_a_wrong_link_shows_the_telephone(citizen: Citizen, room: Room):
    token = citizen.browser.token("/rdv")

    answer = citizen.browser.post("/rdv", data={"csrf_token": token, "token": "x" * 22})

    assert TELEPHONE in plain(answer.text)


def test_too_many_requests_show_the_telephone_too(citizen: Citizen, room: Room):
    token = citizen.browser.token("/rdv")
    data = {"csrf_token": token, "token": "x" * 22}
    for _ in range(61):
        answer = citizen.browser.post("/rdv", data=data)

    assert answer.status_code == 429
    assert TELEPHONE in plain(answer.text)
