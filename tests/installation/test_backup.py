"""One file holds everything that links, cards, codes, passwords and sign-ins need."""

from __future__ import annotations

import os
import re
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from kiosk import clock, create_app
from kiosk.run.upkeep import archive
from kiosk.run.upkeep.backup import backup
from kiosk.run.upkeep.refusal import Refused
from kiosk.run.upkeep.restore import restore
from kiosk.settings import ROOT, Settings
from kiosk.storage import schema
from kiosk.storage.database import Database
from tests.builders import old_installation
from tests.builders.old_installation import FACTS, NOW, SECRET, settings_of
from tests.drivers.server import RunningServer
from tests.pages.inspector import InspectingClient
from tests.storage.test_copies import writers

OPEN_ROOMS = ("amina", "robert", "ines", "moved", "renewed", "other_house")


def test_in_an_empty_folder_elsewhere_everything_handed_out_still_works(
    saved: Path, tmp_path: Path
) -> None:
    there = tmp_path / "there"

    restore(there, saved, replace=False, now=NOW)

    with clock.fixed(NOW):
        app = create_app(settings_of(there))
        app.testing = True
        app.test_client_class = InspectingClient
        for name in OPEN_ROOMS:
            handed_out = FACTS["appointments"][name]
            code = {"code": handed_out["spoken_code"], "password": handed_out["password"]}
            link = {"token": handed_out["token"]}
            # Where the seat is taken by then, the page asks who this is (decision 0322).
            assert posted(app.test_client(), "/rdv", **link, who="other") == 303
            assert posted(app.test_client(), "/", **code, who="other") == 303
        signing_in = {"login": "lea", "password": FACTS["password"]}
        assert posted(app.test_client(), "/agent/connexion", **signing_in) == 302
        on_the_way = app.test_client()
        with on_the_way.session_transaction() as cookie:
            cookie.update(FACTS["cookies"]["amina"])
        state = on_the_way.get("/parcours/etat", headers={"Accept": "application/json"}).json
        assert state["presence"] == "on_path"


def posted(client: InspectingClient, path: str, **fields: str) -> int:
    return client.post(path, data={"csrf_token": client.token(path), **fields}).status_code


def test_a_served_installation_is_saved_under_load_and_served_elsewhere(
    server: RunningServer, tmp_path: Path
) -> None:
    file = tmp_path / "guichet.backup"
    with writers(f"sqlite:///{server.instance / 'kiosk.sqlite3'}"):
        saving = command(server.instance, "backup", str(file))
    assert (saving.returncode, saving.stderr) == (0, "")
    assert server.health()["ok"]

    there = Path(tempfile.mkdtemp(prefix="server-"))
    restoring = command(there, "restore", str(file))
    assert (restoring.returncode, restoring.stderr) == (0, "")
    other = RunningServer(there)
    try:
        other.start()
        assert other.secret == server.secret
        assert opens(other.url, server.demo.join_url.partition("#")[2]) == "/parcours"
    finally:
        other.stop()
        shutil.rmtree(there)


def command(instance: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ours on an installation, as an administrator does."""
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "KIOSK_INSTANCE_DIR": str(instance)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def opens(url: str, token: str) -> str:
    """Follow a link as its page does; return the path of where it leads."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{url}/rdv", timeout=10).read().decode()
    csrf = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert csrf
    fields = urllib.parse.urlencode({"csrf_token": csrf[1], "token": token}).encode()
    with browser.open(f"{url}/rdv", fields, timeout=10) as answer:
        return urllib.parse.urlsplit(answer.url).path[: len("/parcours")]


def test_the_file_is_its_owners_alone_and_replaces_an_older_one(
    installation: Settings, saved: Path, tmp_path: Path
) -> None:
    saved.write_bytes(b"yesterday's")

    made = backup(installation, saved, now=NOW)

    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert (made.schema, made.made_at) == (schema.newest(), "2026-12-01T09:06:00+00:00")
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    assert archive.extract(saved, unpacked) == made
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("guichet.backup", "here", "unpacked")
    ]


def test_it_removes_what_a_killed_backup_left_and_no_folder_of_other_people(
    installation: Settings, tmp_path: Path
) -> None:
    left, other = tmp_path / ".vim.guichet-visio-x7", tmp_path / ".vim.d"
    for folder in (left, other):
        folder.mkdir()
        os.utime(folder, (0, 0))

    backup(installation, tmp_path / "vim", now=NOW)

    assert (left.exists(), other.exists()) == (False, True)


def test_a_secret_that_the_environment_gives_is_in_the_backup(
    installation: Settings, tmp_path: Path
) -> None:
    (installation.instance_dir / "kiosk.env").write_text("KIOSK_PORT=8123\n")
    file = tmp_path / "guichet.backup"

    backup(installation, file, now=NOW)
    restore(tmp_path / "there", file, replace=False, now=NOW)

    brought = (tmp_path / "there" / "kiosk.env").read_text()
    assert brought == f"KIOSK_PORT=8123\nKIOSK_SECRET_KEY={SECRET}\n"


def test_an_installation_of_an_earlier_schema_is_saved_as_it_is(tmp_path: Path) -> None:
    settings = old_installation.write(tmp_path / "here")
    file = tmp_path / "guichet.backup"

    assert backup(settings, file, now=NOW).schema == "0001"
    assert schema.current(settings.sqlalchemy_url) == "0001"

    restore(tmp_path / "there", file, replace=False, now=NOW)
    there = settings_of(tmp_path / "there")
    assert schema.current(there.sqlalchemy_url) == schema.newest()


@pytest.mark.parametrize(
    ("code", "arrange"),
    [
        ("backup.nothing", lambda file, settings: (file, settings_of(file.parent / "nobody"))),
        ("backup.is_folder", lambda file, settings: (file.parent, settings)),
        ("backup.cannot_write", lambda file, settings: (file.parent / "no" / "where", settings)),
    ],
)
def test_what_cannot_be_saved_is_said_in_one_sentence(
    installation: Settings, tmp_path: Path, code: str, arrange
) -> None:
    file, settings = arrange(tmp_path / "guichet.backup", installation)

    with pytest.raises(Refused) as refused:
        backup(settings, file, now=NOW)

    assert refused.value.code == code
    assert "\n" not in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_a_damaged_database_is_not_taken_for_a_backup(
    installation: Settings, tmp_path: Path
) -> None:
    Database(installation.sqlalchemy_url).close()
    file = installation.instance_dir / "kiosk.sqlite3"
    torn = bytearray(file.read_bytes())
    torn[len(torn) // 2 : len(torn) // 2 + 9000] = b"x" * 9000
    file.write_bytes(torn)

    with pytest.raises(Refused, match="abîmée"):
        backup(installation, tmp_path / "guichet.backup", now=NOW)

    assert not (tmp_path / "guichet.backup").exists()


def test_on_a_full_disk_the_older_backup_stays(installation: Settings, saved: Path) -> None:
    before = saved.read_bytes()

    refused = subprocess.run(
        [sys.executable, "-m", "kiosk", "backup", str(saved)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "KIOSK_INSTANCE_DIR": str(installation.instance_dir)},
        # No file may grow beyond this: the kernel refuses the write, as on a full disk.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "(backup.cannot_write)" in refused.stderr
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == [*("here", "guichet.backup")]
