"""`python -m kiosk doctor` says what is misconfigured, and sends a real message."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from kiosk.run import command_line
from kiosk.run.upkeep import doctor, running
from kiosk.settings import ROOT, Settings
from kiosk.storage import schema
from kiosk.system import lock
from tests.builders import old_installation
from tests.builders.old_installation import SECRET
from tests.drivers.counterparts import Mailbox, mail_server, sms_gateway
from tests.drivers.ports import free_port

HERE = {"media_public_addresses": "127.0.0.1"}
PUBLIC = {"base_url": "https://visio.example.fr", "trusted_proxies": 1}


@pytest.fixture(autouse=True)
def an_administrator(installation: Settings) -> None:
    """Before administrators there were only managers."""
    with closing(sqlite3.connect(installation.instance_dir / "kiosk.sqlite3")) as connection:
        connection.execute("UPDATE agent SET is_administrator = 1 WHERE login = 'nadia'")
        connection.commit()


def found(settings: Settings, **changes: object) -> list[str]:
    """Return the codes of what the doctor finds, with these settings changed."""
    given = {"port": free_port(udp_offset=2000), "base_url": "", **HERE, **changes}
    values = settings.model_dump() | given
    return [one.code for one in doctor.examine(Settings(**values))]


def test_a_sound_installation_has_nothing_to_mend(installation: Settings) -> None:
    assert found(installation) == []


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("doctor.no_https", {"base_url": "http://visio.example.fr"}),
        ("doctor.developer_pages", {**PUBLIC, "developer_pages": True}),
        ("doctor.mail_from", {"smtp_url": "smtp://127.0.0.1:1"}),
        ("delivery.no_mail_gateway", PUBLIC),
        ("proxy.none_declared", {**PUBLIC, "trusted_proxies": 0}),
        ("reach.bad_address", {"media_public_addresses": "nowhere"}),
        ("reach.relay_without_secret", {"turn_urls": "turns:turn.example.fr:443"}),
        ("database.unreadable", {"database_url": "postgresql+psycopg://k@/k?host=/nowhere"}),
    ],
)
def test_each_setting_that_misleads_is_said(
    installation: Settings, code: str, changes: dict[str, object]
) -> None:
    assert code in found(installation, **changes)


def open_the_folder(folder: Path) -> None:
    folder.chmod(0o755)
    (folder / "kiosk.env").chmod(0o644)


def forget_everybody(folder: Path) -> None:
    for name in ("kiosk.sqlite3", "kiosk.sqlite3-wal", "kiosk.sqlite3-shm"):
        (folder / name).unlink(missing_ok=True)
    schema.upgrade(f"sqlite:///{folder / 'kiosk.sqlite3'}")


def step_back(folder: Path) -> None:
    (folder / "kiosk.sqlite3").unlink()
    old_installation.write(folder)


def be_full(folder: Path) -> None:
    """Put a folder where the test file is written: root may write everywhere else."""
    (folder / "health").mkdir()


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("doctor.open_file", open_the_folder),
        ("doctor.old_schema", step_back),
        ("settings.read_only", be_full),
    ],
)
def test_what_is_wrong_in_the_folder_is_said(
    installation: Settings, code: str, spoil: Callable[[Path], None]
) -> None:
    spoil(installation.instance_dir)

    assert set(found(installation)) == {code}


def test_that_nobody_can_work_yet_is_said(installation: Settings) -> None:
    forget_everybody(installation.instance_dir)

    assert found(installation) == ["setup.no_house", "setup.no_administrator"]


def test_what_set_up_should_have_brought_is_said(
    installation: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    assert found(installation) == ["doctor.not_built"]
    assert (ROOT / "static" / "vendor" / "socket.io.esm.min.js").exists()


def test_a_server_that_does_not_answer_is_said(installation: Settings) -> None:
    with lock.take(installation.instance_dir):
        assert found(installation) == ["doctor.silent"]


class _PagesOnly(BaseHTTPRequestHandler):
    """A proxy that drops the Upgrade header: pages pass, sockets do not."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 400)
        self.end_headers()
        self.wfile.write(b'{"ok": true, "parts": {"media": false}}')

    def log_message(self, *_arguments: object) -> None:
        pass


def test_a_part_that_fails_and_a_proxy_without_sockets_are_said(installation: Settings) -> None:
    with HTTPServer(("127.0.0.1", 0), _PagesOnly) as proxy, lock.take(installation.instance_dir):
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        port = proxy.server_address[1]
        changes = {"port": port, "base_url": f"http://127.0.0.1:{port}"}
        codes = [one.code for one in running.examine(installation.model_copy(update=changes))]
        proxy.shutdown()
        thread.join()

    assert codes == ["doctor.part_down", "doctor.no_websocket"]


def run(
    installation: Settings, monkeypatch: pytest.MonkeyPatch, *arguments: str, **variables: str
) -> int | str:
    """Run the command on the installation, with these variables."""
    folder = str(installation.instance_dir)
    ours = {
        "KIOSK_INSTANCE_DIR": folder,
        "KIOSK_PORT": str(free_port(udp_offset=2000)),
        "KIOSK_SECRET_KEY": SECRET,
        "KIOSK_MEDIA_PUBLIC_ADDRESSES": "127.0.0.1",
    }
    monkeypatch.setattr("os.environ", {**ours, **variables})
    return command_line.main(["doctor", *arguments])


def test_the_test_mail_arrives(
    installation: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        server = {
            "KIOSK_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "KIOSK_MAIL_FROM": "Guichet Visio <visio@example.fr>",
        }
        status = run(installation, monkeypatch, "--mail", "odile@example.fr", **server)

    (mail,) = mailbox.arrived
    assert (status, mailbox.recipients) == (0, ["odile@example.fr"])
    assert mail["From"] == "Guichet Visio <visio@example.fr>"
    assert "essai" in mail.get_content()
    assert "Message d'essai parti vers odile@example.fr" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("contact", "answer", "code"),
    [
        ("odile@example.fr", "554 no", "doctor.mail_refused"),
        ("odile", "", "doctor.bad_contact"),
        ("odile@example.fr", "down", "doctor.mail_unreachable"),
    ],
)
def test_a_test_mail_that_does_not_leave_says_why(
    installation: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    contact: str,
    answer: str,
    code: str,
) -> None:
    mailbox = Mailbox()
    mailbox.answers = [answer]
    with mail_server(mailbox) as port:
        port = free_port() if answer == "down" else port
        server = {
            "KIOSK_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "KIOSK_MAIL_FROM": "Guichet Visio <visio@example.fr>",
        }
        status = run(installation, monkeypatch, "--mail", contact, **server)

    assert status == 1
    assert f"({code})" in capsys.readouterr().out
    assert mailbox.arrived == [] or answer == "554 no"


def test_a_test_sms_goes_to_the_gateway_and_without_one_it_is_said(
    installation: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with sms_gateway() as gateway:
        status = run(
            *(installation, monkeypatch, "--sms", "06 39 98 00 01"),
            KIOSK_SMS_GATEWAY_URL=gateway.url,
        )
    assert status == 0
    assert gateway.taken[0][1]["to"] == "+33639980001"
    assert "(sms-77)" in capsys.readouterr().out

    assert run(installation, monkeypatch, "--sms", "06 39 98 00 01") == 1
    assert "(delivery.no_sms_gateway)" in capsys.readouterr().out
