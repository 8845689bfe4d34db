"""Links with which somebody chooses a password: once, in time, and by message where it can be."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.errors import NotAllowed, NotFound
from kiosk.houses import account_links, accounts, invitations
from kiosk.houses.account_links import AccountKeys
from kiosk.houses.model import AccountLink, Agent, House, LinkPurpose
from kiosk.notifications import kinds, queue, subjects
from kiosk.notifications.leases import Lease, claim_due
from kiosk.storage.database import writing
from tests.builders import cast

URL = "https://visio.exemple.fr"
LIVES = [(LinkPurpose.INVITATION, timedelta(days=7)), (LinkPurpose.RESET, timedelta(hours=2))]


@pytest.fixture
def keys() -> AccountKeys:
    return AccountKeys("a secret long enough for the tests of links")


@pytest.fixture
def mona(session: Session, sainte_foy: House) -> Agent:
    """Somebody who has not chosen a password yet."""
    return cast.account(
        session, sainte_foy, "mona", "Mona Levy", email="mona@exemple.fr", password="",
        digest=accounts.NOT_CHOSEN,
    )  # fmt: skip


def invited(
    session: Session,
    keys: AccountKeys,
    account: Agent,
    now: datetime,
    purpose: LinkPurpose = LinkPurpose.INVITATION,
) -> tuple[AccountLink, str]:
    with writing(session):
        link = invitations.invite(session, keys, account, purpose, language="fr", now=now)
    return link, keys.address(link, URL)


def choose(session: Session, keys: AccountKeys, token: str, password: str, now: datetime) -> None:
    digest = accounts.digest_of(password)
    with writing(session):
        link, account = invitations.account_of(session, keys, token, now=now)
        invitations.choose_password(session, link, account, digest)


def test_before_a_password_is_chosen_none_opens_the_account(session: Session, mona: Agent):
    for password in ("", "-", "bonjour-madame"):
        with pytest.raises(NotAllowed):
            accounts.check_password(session, "mona", password)


@pytest.mark.parametrize(("purpose", "life"), LIVES)
def test_a_link_works_once_and_in_time(
    session: Session, keys: AccountKeys, mona: Agent, now: datetime,
    purpose: LinkPurpose, life: timedelta,
):  # fmt: skip
    _, token = invited(session, keys, mona, now, purpose)
    with pytest.raises(NotFound):
        invitations.account_of(session, keys, token, now=now + life)

    choose(session, keys, token, "trois mots choisis", now + life - timedelta(seconds=1))

    assert accounts.check_password(session, "mona", "trois mots choisis") is mona
    with pytest.raises(NotFound) as refused:
        choose(session, keys, token, "une seconde fois", now)
    assert refused.value.code == "account_link.bad"


def test_using_one_link_ends_the_others_of_the_account_and_of_nobody_else(
    session: Session, keys: AccountKeys, mona: Agent, lea: Agent, now: datetime
):
    _, first = invited(session, keys, mona, now)
    _, second = invited(session, keys, mona, now, LinkPurpose.RESET)
    _, leas = invited(session, keys, lea, now, LinkPurpose.RESET)

    choose(session, keys, second, "trois mots choisis", now)

    with pytest.raises(NotFound):
        invitations.account_of(session, keys, first, now=now)
    assert invitations.account_of(session, keys, leas, now=now)[1] is lea


def test_the_link_of_the_first_run_chooses_no_password(
    session: Session, keys: AccountKeys, now: datetime
):
    with writing(session):
        link = account_links.make(session, keys, LinkPurpose.FIRST_RUN, now=now)

    with pytest.raises(NotFound):
        invitations.account_of(session, keys, keys.address(link, URL), now=now)


def test_the_link_of_a_closed_account_opens_nothing(
    session: Session, keys: AccountKeys, mona: Agent, now: datetime
):
    _, token = invited(session, keys, mona, now)
    with writing(session):
        mona.active = False

    with pytest.raises(NotFound):
        invitations.account_of(session, keys, token, now=now)


@pytest.mark.parametrize(("purpose", "life"), LIVES)
def test_the_message_holds_the_same_link_and_waits_without_it(
    session: Session, keys: AccountKeys, mona: Agent, now: datetime,
    purpose: LinkPurpose, life: timedelta,
):  # fmt: skip
    link, address = invited(session, keys, mona, now, purpose)

    (lease,) = claim_due(session, now=now, channel="email", lease=timedelta(minutes=4))

    facts = facts_of(session, keys, lease)
    assert (lease.kind, lease.recipient) == (f"account_{purpose}", "mona@exemple.fr")
    assert (facts.link, facts.login, facts.house_name) == (
        address, "mona", "France services Sainte-Foy",
    )  # fmt: skip
    assert lease.expires_at == now + life
    token = address.partition("#")[2]
    row = queue.about(session, invitations.SUBJECT_TYPE, link.id)[0]
    assert token not in repr([vars(row), facts])


def test_a_message_about_a_used_link_is_not_sent(
    session: Session, keys: AccountKeys, mona: Agent, now: datetime
):
    _, token = invited(session, keys, mona, now)
    (lease,) = claim_due(session, now=now, channel="email", lease=timedelta(minutes=4))

    choose(session, keys, token, "trois mots choisis", now)

    assert facts_of(session, keys, lease) is None


def test_without_an_address_nothing_is_queued(
    session: Session, keys: AccountKeys, lea: Agent, now: datetime
):
    link, _ = invited(session, keys, lea, now)

    assert queue.about(session, invitations.SUBJECT_TYPE, link.id) == []


def test_expired_links_are_forgotten(
    session: Session, keys: AccountKeys, mona: Agent, now: datetime
):
    _, token = invited(session, keys, mona, now, LinkPurpose.RESET)
    invited(session, keys, mona, now)

    with writing(session):
        account_links.forget(session, now=now + timedelta(hours=2))

    with pytest.raises(NotFound):
        invitations.account_of(session, keys, token, now=now)
    assert len(session.query(AccountLink).all()) == 1


def test_the_owner_knows_every_fact_that_the_messages_state():
    stated = {
        field
        for kind in kinds.every().values()
        if kind.subject_type == invitations.SUBJECT_TYPE
        for field in kind.facts.__dataclass_fields__
    }

    assert stated <= set(invitations.LinkValues.__dataclass_fields__)


def facts_of(session: Session, keys: AccountKeys, lease: Lease):
    owners = {invitations.SUBJECT_TYPE: invitations.AccountLinkSubject(keys, URL)}
    return subjects.facts_of(session, owners, lease)
