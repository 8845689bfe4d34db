"""Restoring is whole or has not happened, and what was erased since is erased again."""

from __future__ import annotations

import gzip
import json
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.appointments.model import Appointment
from kiosk.houses.model import House
from kiosk.notifications import retention as notifications
from kiosk.run import erasures, instance, retention
from kiosk.run.erasures import Erasure, ErasureLog
from kiosk.run.upkeep import kept
from kiosk.run.upkeep.backup import backup
from kiosk.run.upkeep.refusal import Refused
from kiosk.run.upkeep.restore import restore
from kiosk.settings import ROOT, Settings
from kiosk.storage import copies, schema
from kiosk.storage.database import Database, writing
from kiosk.system import lock
from tests.builders.old_installation import NOW, SECRET, settings_of
from tests.drivers.postgresql import running_cluster

OTHER_SECRET = "the key of an installation that will be replaced"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Another installation, with one house of its own."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "kiosk.env").write_text(f"KIOSK_SECRET_KEY={OTHER_SECRET}\nKIOSK_PORT=8123\n")
    (folder / "outbox").mkdir()
    (folder / "outbox" / "a.eml").write_text("To: somebody")
    url = f"sqlite:///{folder / 'kiosk.sqlite3'}"
    schema.upgrade(url)
    database = Database(url)
    with database.session() as session, writing(session):
        session.add(House(name="France services de Foix", phone="+33561000000"))
    database.close()
    return folder


def everything(folder: Path) -> dict[str, str]:
    """Return what a folder holds, but for the lock."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != lock.FILE
    }


def houses(url: str) -> list[str]:
    database = Database(url)
    with database.session() as session:
        names = list(session.scalars(select(House.name).order_by(House.name)))
    database.close()
    return names


def is_old(folder: Path) -> bool:
    """Tell whether the folder is wholly the old installation or wholly the restored one."""
    names = houses(f"sqlite:///{folder / 'kiosk.sqlite3'}")
    written = (folder / "kiosk.env").read_text()
    old = names == ["France services de Foix"]
    assert old or len(names) == 2, names
    assert (SECRET in written) is not old
    assert (folder / "outbox").exists() is old
    return old


def test_what_is_there_is_replaced_only_when_asked_and_kept_aside_for_a_week(
    saved: Path, elsewhere: Path
) -> None:
    before = everything(elsewhere)

    with pytest.raises(Refused, match="--replace"):
        restore(elsewhere, saved, replace=False, now=NOW)
    assert everything(elsewhere) == before

    restore(elsewhere, saved, replace=True, now=NOW)
    assert not is_old(elsewhere)
    # The machine keeps its own settings; only the secret is the backup's.
    assert "KIOSK_PORT=8123" in (elsewhere / "kiosk.env").read_text()
    (aside,) = (elsewhere / "kept").iterdir()
    assert is_old(aside)

    (elsewhere / ".restore").mkdir()  # as a killed restoration leaves it
    kept.tidy(elsewhere, now=NOW + timedelta(days=400))
    assert not aside.exists()
    assert not (elsewhere / ".restore").exists()


def test_a_damaged_database_can_be_replaced(saved: Path, elsewhere: Path) -> None:
    (elsewhere / "kiosk.sqlite3").write_bytes(b"what a broken disk left" * 1000)

    with pytest.raises(Refused, match="--replace"):
        restore(elsewhere, saved, replace=False, now=NOW)
    restore(elsewhere, saved, replace=True, now=NOW)

    assert not is_old(elsewhere)


def broken(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda file: file.write_bytes(change(file.read_bytes())) and None


def manifest_changed(**values: object) -> Callable[[Path], None]:
    """Write the manifest of a backup anew, with these values."""

    def change(file: Path) -> None:
        packed = BytesIO(gzip.decompress(file.read_bytes()))
        result = BytesIO()
        with tarfile.open(fileobj=packed) as old, tarfile.open(fileobj=result, mode="w") as new:
            for info in old:
                content = old.extractfile(info)
                assert content
                data = content.read()
                if info.name == "manifest.json":
                    data = json.dumps({**json.loads(data), **values}).encode()
                    info.size = len(data)
                new.addfile(info, BytesIO(data))
        file.write_bytes(gzip.compress(result.getvalue()))

    return change


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("backup.torn", broken(lambda data: data[:200])),
        ("backup.torn", broken(lambda data: data[: len(data) // 2])),
        ("backup.torn", broken(lambda data: data[:-4])),
        ("backup.torn", broken(lambda data: data[:3000] + b"xxxx" + data[3004:])),
        ("backup.torn", broken(lambda data: data[:-6] + b"xxxx" + data[-2:])),
        ("backup.torn", manifest_changed(files={})),
        ("backup.torn", manifest_changed(made_at=7)),
        ("backup.newer", manifest_changed(version=2, files="another way to say it")),
        ("backup.newer", manifest_changed(schema="9999")),
        ("backup.not_one", broken(lambda data: b"")),
        ("backup.not_one", broken(lambda data: b"PK\3\4" + data)),
        ("backup.missing", Path.unlink),
    ],
)
def test_a_file_that_cannot_be_restored_changes_nothing(
    saved: Path, elsewhere: Path, code: str, spoil: Callable[[Path], None]
) -> None:
    spoil(saved)
    before = everything(elsewhere)

    with pytest.raises(Refused) as refused:
        restore(elsewhere, saved, replace=True, now=NOW)

    assert refused.value.code == code
    assert "\n" not in str(refused.value)
    assert everything(elsewhere) == before


def test_a_name_in_the_backup_cannot_leave_the_folder(saved: Path, tmp_path: Path) -> None:
    sizes = {"../outside": {"bytes": 1, "sha256": sha256(b"x").hexdigest()}}
    manifest_changed(files=sizes)(saved)

    with pytest.raises(Refused, match="abîmée"):
        restore(tmp_path / "there", saved, replace=False, now=NOW)


def test_another_secret_in_the_environment_is_said(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_SECRET_KEY", OTHER_SECRET)

    with pytest.raises(Refused, match="KIOSK_SECRET_KEY"):
        restore(tmp_path / "there", saved, replace=False, now=NOW)


def test_a_served_installation_is_not_replaced(saved: Path, elsewhere: Path) -> None:
    with lock.take(elsewhere), pytest.raises(Refused) as refused:
        restore(elsewhere, saved, replace=True, now=NOW)

    assert refused.value.code == "restore.in_use"
    assert is_old(elsewhere)


def test_of_two_restorations_at_once_one_happens(saved: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    arguments = [sys.executable, "-m", "kiosk", "restore", str(saved)]
    environment = {"PATH": "/usr/bin:/bin", "KIOSK_INSTANCE_DIR": str(there)}

    both = [
        subprocess.Popen(arguments, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[1] for process in both]

    assert sorted(process.returncode for process in both) == [0, 1]
    assert sorted(one.count("\n") for one in said) == [0, 1]
    assert len(houses(settings_of(there).sqlalchemy_url)) == 2


def test_killed_anywhere_it_leaves_the_old_installation_or_the_new_one(
    saved: Path, elsewhere: Path, tmp_path: Path
) -> None:
    outcomes = []
    for step in range(1, 200):
        folder = tmp_path / f"try-{step}"
        shutil.copytree(elsewhere, folder)
        if not killed_at(step, folder, saved):
            break
        # What every command and every start does first.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("os.environ", {"KIOSK_INSTANCE_DIR": str(folder)})
            instance.load_settings()
        outcomes.append(is_old(folder))
        shutil.rmtree(folder)

    assert len(outcomes) > 15
    assert outcomes == sorted(outcomes, reverse=True)
    assert {True, False} == set(outcomes)


def killed_at(step: int, folder: Path, saved: Path) -> bool:
    """Restore in a process that kills itself before its n-th change; False when it has fewer."""
    process = multiprocessing.get_context("fork").Process(
        target=_restore_and_fall, args=(step, folder, saved)
    )
    process.start()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def _restore_and_fall(step: int, folder: Path, saved: Path) -> None:
    left = step

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **more: object) -> object:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **more)

        return call

    for name in ("fsync", "replace", "rename", "unlink", "rmdir", "mkdir"):
        setattr(os, name, counted(getattr(os, name)))
    restore(folder, saved, replace=True, now=NOW)


def test_on_a_full_disk_the_old_installation_stays(saved: Path, elsewhere: Path) -> None:
    before = everything(elsewhere)
    refused = subprocess.run(
        [sys.executable, "-m", "kiosk", "restore", str(saved), "--replace"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "KIOSK_INSTANCE_DIR": str(elsewhere)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "(backup.cannot_write)" in refused.stderr
    assert everything(elsewhere) == before


def test_a_backup_is_restored_to_postgresql_and_back(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_cluster() as url:
        monkeypatch.setenv("KIOSK_DATABASE_URL", url)
        restore(tmp_path / "there", saved, replace=False, now=NOW)
        assert len(houses(url)) == 2

        again = tmp_path / "again.backup"
        there = settings_of(tmp_path / "there").model_copy(update={"database_url": url})
        assert backup(there, again, now=NOW).database == "postgresql"
        with pytest.raises(Refused, match="--replace"):
            restore(tmp_path / "there", again, replace=False, now=NOW)
        restore(tmp_path / "there", again, replace=True, now=NOW)
        assert len(houses(url)) == 2
        assert list((tmp_path / "there" / "kept").glob("*/postgresql.backup"))

    monkeypatch.setenv("KIOSK_DATABASE_URL", "")
    restore(tmp_path / "back", again, replace=False, now=NOW)
    assert len(houses(settings_of(tmp_path / "back").sqlalchemy_url)) == 2


def names_of(settings: Settings) -> dict[int, str]:
    database = Database(settings.sqlalchemy_url)
    with database.session() as session:
        found = session.execute(select(Appointment.id, Appointment.citizen_name)).all()
    database.close()
    return {row.id: row.citizen_name for row in found}


def test_what_came_to_its_end_since_is_erased_before_anything_is_served(
    saved: Path, installation: Settings
) -> None:
    restore(installation.instance_dir, saved, replace=True, now=NOW + timedelta(days=60))

    assert set(names_of(installation).values()) == {""}


def test_what_was_erased_since_is_erased_again_though_the_backup_has_another_date(
    saved: Path, installation: Settings, tmp_path: Path
) -> None:
    """An appointment of next month was brought forward, took place, and was erased a month on."""
    log = ErasureLog(installation.instance_dir / erasures.FILE, SECRET)
    later = NOW + timedelta(days=40)
    database = Database(installation.sqlalchemy_url)
    with database.session() as session, writing(session):
        moved = session.get_one(Appointment, 1)
        moved.starts_at = NOW + timedelta(days=50)
    old = tmp_path / "old.backup"
    backup(installation, old, now=NOW)
    with database.session() as session:
        with writing(session):
            session.get_one(Appointment, 1).starts_at = NOW
        retention.apply(session, now=later, log=log)
        booked = session.get_one(Appointment, 1)
        assert booked.citizen_name == ""
    database.close()

    restore(installation.instance_dir, old, replace=True, now=later)
    assert names_of(installation)[1] == ""

    # On another machine the log has to be given.
    there = settings_of(tmp_path / "there")
    restore(there.instance_dir, old, replace=False, now=later)
    assert names_of(there)[1] == "Amina Benali"
    copied = tmp_path / "erasures.jsonl"
    shutil.copyfile(installation.instance_dir / erasures.FILE, copied)
    restore(there.instance_dir, old, replace=True, log=copied, now=later)
    assert names_of(there)[1] == ""


def test_rows_made_after_an_erasure_are_not_taken_for_those_that_were_erased(
    installation: Settings, saved: Path
) -> None:
    log = ErasureLog(installation.instance_dir / erasures.FILE, SECRET)
    every = tuple(names_of(installation))
    long_ago = Erasure(
        installation=erasures.mark_of(SECRET), at=NOW - timedelta(days=300), appointments=every
    )
    log.add(long_ago)

    restore(installation.instance_dir, saved, replace=True, now=NOW)

    assert "Amina Benali" in names_of(installation).values()


def test_the_log_of_another_installation_is_refused(saved: Path, tmp_path: Path) -> None:
    log = tmp_path / "erasures.jsonl"
    ErasureLog(log, OTHER_SECRET).add(
        Erasure(installation=erasures.mark_of(OTHER_SECRET), at=NOW, rooms=(1,))
    )

    with pytest.raises(Refused, match="journal des effacements"):
        restore(tmp_path / "there", saved, replace=False, log=log, now=NOW)
    assert not (tmp_path / "there" / "kiosk.sqlite3").exists()


def test_the_log_forgets_after_a_year_and_survives_a_torn_line(tmp_path: Path) -> None:
    file = tmp_path / "erasures.jsonl"
    log = ErasureLog(file, SECRET)
    for days in (0, 200, 400):
        at = NOW + timedelta(days=days)
        log.add(Erasure(installation=erasures.mark_of(SECRET), at=at, rooms=(days,)))
    with file.open("ab") as torn:
        torn.write(b'{"installation": "')

    log.tidy(now=NOW + timedelta(days=401))

    assert [one.rooms for one in log.entries()] == [(200,), (400,)]
    assert notifications.KEPT == retention.PEOPLE_KEPT


def test_a_restoration_that_was_decided_needs_the_database_only_once(
    saved: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore(elsewhere, saved, replace=True, now=NOW)
    monkeypatch.setattr("os.environ", {"KIOSK_INSTANCE_DIR": str(elsewhere)})

    assert instance.load_settings().secret_key.get_secret_value() == SECRET
    assert not copies.is_empty(instance.load_settings().sqlalchemy_url)
