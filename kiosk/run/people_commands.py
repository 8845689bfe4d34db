"""``python -m kiosk first-run``, ``house`` and ``account``: houses and people, in a terminal.

The names of commands and options stay (decision 0351). What is not given is asked for where
somebody can answer; a password is never an option, for a process list shows options.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from kiosk import clock, create_app
from kiosk.appointments import departures
from kiosk.errors import KioskError, NotFound
from kiosk.houses import accounts, first_run, hours, invitations, opening, store
from kiosk.houses.account_links import AccountKeys
from kiosk.houses.model import Agent, House, LinkPurpose, Role
from kiosk.houses.opening import Details
from kiosk.media.embedded import EmbeddedEngine
from kiosk.messaging import contacts
from kiosk.run.instance import load_settings
from kiosk.run.upkeep import refusal as upkeep
from kiosk.run.upkeep import upgrade
from kiosk.settings import Settings
from kiosk.storage import schema
from kiosk.storage.database import Database, writing
from kiosk.web.error_pages import sentence_for

ADMINISTRATOR = "administrator"
BAD_HOURS = "Ces horaires ne se lisent pas. Exemple : --hours 'lundi-vendredi 9h-12h, 14h-17h'"
BAD_LOGIN = "Un identifiant a de 2 à 80 lettres sans accent, chiffres, points ou tirets."


Does = Callable[["Desk", argparse.Namespace], None]


class Refused(Exception):
    """A command did nothing; the message says why, in one sentence."""


class Desk:
    """What a command works with: the database, the keys, somebody to ask or nobody."""

    def __init__(self, settings: Settings, session: Session, app: Flask) -> None:
        self.session = session
        self.settings = settings
        self.keys = AccountKeys(settings.secret_key.get_secret_value())
        self.app = app
        self.now = clock.now()

    def ask(self, given: str | None, question: str, *, optional: bool = False) -> str:
        """Return an option, or what is answered to a question; raise Refused without both."""
        if given is not None or optional:
            return given or ""
        if not sys.stdin.isatty():
            raise Refused(f"Il manque une option : {question}")
        return input(f"{question} : ")

    def password(self, *, from_stdin: bool) -> str:
        """Return a digest of the password to be read; ``NOT_CHOSEN`` where none is given."""
        if from_stdin:
            typed = sys.stdin.readline().rstrip("\n")
        elif sys.stdin.isatty():
            typed = getpass.getpass("Mot de passe (vide : un lien pour le choisir) : ")
        else:
            typed = ""
        if not typed and not from_stdin:
            return accounts.NOT_CHOSEN
        try:
            return accounts.digest_of(typed)
        except ValueError:
            raise Refused("Un mot de passe a au moins 10 signes. Trois mots conviennent.") from None

    def invite(self, account: Agent, purpose: LinkPurpose = LinkPurpose.INVITATION) -> str:
        """Return the link with which somebody chooses their password; also sent where it can be."""
        link = invitations.invite(
            self.session,
            self.keys,
            account,
            purpose,
            language=self.settings.default_language,
            now=self.now,
        )
        return self.keys.address(link, self.settings.public_url)


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the commands."""
    first = commands.add_parser("first-run", help="make administrator, first house and manager")
    _person_options(first)
    for option in ("house-name", "house-phone", "house-address", "house-email"):
        first.add_argument(f"--{option}")
    _house_options(first)
    for option in ("manager-name", "manager-login", "manager-email"):
        first.add_argument(f"--{option}", help="another person than the administrator")
    first.set_defaults(act=partial(run, first_run_command))

    house = commands.add_parser("house", help="houses: add, list").add_subparsers(required=True)
    add = house.add_parser("add", help="add a house")
    for option in ("name", "phone", "address", "email"):
        add.add_argument(f"--{option}")
    _house_options(add)
    add.set_defaults(act=partial(run, house_add))
    house.add_parser("list", help="every house").set_defaults(act=partial(run, house_list))

    account = commands.add_parser("account", help="accounts: add, list, close, reopen, reset")
    kinds = account.add_subparsers(required=True)
    add = kinds.add_parser("add", help="open an account")
    _person_options(add)
    add.add_argument("--role", choices=[*Role, ADMINISTRATOR], default=Role.AGENT.value)
    add.add_argument("--house", type=int, help="number of the house (house list)")
    add.set_defaults(act=partial(run, account_add))
    kinds.add_parser("list", help="every account").set_defaults(act=partial(run, account_list))
    close = kinds.add_parser("close", help="close an account and end its sessions and calls")
    close.add_argument("login")
    close.add_argument("--to", help="login of who takes over the appointments")
    close.set_defaults(act=partial(run, account_close))
    reopen = kinds.add_parser("reopen", help="open a closed account again, by a link")
    reopen.add_argument("login")
    reopen.set_defaults(act=partial(run, account_reopen))
    reset = kinds.add_parser("reset", help="print a link to choose another password")
    reset.add_argument("login")
    reset.set_defaults(act=partial(run, account_reset))


def run(does: Does, chosen: argparse.Namespace) -> int | str:
    """Run one of these commands; return 0, or the sentence that says why it did nothing."""
    settings = load_settings()
    step = upgrade.look(settings)
    if step.before is None:
        schema.upgrade(settings.sqlalchemy_url)
    elif step.is_needed:
        # Not from here: an older server may be serving this database.
        raise upkeep.Refused("doctor.old_schema", schema=step.before)
    with _desk(settings) as desk:
        try:
            does(desk, chosen)
        except Refused as refused:
            return str(refused)
        except hours.BadHours:
            return BAD_HOURS
        except KioskError as refused:
            title, advice = sentence_for(refused)
            return f"{title}. {advice} ({refused.code})"
    return 0


def first_run_command(desk: Desk, chosen: argparse.Namespace) -> None:
    """Make the administrator and, where there is none, the first house and its manager."""
    if first_run.has_administrator(desk.session):
        raise KioskError("first_run.done")
    with_house = not first_run.has_house(desk.session)
    person = _somebody(desk, chosen, "de l'administrateur")
    house = _details(desk, chosen, prefix="house_") if with_house else None
    manager = None
    if with_house and (chosen.manager_name or chosen.manager_login):
        manager = first_run.Somebody(
            name=desk.ask(chosen.manager_name, "Nom du responsable (--manager-name)"),
            login=_login(desk.ask(chosen.manager_login, "Son identifiant (--manager-login)")),
            email=_email(chosen.manager_email),
        )
    with writing(desk.session):
        made = first_run.complete(desk.session, administrator=person, house=house, manager=manager)
        lines = [f"Administrateur : {made.administrator.login}"]
        if made.house is not None:
            lines.append(f"Espace n° {made.house.id} : {made.house.name}")
        people = {one.id: one for one in (made.administrator, made.manager) if one is not None}
        lines += [line for one in people.values() for line in _link(desk, one)]
    print("\n".join(lines))


def house_add(desk: Desk, chosen: argparse.Namespace) -> None:
    """Add a house."""
    details = _details(desk, chosen)
    with writing(desk.session):
        made = opening.open_house(desk.session, details)
        line = f"Espace n° {made.id} : {made.name}"
    print(line)


def house_list(desk: Desk, _chosen: argparse.Namespace) -> None:
    """Print every house with its number."""
    for one in store.houses(desk.session):
        print(f"{one.id}\t{one.name}\t{contacts.display_phone(one.phone)}\t{one.time_zone}")


def account_add(desk: Desk, chosen: argparse.Namespace) -> None:
    """Open an account; without a password on standard input, print the link to choose one."""
    administrator = chosen.role == ADMINISTRATOR
    if chosen.house is None and not administrator:
        raise Refused("Dites dans quel espace : --house 1 (les numéros : house list).")
    person = _somebody(desk, chosen, "de la personne")
    with writing(desk.session):
        made = accounts.open_account(
            desk.session,
            house=_house(desk, chosen.house),
            login=person.login,
            name=person.name,
            email=person.email,
            digest=person.digest,
            role=Role.MANAGER if administrator else Role(chosen.role),
            administrator=administrator,
        )
        lines = [f"Compte : {made.login}", *_link(desk, made)]
    print("\n".join(lines))


def account_list(desk: Desk, _chosen: argparse.Namespace) -> None:
    """Print every account: login, name, state, roles."""
    for one in store.accounts(desk.session):
        roles = [f"{each.role}@{each.house_id}" for each in one.memberships]
        roles += [ADMINISTRATOR] if one.is_administrator else []
        state = "open" if one.active else "closed"
        print(f"{one.login}\t{one.name}\t{state}\t{' '.join(roles)}")


def account_reset(desk: Desk, chosen: argparse.Namespace) -> None:
    """Print a link with which somebody chooses another password."""
    with writing(desk.session):
        address = desk.invite(_active(desk, chosen.login), LinkPurpose.RESET)
    print(address)


def account_close(desk: Desk, chosen: argparse.Namespace) -> None:
    """Close an account in every house; its appointments pass to somebody else."""
    account = _active(desk, chosen.login)
    colleague = _active(desk, chosen.to) if chosen.to else None
    engine = EmbeddedEngine(desk.settings.media_socket)
    departures.close_account(
        desk.session, engine, account.id, by=None, now=desk.now, colleague=colleague
    )
    print(f"Compte fermé : {account.login}")


def account_reopen(desk: Desk, chosen: argparse.Namespace) -> None:
    """Open a closed account again; print the link with which a new password is chosen."""
    typed = chosen.login.strip().lower()
    found = [one for one in store.accounts(desk.session) if one.login.lower() == typed]
    if not found:
        raise KioskError("account.not_found")
    with writing(desk.session):
        account = accounts.reopen(desk.session, found[0].id, by=None)
        line = desk.invite(account)
    print(line)


def _active(desk: Desk, login: str) -> Agent:
    account = store.agent_by_login(desk.session, login)
    if account is None:
        raise KioskError("account.not_found")
    return account


@contextmanager
def _desk(settings: Settings) -> Iterator[Desk]:
    app = create_app(settings)
    database = Database(settings.sqlalchemy_url)
    # Sentences are translated as for a request that names no language.
    with database.session() as session, app.test_request_context():
        yield Desk(settings, session, app)
    database.close()


def _person_options(parser: argparse.ArgumentParser) -> None:
    for option in ("name", "login", "email"):
        parser.add_argument(f"--{option}")
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )


def _house_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--accessible-contact", help="how deaf people reach the house")
    parser.add_argument("--territory", default="FR", help="FR, RE, GP…")
    parser.add_argument("--time-zone", help="IANA name; by default the territory's")
    parser.add_argument("--hours", help="'lundi-jeudi 9h-12h, 14h-17h; samedi 9h-12h'")


def _somebody(desk: Desk, chosen: argparse.Namespace, whose: str) -> first_run.Somebody:
    return first_run.Somebody(
        name=desk.ask(chosen.name, f"Prénom et nom {whose} (--name)"),
        login=_login(desk.ask(chosen.login, "Identifiant (--login)")),
        email=_email(chosen.email),
        digest=desk.password(from_stdin=chosen.password_stdin),
    )


def _details(desk: Desk, chosen: argparse.Namespace, prefix: str = "") -> Details:
    def option(name: str) -> Any:
        return getattr(chosen, f"{prefix}{name}")

    flag = prefix.replace("_", "-")
    return Details(
        name=desk.ask(option("name"), f"Nom de l'espace (--{flag}name)"),
        phone=desk.ask(option("phone"), f"Téléphone (--{flag}phone)"),
        address=desk.ask(option("address"), f"Adresse (--{flag}address)"),
        email=option("email") or "",
        accessible_contact=chosen.accessible_contact or "",
        territory=chosen.territory,
        time_zone=chosen.time_zone or "",
        week=hours.read_week(chosen.hours or ""),
    )


def _house(desk: Desk, number: int | None) -> House | None:
    if number is None:
        return None
    try:
        return store.house(desk.session, number)
    except NotFound:
        raise Refused(f"Il n'y a pas d'espace n° {number} : house list les montre.") from None


def _login(typed: str) -> str:
    login = typed.strip()
    if not accounts.is_login(login):
        raise Refused(BAD_LOGIN)
    return login


def _email(typed: str | None) -> str:
    return contacts.normalise_email(typed) if typed else ""


def _link(desk: Desk, account: Agent) -> list[str]:
    """Return the lines with the link, for somebody who has no password yet."""
    if account.password_digest != accounts.NOT_CHOSEN:
        return []
    return [f"{account.login} choisit son mot de passe : {desk.invite(account)}"]
