"""Static files: what version they bear, how they travel, who imports whom."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import brotli
import pytest

from kiosk.web.asset_tree import MissingAssetError
from kiosk.web.assets import Assets, asgi_app
from kiosk.web.negotiation import accepted_encodings

LONG = "export const words = 'bonjour';\n" * 40


@pytest.fixture
def static(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    for path, body in {
        "css/app.list": "# order matters\ntokens.css\nbutton.css  # last\n",
        "css/tokens.css": "/* raw */\n:root {\n  --a: 1px;\n}\n",
        "css/button.css": ".app-button {\n  color: red;\n}\n",
        "js/entries/home.js": 'import { boot } from "../lib/boot.js";\nboot();\n',
        "js/lib/boot.js": '/* import "./no.js" */\nexport {\n  words,\n} from "./words.js";\n',
        "js/lib/words.js": LONG,
        "sounds/bell.mp3": "0123456789",
    }.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body)
    return folder


@pytest.fixture
def assets(static: Path, tmp_path: Path) -> Assets:
    return Assets(static, tmp_path / "build")


def test_a_sheet_is_the_sum_of_the_listed_ones_without_their_comments(assets: Assets) -> None:
    sheet = assets.tree.get("css/app.css")

    assert sheet is not None
    assert sheet.body == b":root {\n--a: 1px;\n}\n.app-button {\ncolor: red;\n}"


def test_any_change_moves_every_address(static: Path, assets: Assets, tmp_path: Path) -> None:
    (static / "css" / "tokens.css").write_text(":root { --a: 2px; }")

    changed = Assets(static, tmp_path / "build")

    assert changed.url("js/lib/words.js") != assets.url("js/lib/words.js")


def test_a_page_announces_every_module_it_will_need_and_no_commented_one(assets: Assets) -> None:
    tags = assets.module("js/entries/home.js")

    assert tags.splitlines() == [
        f'<link rel="modulepreload" href="{assets.url("js/lib/boot.js")}">',
        f'<link rel="modulepreload" href="{assets.url("js/lib/words.js")}">',
        f'<script type="module" src="{assets.url("js/entries/home.js")}"></script>',
    ]


def test_what_an_entry_asks_for_by_itself_is_announced_too_and_nothing_twice(
    assets: Assets,
) -> None:
    tags = assets.module("js/lib/boot.js", "js/entries/home.js")

    assert tags.count(assets.url("js/lib/words.js")) == 1
    assert tags.count(assets.url("js/entries/home.js")) == 1
    assert assets.closure(["js/entries/home.js"], known="js/lib/boot.js") == [
        assets.url("js/entries/home.js")
    ]


def test_scripts_travel_without_their_remarks_and_keep_their_lines(
    static: Path, tmp_path: Path
) -> None:
    source = (
        "// @ts-check\n/**\n * Says it.\n */\n"
        'const where = "//host"; // beside code: stays\n'
        "  /** @type {string} */ (where).trim();\n  /* alone */\n"
    )
    (static / "js" / "lib" / "words.js").write_text(source)

    served = Assets(static, tmp_path / "build").tree.get("js/lib/words.js")

    assert served is not None
    assert served.body.decode() == (
        '\n\n\n\nconst where = "//host"; // beside code: stays\n'
        "  /** @type {string} */ (where).trim();\n\n"
    )


def test_a_list_of_sheets_may_begin_with_another_list(static: Path, tmp_path: Path) -> None:
    (static / "css" / "page.list").write_text("app.list\nlast.css\n")
    (static / "css" / "last.css").write_text(".app-last {}")

    sheet = Assets(static, tmp_path / "build").tree.get("css/page.css")

    assert sheet is not None
    assert sheet.body == b":root {\n--a: 1px;\n}\n.app-button {\ncolor: red;\n}\n.app-last {}"


def test_a_small_picture_can_be_part_of_the_page(static: Path, tmp_path: Path) -> None:
    (static / "mark.png").write_bytes(b"\x89PNG")

    assert Assets(static, tmp_path / "build").data("mark.png") == "data:image/png;base64,iVBORw=="


def test_naming_a_file_that_does_not_exist_is_an_error_that_says_so(assets: Assets) -> None:
    with pytest.raises(MissingAssetError, match=r"static/vendor/x\.js"):
        assets.url("vendor/x.js")


def test_a_versioned_address_is_kept_for_a_year(assets: Assets) -> None:
    answer = assets.respond("GET", f"v-{assets.version}/js/lib/words.js", {})

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("prefix", ["v-000000000000/", ""])
def test_an_older_or_plain_address_answers_but_is_not_kept(assets: Assets, prefix: str) -> None:
    answer = assets.respond("GET", f"{prefix}js/lib/words.js", {})

    assert answer.status == 200
    assert "immutable" not in answer.headers["Cache-Control"]


def test_brotli_is_preferred_then_gzip_then_nothing(assets: Assets) -> None:
    path = f"v-{assets.version}/js/lib/words.js"

    best = assets.respond("GET", path, {"accept-encoding": "gzip, deflate, br"})
    second = assets.respond("GET", path, {"accept-encoding": "gzip;q=0.5, br;q=0"})
    plain = assets.respond("GET", path, {})

    assert brotli.decompress(best.body) == gzip.decompress(second.body) == plain.body
    assert [best.headers["Content-Encoding"], second.headers["Content-Encoding"]] == ["br", "gzip"]
    assert "Content-Encoding" not in plain.headers
    assert len({answer.headers["ETag"] for answer in (best, second, plain)}) == 3


def test_a_copy_is_compressed_once_for_all_processes(static: Path, tmp_path: Path) -> None:
    Assets(static, tmp_path / "build").build()
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "build").iterdir()}

    Assets(static, tmp_path / "build").build()

    assert before
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "build").iterdir()} == before


def test_a_browser_that_has_the_file_is_told_so_without_a_body(assets: Assets) -> None:
    path = f"v-{assets.version}/js/lib/words.js"
    etag = assets.respond("GET", path, {}).headers["ETag"]

    answer = assets.respond("GET", path, {"if-none-match": etag})

    assert (answer.status, answer.body) == (304, b"")


@pytest.mark.parametrize(
    ("wanted", "status", "body"),
    [
        ("bytes=2-4", 206, b"234"),
        ("bytes=7-", 206, b"789"),
        ("bytes=-2", 206, b"89"),
        ("bytes=0-99", 206, b"0123456789"),
        ("bytes=20-", 416, b""),
        ("bytes=1-2,4-5", 200, b"0123456789"),
        ("bytes=x-2", 200, b"0123456789"),
        ("lines=1-2", 200, b"0123456789"),
        ("bytes=-", 200, b"0123456789"),
        ("bytes=²-", 200, b"0123456789"),
        ("bytes=-²", 200, b"0123456789"),
        ("bytes=5-2", 200, b"0123456789"),
        ("bytes=٣-٤", 200, b"0123456789"),
        ("bytes", 200, b"0123456789"),
        ("bytes=-99", 206, b"0123456789"),
    ],
)
def test_a_sound_may_be_asked_for_in_parts(
    assets: Assets, wanted: str, status: int, body: bytes
) -> None:
    answer = assets.respond("GET", "sounds/bell.mp3", {"range": wanted})

    assert (answer.status, answer.body) == (status, body)


def test_a_part_is_told_apart_from_the_whole(assets: Assets) -> None:
    part = assets.respond("GET", "sounds/bell.mp3", {"range": "bytes=2-4"})
    beyond = assets.respond("GET", "sounds/bell.mp3", {"range": "bytes=20-"})

    assert part.headers["Content-Range"] == "bytes 2-4/10"
    assert part.headers["Content-Length"] == "3"
    assert beyond.headers["Content-Range"] == "bytes */10"


def test_a_part_of_a_file_that_has_changed_meanwhile_is_answered_by_the_whole(
    assets: Assets,
) -> None:
    asked = {"range": "bytes=2-4", "if-range": '"another"'}

    answer = assets.respond("GET", "sounds/bell.mp3", asked)

    assert (answer.status, answer.body) == (200, b"0123456789")


@pytest.mark.parametrize("known", ["*", "W/{etag}", '"other", {etag}'])
def test_whatever_form_the_known_version_is_named_in_no_body_travels(
    assets: Assets, known: str
) -> None:
    path = f"v-{assets.version}/js/lib/words.js"
    etag = assets.respond("GET", path, {}).headers["ETag"]

    answer = assets.respond("GET", path, {"if-none-match": known.format(etag=etag)})

    assert (answer.status, answer.body) == (304, b"")


def test_a_head_request_says_how_long_the_file_is_and_sends_none_of_it(assets: Assets) -> None:
    answer = assets.respond("HEAD", "sounds/bell.mp3", {})

    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", "10")


@pytest.mark.parametrize(
    "path", ["../settings.py", "v-x/../../app.py", "nothing.js", "css/app.list", ""]
)
def test_what_is_not_in_the_tree_is_not_found(assets: Assets, path: str) -> None:
    answer = assets.respond("GET", path, {})

    assert (answer.status, answer.body) == (404, b"")


def test_nothing_can_be_sent_there(assets: Assets) -> None:
    answer = assets.respond("POST", "css/app.css", {})

    assert answer.status == 405


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("", []),
        ("br", ["br"]),
        ("gzip, br;q=0.1", ["br", "gzip"]),
        ("br; q=0, GZIP", ["gzip"]),
        ("identity, zstd", []),
        ("*", ["br", "gzip"]),
        ("br;q=²", ["br"]),
    ],
)
def test_only_what_the_browser_takes_is_sent(header: str, taken: list[str]) -> None:
    assert accepted_encodings(header) == taken


async def test_the_asgi_application_gives_the_same_answer(assets: Assets) -> None:
    path = f"/static/v-{assets.version}/js/lib/words.js"
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [(b"accept-encoding", b"br")],
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await asgi_app(assets)(scope, receive, send)

    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert brotli.decompress(sent[1]["body"]).decode() == LONG
    assert (b"content-encoding", b"br") in sent[0]["headers"]
