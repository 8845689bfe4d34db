"""The first run makes everything or nothing, once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.errors import Conflict, KioskError, NotFound
from kiosk.houses import account_links, accounts, first_run, store
from kiosk.houses.account_links import AccountKeys
from kiosk.houses.first_run import Somebody
from kiosk.houses.model import AccountLink, Agent, House, LinkPurpose, Role
from kiosk.houses.opening import Details
from kiosk.storage.database import writing

HOUSE = Details(name="France services de Lavelanet", phone="05 36 49 00 30")
ODILE = Somebody(name="Odile Garnier", login="Odile", digest="a digest")
MONA = Somebody(name="Mona Levy", login="mona", email="mona@exemple.fr")


@pytest.fixture
def keys() -> AccountKeys:
    return AccountKeys("a secret long enough for the tests of links")


def token_of(keys: AccountKeys, link: AccountLink | None) -> str:
    assert link is not None
    return keys.address(link, "https://visio.exemple.fr")


def test_the_administrator_a_house_and_another_manager_are_made_at_once(session: Session):
    with writing(session):
        made = first_run.complete(session, administrator=ODILE, house=HOUSE, manager=MONA)

    assert made.administrator.is_administrator
    assert made.administrator.login == "odile"
    assert made.administrator.houses == []
    assert made.manager is not None
    assert made.house is not None
    assert made.manager.role_in(made.house.id) == Role.MANAGER
    assert made.manager.password_digest == accounts.NOT_CHOSEN
    assert first_run.somebody_can_work(session)


def test_the_administrator_may_be_the_manager_too(session: Session):
    with writing(session):
        made = first_run.complete(session, administrator=ODILE, house=HOUSE, manager=None)

    assert made.manager is made.administrator
    assert [house.name for house in made.administrator.houses] == [HOUSE.name]


@pytest.mark.parametrize(
    ("house", "manager"),
    [
        (Details(name="Sans téléphone", phone=""), MONA),
        (HOUSE, Somebody(name="Une autre", login="odile")),
    ],
)
def test_nothing_is_made_when_one_thing_is_refused(
    session: Session, keys: AccountKeys, house: Details, manager: Somebody, now: datetime
):
    token = token_of(keys, first_run.offer(session, keys, now=now))

    link = first_run.look(session, keys, token, now=now)
    with pytest.raises(KioskError), writing(session):
        first_run.complete(session, administrator=ODILE, house=house, manager=manager, link=link)

    assert store.accounts(session) == []
    assert store.houses(session) == []
    assert first_run.look(session, keys, token, now=now) is not None


def test_the_second_of_two_is_refused(session: Session, keys: AccountKeys, now: datetime):
    token = token_of(keys, first_run.offer(session, keys, now=now))
    with writing(session):
        link = first_run.look(session, keys, token, now=now)
        first_run.complete(session, administrator=ODILE, house=HOUSE, manager=None, link=link)

    with pytest.raises(Conflict) as refused:
        first_run.look(session, keys, token, now=now)
    assert refused.value.code == "first_run.done"
    with pytest.raises(Conflict), writing(session):
        first_run.complete(session, administrator=MONA, house=HOUSE, manager=None)
    assert len(store.accounts(session)) == 1


def test_each_start_replaces_the_link_of_the_one_before(
    session: Session, keys: AccountKeys, now: datetime
):
    first = token_of(keys, first_run.offer(session, keys, now=now))
    second = token_of(keys, first_run.offer(session, keys, now=now))

    with pytest.raises(NotFound) as refused:
        first_run.look(session, keys, first, now=now)
    assert refused.value.code == "first_run.bad_link"
    assert first_run.look(session, keys, second, now=now) is not None


def test_the_link_ends_after_a_day(session: Session, keys: AccountKeys, now: datetime):
    token = token_of(keys, first_run.offer(session, keys, now=now))
    almost = now + timedelta(days=1) - timedelta(seconds=1)

    assert first_run.look(session, keys, token, now=almost) is not None
    with pytest.raises(NotFound):
        first_run.look(session, keys, token, now=now + timedelta(days=1))


def test_no_link_is_offered_where_there_is_an_administrator(
    session: Session, keys: AccountKeys, odile: Agent, now: datetime
):
    assert first_run.offer(session, keys, now=now) is None


def test_where_houses_exist_only_the_administrator_is_missing(session: Session, nadia: Agent):
    assert first_run.somebody_can_work(session)
    assert not first_run.has_administrator(session)

    with writing(session):
        made = first_run.complete(session, administrator=ODILE, house=None, manager=None)

    assert (made.house, made.manager) == (None, None)


def test_a_house_with_agents_alone_is_not_ready(session: Session, lea: Agent, sainte_foy: House):
    assert not first_run.somebody_can_work(session)


def test_no_secret_is_stored(session: Session, keys: AccountKeys, now: datetime):
    token = token_of(keys, first_run.offer(session, keys, now=now)).partition("#")[2]

    row = session.scalars(select(AccountLink)).one()
    assert len(token) == account_links.TOKEN_LENGTH
    assert token not in (row.digest, row.seed.hex())
    other = AccountKeys("another secret, of another installation")
    assert other.token(LinkPurpose.FIRST_RUN, row.seed) != token


@pytest.mark.parametrize(
    "pasted", ["{}", "#{}", " https://x.fr/premier-demarrage#{} ", "https://x.fr/a#{}.", "{}\n"]
)
def test_a_link_is_found_in_what_was_pasted(pasted: str):
    token = "AbCdEfGhIjKlMnOpQrSt-_"

    assert account_links.clean_token(pasted.format(token)) == token


@pytest.mark.parametrize("pasted", ["", "x", "https://x.fr/premier-demarrage", "#AbCdEf"])
def test_what_holds_no_link_gives_none(pasted: str):
    assert account_links.clean_token(pasted) is None
