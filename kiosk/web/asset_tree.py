"""The static files as one tree: what is in it, its version, its bundles, who imports whom.

Reads files and writes nothing; compression is :mod:`kiosk.web.asset_store`, answering is
:mod:`kiosk.web.assets`. There is no bundler: ``css/app.list`` names the sheets that make
``css/app.css``, and scripts stay the modules they are (decision 0030), without their remarks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_IMPORT = re.compile(
    r"""^\s*(?:import|export)\b(?:[^"'();]*?\bfrom)?\s*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE
)
_BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_REMARK = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*$", re.MULTILINE | re.DOTALL)
"""A comment that has its lines for itself; one beside code may be part of a string."""
_SPACE = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    path: str
    body: bytes
    digest: str
    """SHA-256 of the body, hexadecimal."""


class MissingAssetError(LookupError):
    """A page names a file that is not in ``static/``."""


class AssetTree:
    """Every file under ``static/`` read once, with its bundles made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._assets = {asset.path: asset for asset in self._read()}
        listing = "".join(f"{path}\0{asset.digest}\n" for path, asset in self._assets.items())
        self.version = hashlib.sha256(listing.encode()).hexdigest()[:12]
        self._modules: dict[str, tuple[str, ...]] = {}

    def all(self) -> tuple[Asset, ...]:
        """Return every file, in the order of their paths."""
        return tuple(self._assets.values())

    def get(self, path: str) -> Asset | None:
        """Return the file at ``path`` (relative to ``static/``), or None."""
        return self._assets.get(path)

    def url(self, path: str) -> str:
        """Return the file's address, good for a year; raise :class:`MissingAssetError`."""
        if path not in self._assets:
            raise MissingAssetError(
                f"static/{path} does not exist; if it lives in vendor/, run `make setup`"
            )
        return f"/static/v-{self.version}/{path}"

    def modules(self, entry: str) -> tuple[str, ...]:
        """Return the entry and every module it imports statically, the entry first."""
        if entry not in self._modules:
            self._modules[entry] = self._imported(entry)
        return self._modules[entry]

    def _imported(self, entry: str) -> tuple[str, ...]:
        found: list[str] = []
        waiting = [entry]
        while waiting:
            path = waiting.pop(0)
            if path in found:
                continue
            asset = self._assets.get(path)
            if asset is None:
                raise MissingAssetError(f"static/{path}, wanted by {entry}, does not exist")
            found.append(path)
            source = _BLOCK_COMMENT.sub("", asset.body.decode())
            waiting += [_resolve(path, target) for target in _IMPORT.findall(source)]
        return tuple(found)

    def fresh(self, path: str) -> Asset | None:
        """Read one file again, for the un-versioned addresses of a developer's machine."""
        known = self._assets.get(path)
        file = self._folder / path
        if known is None or not file.is_file():
            return known
        return _asset(path, _body(path, file))

    def _read(self) -> list[Asset]:
        files = sorted(file for file in self._folder.rglob("*") if file.is_file())
        assets = [
            _asset(path := file.relative_to(self._folder).as_posix(), _body(path, file))
            for file in files
            if not file.name.startswith(".") and file.suffix not in {".list", ".map", ".ts"}
        ]
        bundles = [self._bundle(file) for file in files if file.suffix == ".list"]
        return sorted([*assets, *bundles], key=lambda asset: asset.path)

    def _bundle(self, listing: Path) -> Asset:
        sheets = [sheet.read_text("utf-8") for sheet in _listed(listing)]
        body = _SPACE.sub("\n", _BLOCK_COMMENT.sub("", "\n".join(sheets))).strip()
        path = listing.with_suffix(".css").relative_to(self._folder).as_posix()
        return _asset(path, body.encode())


def _body(path: str, file: Path) -> bytes:
    if not (path.startswith("js/") and file.suffix == ".js"):
        return file.read_bytes()
    # Empty lines stay, so that an error names the line of the source.
    return _REMARK.sub(lambda found: "\n" * found[0].count("\n"), file.read_text("utf-8")).encode()


def _asset(path: str, body: bytes) -> Asset:
    return Asset(path, body, hashlib.sha256(body).hexdigest())


def _listed(listing: Path) -> Iterator[Path]:
    """Yield the sheets of a list, in order; a list may name another one."""
    for line in listing.read_text("utf-8").splitlines():
        if name := line.partition("#")[0].strip():
            named = listing.parent / name
            yield from _listed(named) if named.suffix == ".list" else (named,)


def _resolve(importer: str, target: str) -> str:
    parts: list[str] = []
    for part in (PurePosixPath(importer).parent / target).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
