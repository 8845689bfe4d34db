"""Accounts and their memberships: who works where, as what, and when an account closes."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from kiosk.errors import Conflict, NotAllowed, NotFound
from kiosk.houses import accounts, store
from kiosk.houses.model import Agent, House, Role
from kiosk.storage.database import writing
from tests.builders import cast
from tests.builders.cast import PASSWORD


def test_an_agent_works_in_their_house_and_manages_none(
    lea: Agent, sainte_foy: House, castillon: House
):
    assert lea.houses == [sainte_foy]
    assert (lea.works_in(sainte_foy.id), lea.works_in(castillon.id)) == (True, False)
    assert (lea.manages(sainte_foy.id), lea.manages(castillon.id)) == (False, False)


def test_a_manager_manages_their_house_and_no_other(
    nadia: Agent, sainte_foy: House, castillon: House
):
    assert (nadia.works_in(sainte_foy.id), nadia.works_in(castillon.id)) == (True, False)
    assert (nadia.manages(sainte_foy.id), nadia.manages(castillon.id)) == (True, False)


def test_a_role_is_held_in_one_house_only(
    session: Session, lea: Agent, sainte_foy: House, castillon: House
):
    with writing(session):
        accounts.join_house(session, castillon, " LEA ", Role.MANAGER)

    assert (lea.role_in(sainte_foy.id), lea.role_in(castillon.id)) == (Role.AGENT, Role.MANAGER)
    assert (lea.manages(sainte_foy.id), lea.manages(castillon.id)) == (False, True)
    assert [house.name for house in store.houses_of(session, lea)] == [
        "France services Castillon",
        "France services Sainte-Foy",
    ]
    assert store.agents_of(session, castillon.id) == [lea]


def test_an_administrator_works_in_every_house_and_manages_it_without_a_membership(
    session: Session, odile: Agent, sainte_foy: House, castillon: House
):
    assert odile.houses == []
    assert store.houses_of(session, odile) == [castillon, sainte_foy]
    assert odile.works_in(castillon.id)
    assert odile.manages(sainte_foy.id)
    assert store.agents_of(session, sainte_foy.id) == []


def test_an_account_without_a_house_is_an_administrator_s(session: Session):
    with pytest.raises(ValueError, match="needs a house"):
        accounts.open_account(
            session, house=None, login="lea", name="Léa Martin", password=PASSWORD
        )


@pytest.mark.parametrize(("login", "refused"), [("lea", Conflict), ("nobody", NotFound)])
def test_a_member_already_and_an_unknown_login_are_not_added(
    session: Session, lea: Agent, sainte_foy: House, login: str, refused: type[Exception]
):
    with pytest.raises(refused):
        accounts.join_house(session, sainte_foy, login, Role.MANAGER)

    assert lea.role_in(sainte_foy.id) == Role.AGENT


def test_an_account_closes_with_its_last_house(
    session: Session, lea: Agent, nadia: Agent, sainte_foy: House, castillon: House
):
    with writing(session):
        accounts.join_house(session, castillon, "lea", Role.AGENT)

    with writing(session):
        accounts.leave_house(session, lea.id, sainte_foy, by=nadia)
    assert (lea.active, lea.houses) == (True, [castillon])

    with writing(session):
        accounts.leave_house(session, lea.id, castillon, by=nadia)
    assert (lea.active, lea.houses) == (False, [castillon])
    assert store.agent_by_login(session, "lea") is None
    assert store.login_is_known(session, "lea")


def test_an_administrator_who_leaves_a_house_stays_one(
    session: Session, odile: Agent, nadia: Agent, sainte_foy: House
):
    with writing(session):
        accounts.join_house(session, sainte_foy, "odile", Role.AGENT)
        accounts.leave_house(session, odile.id, sainte_foy, by=nadia)

    assert (odile.active, odile.houses) == (True, [])


def test_nobody_leaves_a_house_of_which_they_are_no_member(
    session: Session, odile: Agent, nadia: Agent, castillon: House
):
    for account in (odile, nadia):
        with pytest.raises(NotFound):
            accounts.leave_house(session, account.id, castillon, by=odile)


def test_nobody_ends_their_own_work(session: Session, nadia: Agent, sainte_foy: House):
    with pytest.raises(Conflict):
        accounts.leave_house(session, nadia.id, sainte_foy, by=nadia)

    assert nadia.active


ACCENTED = "été-à-la-mer"


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize("chosen", ["NFC", "NFD"])
def test_a_password_opens_whatever_way_a_system_writes_its_accents(
    session: Session, sainte_foy: House, chosen: str, form: str
):
    with writing(session):
        made = accounts.open_account(
            session,
            house=sainte_foy,
            login="rose",
            name="Rose",
            password=unicodedata.normalize(chosen, ACCENTED),
        )

    typed = unicodedata.normalize(form, ACCENTED)
    assert accounts.check_password(session, "rose", typed) is made
    assert accounts.check_password(session, "rose", f" {typed}\n") is made


@pytest.mark.parametrize("stored", ["ﬁn-du-mois", " avec des espaces "])
def test_a_password_of_before_that_was_stored_as_typed_opens_still(
    session: Session, lea: Agent, stored: str
):
    with writing(session):
        lea.password_digest = PasswordHasher().hash(stored)

    assert accounts.check_password(session, lea.login, stored) is lea
    with pytest.raises(NotAllowed):
        accounts.check_password(session, lea.login, stored.upper())


@pytest.mark.parametrize("password", [" " * 10, "\u200b" * 12, "a         ", "\u3164" * 10])
def test_a_password_that_shows_nothing_is_too_short(password: str):
    with pytest.raises(ValueError, match="at least"):
        accounts.digest_of(password)


# -- who decides about whom, and who may not be the last to go -------------------------------------


def test_the_last_administrator_cannot_be_closed_by_anybody(session: Session, odile: Agent):
    for by in (None, odile):
        with pytest.raises(Conflict, match=r"account\.last_administrator"):
            accounts.close(session, odile.id, by=by)

    other = cast.account(session, None, "omar", "Omar", administrator=True)
    with pytest.raises(Conflict, match=r"account\.own"):
        accounts.close(session, odile.id, by=odile)
    with writing(session):
        accounts.close(session, odile.id, by=other)
    assert not odile.active


def test_the_last_manager_stays_where_there_is_no_administrator(
    session: Session, sainte_foy: House, lea: Agent, nadia: Agent
):
    for leave in (
        lambda: accounts.close(session, nadia.id, by=None),
        lambda: accounts.change_role(session, nadia, sainte_foy, Role.AGENT),
        lambda: accounts.leave_house(session, nadia.id, sainte_foy, by=lea),
    ):
        with pytest.raises(Conflict, match=r"account\.last_manager"):
            leave()

    with writing(session):
        accounts.change_role(session, lea, sainte_foy, Role.MANAGER)
        accounts.change_role(session, nadia, sainte_foy, Role.AGENT)
    assert lea.manages(sainte_foy.id)
    assert not nadia.manages(sainte_foy.id)


def test_the_last_manager_may_go_where_there_is_an_administrator(
    session: Session, sainte_foy: House, nadia: Agent, odile: Agent
):
    with writing(session):
        accounts.change_role(session, nadia, sainte_foy, Role.AGENT)

    assert nadia.role_in(sainte_foy.id) == Role.AGENT


def test_a_manager_decides_about_accounts_that_open_nothing_beyond_their_houses(
    session: Session, castillon: House, lea: Agent, nadia: Agent, odile: Agent
):
    assert accounts.may_decide_about(nadia, lea)
    assert not accounts.may_decide_about(lea, nadia)
    assert not accounts.may_decide_about(nadia, odile)
    assert accounts.may_decide_about(odile, nadia)

    with writing(session):
        accounts.join_house(session, castillon, "lea", Role.AGENT)
    assert not accounts.may_decide_about(nadia, lea)


def test_an_account_that_is_opened_again_needs_a_new_password(
    session: Session, lea: Agent, nadia: Agent
):
    with writing(session):
        accounts.close(session, lea.id, by=nadia)
    with pytest.raises(NotFound):
        accounts.close(session, lea.id, by=nadia)

    with writing(session):
        accounts.reopen(session, lea.id, by=nadia)

    assert lea.active
    assert len(lea.houses) == 1
    with pytest.raises(NotAllowed):
        accounts.check_password(session, "lea", PASSWORD)
    with pytest.raises(NotFound):
        accounts.reopen(session, lea.id, by=nadia)


@pytest.mark.parametrize(
    ("name", "login"),
    [
        ("Inès Petit", "ines.petit"),
        ("Jean-Noël  d'Œuvre", "jean.noel.d.oeuvre"),
        ("Léa", "lea2"),
        ("عائشة", "agent"),
        ("Ó", "agent"),
        ("x" * 120, "x" * 40),
    ],
)
def test_a_login_is_made_of_the_name(session: Session, lea: Agent, name: str, login: str):
    assert accounts.free_login(session, name) == login
