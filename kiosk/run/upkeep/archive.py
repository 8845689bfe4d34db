"""The file of a backup: a compressed tar, a manifest first, then each file that it names.

The manifest has a version, the step of the schema, and the length and SHA-256 of each file; gzip's
own checksum covers the manifest. Nothing here knows what the files are.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import IO

import msgspec

from kiosk.run.upkeep import disk
from kiosk.run.upkeep.refusal import Refused

MANIFEST = "manifest.json"
VERSION = 1
"""Raised when an older program could not read the file any more."""

LONGEST_MANIFEST = 100_000
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,60}")
_DAMAGED = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, msgspec.MsgspecError)


class Member(msgspec.Struct, frozen=True):
    """One file of a backup."""

    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself."""

    version: int
    made_at: str
    """ISO 8601, in UTC."""
    schema: str
    """The newest step of the schema that its database has."""
    database: str
    """The kind of database it was read from: ``sqlite`` or ``postgresql``."""
    files: dict[str, Member] = {}


class _OnlyVersion(msgspec.Struct):
    version: int


def write(target: Path, folder: Path, manifest: Manifest) -> Manifest:
    """Pack every file of ``folder`` into ``target``, readable by its owner alone.

    Returns the manifest with the files filled in. ``target`` is written in place.
    """
    names = sorted(path.name for path in folder.iterdir())
    files = {name: _member(folder / name) for name in names}
    manifest = msgspec.structs.replace(manifest, files=files)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as raw:
        with (
            gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0, compresslevel=6) as packed,
            tarfile.open(fileobj=packed, mode="w") as tar,
        ):
            said = msgspec.json.format(msgspec.json.encode(manifest))
            _add(tar, MANIFEST, io.BytesIO(said), len(said))
            for name in names:
                with (folder / name).open("rb") as content:
                    _add(tar, name, content, files[name].bytes)
        raw.flush()
        os.fsync(raw.fileno())
    return manifest


def extract(source: Path, folder: Path) -> Manifest:
    """Unpack a backup into the empty ``folder``; return its manifest.

    Every file is on the disk and has its checksum when this returns. Raises Refused when the file
    is none of ours, is torn, or was written by a newer version.
    """
    with _opened(source) as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
        members = iter(tar)
        manifest = _manifest(tar, next(members, None), source)
        disk.want_space(folder, 3 * sum(one.bytes for one in manifest.files.values()))
        left = dict(manifest.files)
        for info in members:
            wanted = left.pop(info.name, None)
            content = tar.extractfile(info)
            if wanted is None or content is None or info.size != wanted.bytes:
                raise tarfile.ReadError(info.name)
            disk.copy_own(content, folder / info.name)
            if _member(folder / info.name) != wanted:
                raise tarfile.ReadError(info.name)
        while packed.read(1 << 20):
            pass  # gzip compares its checksum at the very end
        if left:
            raise tarfile.ReadError(f"{len(left)} files are missing")
    return manifest


@contextmanager
def _opened(source: Path) -> Iterator[gzip.GzipFile]:
    if not source.is_file():
        raise Refused("backup.missing", file=source)
    with source.open("rb") as raw:
        if raw.read(2) != b"\x1f\x8b":
            raise Refused("backup.not_one", file=source)
        raw.seek(0)
        try:
            with gzip.GzipFile(fileobj=raw, mode="rb") as packed:
                yield packed
        except _DAMAGED as error:
            raise Refused("backup.torn", file=source) from error


def _manifest(tar: tarfile.TarFile, info: tarfile.TarInfo | None, source: Path) -> Manifest:
    content = tar.extractfile(info) if info is not None and info.name == MANIFEST else None
    if content is None:
        raise Refused("backup.not_one", file=source)
    said = content.read(LONGEST_MANIFEST)
    # Read alone first: a newer version may describe the rest in another way.
    if msgspec.json.decode(said, type=_OnlyVersion).version > VERSION:
        raise Refused("backup.newer", file=source)
    manifest = msgspec.json.decode(said, type=Manifest)
    if not all(_NAME.fullmatch(name) for name in manifest.files):
        raise tarfile.ReadError("a name that would leave the folder")
    return manifest


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], length: int) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = length, 0o600
    tar.addfile(info, content)


def _member(path: Path) -> Member:
    with path.open("rb") as content:
        return Member(bytes=path.stat().st_size, sha256=file_digest(content, "sha256").hexdigest())
