"""The guides' sources: what authors may write, the errors they get, and what pages receive."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from babel.messages.pofile import read_po

from kiosk.errors import NotFound
from kiosk.printing import guides
from kiosk.printing.document import IMAGES
from kiosk.printing.guides import HousePrint
from kiosk.printing.markdown import BadSource, Placeholder, to_html
from kiosk.settings import ROOT
from tests.guides.conftest import GUIDES

NEUTRAL = {"phone": Placeholder("le numéro de votre message", strong=False)}


class Outline(HTMLParser):
    """What a screen reader's user would walk through: headings, pictures, list starts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.anchors: list[str] = []
        self.steps = 0
        self.starts: list[tuple[int, int]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
            self.anchors.append(given.get("id") or "")
        elif tag == "img":
            self.pictures.append(given)
        elif tag == "ol":
            self.starts.append((int(given.get("start") or 1), self.steps + 1))
            self._in_steps = True
        elif tag == "ul":
            self._in_steps = False
        elif tag == "li" and self._in_steps:
            self.steps += 1

    _in_steps = False


def html_of(source: str, language: str = "fr") -> str:
    sheets, _ = to_html(source, language, placeholders=NEUTRAL, images="/pictures/")
    return "".join(sheets)


def test_both_joining_guides_exist_in_french_and_english() -> None:
    found = {info.slug: info for info in guides.list_guides()}

    assert set(found) == {"rejoindre-ordinateur", "rejoindre-telephone"}
    for info in found.values():
        assert info.languages == ("en", "fr")
        assert info.titles["fr"].startswith("Rejoindre un rendez-vous en visio")
        assert info.titles["en"].startswith("Joining a video appointment")


@pytest.mark.parametrize(("slug", "language"), GUIDES)
def test_a_page_can_be_walked_by_its_headings_and_pictures(slug: str, language: str) -> None:
    guide = guides.load(slug, language, images="/pictures/")

    outline = Outline(guide.html)

    assert set(outline.headings) == {"h2"}
    assert outline.anchors == [section.id for section in guide.sections]
    assert len(set(outline.anchors)) == len(outline.anchors)
    assert outline.steps == 10
    assert all(start == expected for start, expected in outline.starts)
    for picture in outline.pictures:
        assert picture["alt"]
        assert (picture["width"], picture["height"]) == ("160", "112")
        assert guides.picture(str(picture["src"]).removeprefix("/pictures/")).startswith(b"<svg")


@pytest.mark.parametrize("slug", sorted({slug for slug, _ in GUIDES}))
def test_a_guide_has_the_same_steps_and_pictures_in_every_language(slug: str) -> None:
    outlines = [
        Outline(guides.load(slug, language, images="").html)
        for of, language in GUIDES
        if of == slug
    ]

    assert len({tuple(outline.headings) for outline in outlines}) == 1
    assert len({tuple(str(p["src"]) for p in outline.pictures) for outline in outlines}) == 1


def test_no_picture_is_kept_that_no_guide_shows() -> None:
    shown = {
        str(picture["src"])
        for slug, language in GUIDES
        for picture in Outline(guides.load(slug, language, images="").html).pictures
    }

    assert shown == {file.name for file in IMAGES.glob("*.svg")}


def test_a_guide_names_its_house_or_uses_neutral_words() -> None:
    house = HousePrint(name="France services <Duras> & fils", phone="05 53 00 00 01")

    ours = guides.load("rejoindre-ordinateur", "fr", house=house, images="").html
    neutral = guides.load("rejoindre-ordinateur", "fr", images="").html

    assert "Appelez le 05\N{NO-BREAK SPACE}53\N{NO-BREAK SPACE}00" in re.sub("<.*?>", "", ours)
    assert "Appelez le numéro écrit dans votre message" in neutral
    assert "{" not in neutral


def test_values_from_settings_are_escaped() -> None:
    house = HousePrint(name="x", phone="<script>alert(1)</script>")

    page = guides.load("rejoindre-telephone", "en", house=house, images="").html

    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("slug", "language"),
    [
        ("inconnu", "fr"),
        ("rejoindre-telephone", "xx"),
        ("../guides/_words", "fr"),
        ("_words", "fr"),
    ],
)
def test_there_is_no_guide_but_those_in_the_folder(slug: str, language: str) -> None:
    with pytest.raises(NotFound, match=r"printing\.no_such_guide"):
        guides.pdf(slug, language)


@pytest.mark.parametrize("name", ["absent.svg", "../style.css", "/etc/hostname", ""])
def test_there_is_no_picture_but_those_in_the_folder(name: str) -> None:
    with pytest.raises(NotFound, match=r"printing\.no_such_picture"):
        guides.picture(name)


def test_a_table_says_which_headers_rule_which_column() -> None:
    shown = html_of("| Durée | Image |\n|:--|--:|\n| 30 min | 225 Mo |\n")

    assert '<th scope="col">Durée</th>' in shown
    assert "style=" not in shown


def test_html_in_a_source_is_shown_as_text() -> None:
    assert "<script" not in html_of("Bonjour <script>alert(1)</script>")


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("# Trop haut", "start at ##"),
        ("## Un\n\n#### Trop bas", "skip no level"),
        ("![](camera.svg)", "needs words"),
        ("Appelez {{ telephone }}", "unknown placeholder telephone; known: phone"),
    ],
)
def test_an_error_tells_the_author_what_to_correct(source: str, error: str) -> None:
    with pytest.raises(BadSource, match=error):
        html_of(source)


def test_plain_apostrophes_and_spaces_become_typographic_ones() -> None:
    assert "L’agent\N{NO-BREAK SPACE}?" in html_of("L'agent ?")
    assert "«\N{NO-BREAK SPACE}Passer\N{NO-BREAK SPACE}»" in html_of("« Passer »")
    assert "225\N{NO-BREAK SPACE}Mo" in html_of("225 Mo")
    assert "the agent’s: yes" in html_of("the agent's: yes", "en")


QUOTED = {"fr": "« ([^»]+) »", "en": "“([^”]+)”"}


@pytest.mark.parametrize(("slug", "language"), GUIDES)
def test_a_button_is_quoted_as_the_page_calls_it(slug: str, language: str) -> None:
    with (ROOT / "translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        shown = {str(each.id): str(each.string) for each in read_po(file) if each.id}
    on_pages = set(shown) if language == "fr" else set(shown.values())

    words = re.findall(QUOTED[language], (ROOT / "guides" / slug / f"{language}.md").read_text())

    assert words, "the guide names no button"
    assert set(words) <= on_pages
