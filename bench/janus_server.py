"""Janus from Debian, which does the same work: its own configuration, VideoRoom over HTTP.

The signaling API listens on loopback. Media does not: libnice never offers 127.0.0.1, so media
uses this machine's outgoing address; packets between two processes here still never leave it. Only
the needed plugins are loaded; all other settings are Janus's defaults.
"""

from __future__ import annotations

import shutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.processes import ServerFailed, ServerProcess, own_address
from tests.drivers.ports import free_port

PLUGIN = "plugins/libjanus_videoroom.so"
TRANSPORT = "transports/libjanus_http.so"

_GENERAL = """
general: {{
  configs_folder = "{folder}"
  plugins_folder = "{folder}/plugins"
  transports_folder = "{folder}/transports"
  events_folder = "{folder}/none"
  loggers_folder = "{folder}/none"
  debug_level = 2
}}
nat: {{ ice_enforce_list = "{address}" }}
"""

_HTTP = """
general: {{ json = "compact", http = true, ip = "127.0.0.1", port = {port}, https = false }}
admin: {{ admin_http = false, admin_https = false }}
"""


class JanusServer:
    """A running Janus.

    ``url`` takes its HTTP API (any origin may call it); ``address`` is where its media is;
    ``process`` tells what it costs.
    """

    def __init__(self, url: str, address: str, process: ServerProcess) -> None:
        self.url = url
        self.address = address
        self.process = process


@contextmanager
def running_janus(*, core: int | None = None) -> Iterator[JanusServer]:
    """Run Janus, on one ``core`` when given, for the length of a block.

    Raises :class:`ServerFailed` when it is not installed or does not start.
    """
    program = shutil.which("janus")
    if program is None:
        raise ServerFailed("Janus is not installed: deploy/system-packages bench")
    address = own_address()
    if address == "127.0.0.1":
        raise ServerFailed("Janus needs an IPv4 address other than loopback's on this machine")
    with tempfile.TemporaryDirectory(prefix="bench-janus-") as name:
        folder, port = Path(name), free_port()
        url = f"http://127.0.0.1:{port}/janus"
        _configure(folder, address, port)
        command = [program, "--configs-folder", name, "--config", str(folder / "janus.jcfg")]
        process = ServerProcess([*command, "--disable-colors"], folder / "log", core=core)
        try:
            process.wait_until(lambda: _answers(url))
            yield JanusServer(url, address, process)
        finally:
            process.stop()


def version() -> str:
    """Return the version of the installed Janus, as its package names it."""
    library = _libraries() / PLUGIN
    return library.resolve().name.partition(".so.")[2]


def _configure(folder: Path, address: str, port: int) -> None:
    libraries = _libraries()
    for wanted in (PLUGIN, TRANSPORT):
        (folder / wanted).parent.mkdir()
        (folder / wanted).symlink_to(libraries / wanted)
    (folder / "janus.jcfg").write_text(_GENERAL.format(folder=folder, address=address))
    (folder / "janus.transport.http.jcfg").write_text(_HTTP.format(port=port))
    (folder / "janus.plugin.videoroom.jcfg").write_text("general: {}\n")


def _libraries() -> Path:
    found = next(Path("/usr/lib").glob(f"*/janus/{PLUGIN}"), None)
    if found is None:
        raise ServerFailed("Janus has no VideoRoom plugin: deploy/system-packages bench")
    return found.parents[1]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/info", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False
