"""``python -m kiosk first-run``, ``house``, ``account``: each answers in lines or a sentence."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.houses import store
from kiosk.houses.accounts import check_password
from kiosk.houses.model import Role
from kiosk.run.command_line import main
from kiosk.storage.database import Database

Command = Callable[..., str]
"""Run a command; return what it printed, or the sentence it ended with."""

FIRST_RUN = (
    *("first-run", "--name", "Odile Garnier", "--login", "odile", "--password-stdin"),
    *("--house-name", "France services de Lavelanet", "--house-phone", "05 36 49 00 30"),
    *("--house-address", "1 rue Basse", "--hours", "lundi-vendredi 9h-12h, 14h-17h"),
)


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """A fresh installation; ``typed`` is what stands on standard input."""
    monkeypatch.setenv("KIOSK_INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("KIOSK_SECRET_KEY", "a secret that is long enough for tests")

    def run(*arguments: str, typed: str = "") -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        capsys.readouterr()
        ended = main(arguments)
        return capsys.readouterr().out if ended == 0 else str(ended)

    return run


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'kiosk.sqlite3'}")


def test_the_first_run_makes_the_administrator_the_house_and_its_manager(
    run: Command, database: Database
):
    said = run(
        *FIRST_RUN, "--manager-name", "Mona Levy", "--manager-login", "mona", typed="trois mots ici"
    )

    assert "Administrateur : odile" in said
    assert "mona choisit son mot de passe : http://localhost:8000/agent/nouveau-mot-" in said
    assert "odile choisit" not in said
    with database.session() as session:
        assert check_password(session, "odile", "trois mots ici").is_administrator
        mona = store.agent_by_login(session, "mona")
        assert mona is not None
        assert [one.role for one in mona.memberships] == [Role.MANAGER]
    database.close()
    assert "Le premier démarrage est déjà fait" in run(*FIRST_RUN, typed="trois mots ici")
    assert run("house", "list").split("\t")[:2] == ["1", "France services de Lavelanet"]


@pytest.mark.parametrize(
    ("arguments", "typed", "sentence"),
    [
        (FIRST_RUN, "court", "Un mot de passe a au moins 10 signes"),
        (FIRST_RUN[:-4], "trois mots ici", "Il manque une option : Adresse (--house-address)"),
        ((*FIRST_RUN, "--time-zone", "Europe/Atlantis"), "trois mots ici", "fuseau horaire"),
        ((*FIRST_RUN, "--house-phone", ""), "trois mots ici", "pas de numéro de téléphone"),
        ((*FIRST_RUN, "--hours", "lundi 12h-9h"), "trois mots ici", "horaires ne se lisent pas"),
        ((*FIRST_RUN, "--login", "o d"), "trois mots ici", "Un identifiant a de 2 à 80"),
        (("account", "add", "--name", "Bo", "--login", "bo"), "", "Dites dans quel espace"),
        (
            ("account", "add", "--name", "Bo", "--login", "bo", "--house", "9"),
            "",
            "Il n'y a pas d'espace n° 9",
        ),
        (("account", "reset", "nobody"), "", "Ce compte n’existe pas"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_nothing_is_made(
    run: Command, database: Database, arguments: tuple[str, ...], typed: str, sentence: str
):
    assert sentence in run(*arguments, typed=typed)

    with database.session() as session:
        assert (list(store.houses(session)), list(store.accounts(session))) == ([], [])
    database.close()


def test_houses_and_accounts_are_added_one_by_one(run: Command):
    run("house", "add", "--name", "Belmont", "--phone", "05 36 49 00 20", "--address", "14 rue")
    said = run(
        *("account", "add", "--name", "Léa", "--login", "lea", "--house", "1"),
        *("--role", "manager"),
    )

    assert "lea choisit son mot de passe : " in said
    assert run("account", "list") == "lea\tLéa\topen\tmanager@1\n"
    assert "/agent/nouveau-mot-de-passe#" in run("account", "reset", "lea")
    taken = run("account", "add", "--name", "Léa", "--login", "LEA", "--house", "1")
    assert "Cet identifiant est déjà pris" in taken


def test_an_account_is_closed_and_opened_again_but_never_the_last_administrator(
    run: Command, database: Database
):
    run(*FIRST_RUN, typed="trois mots ici")
    run("account", "add", "--name", "Léa", "--login", "lea", "--house", "1")

    assert "Cette personne est le dernier administrateur" in run("account", "close", "odile")
    assert run("account", "close", "LEA") == "Compte fermé : lea\n"
    assert "lea\tLéa\tclosed" in run("account", "list")
    assert "Ce compte n’existe pas" in run("account", "close", "lea")
    assert "/agent/nouveau-mot-de-passe#" in run("account", "reopen", "lea")
    assert "Ce compte n’existe pas" in run("account", "reopen", "lea")
    assert "lea\tLéa\topen" in run("account", "list")
    with database.session() as session:
        odile = store.agent_by_login(session, "odile")
        assert odile is not None
    database.close()
