"""A test client that reads every page it is given, as a picky colleague would.

Each answer that is HTML is inspected; what is wrong fails the test with a sentence that says what
to do. ``client.get("/x", inspect=False)`` is for tests about broken pages only.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Node = Any
"""An lxml-less element of html5lib's etree builder."""

VOID_OF_MEANING = {"script", "style", "template", "code", "kbd", "pre", "svg"}
CONTROLS = {"input", "select", "textarea"}
LABELLED_ATTRIBUTES = ("aria-label", "title", "alt", "placeholder")
HANDLER = re.compile(r"on[a-z]+")


_CSRF_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
_NONCE = re.compile(r"'nonce-([^']+)'")

_flawless: set[bytes] = set()
"""Digests of pages without a problem, by :func:`_digest`: many tests ask for the same page."""


class PageProblem(AssertionError):
    """A page that a person should not be given."""


class InspectingClient(FlaskClient):
    """Flask's client; every HTML answer to ``get`` and ``post`` goes through :func:`inspect`."""

    def open(self, *args: Any, inspect: bool = True, **kwargs: Any) -> TestResponse:
        """Ask, then inspect what is answered."""
        response = super().open(*args, **kwargs)
        if inspect and response.mimetype == "text/html" and response.data:
            digest = _digest(response)
            problems = [] if digest in _flawless else inspect_page(response)
            if problems:
                where = f"{response.request.method} {response.request.path}"
                raise PageProblem(f"{where}:\n- " + "\n- ".join(problems))
            _flawless.add(digest)
        return response

    def token(self, path: str = "/accessibilite") -> str:
        """Return a CSRF token that this client's session takes."""
        found = _CSRF_TOKEN.search(self.get(path).text)
        assert found, f"{path} has no CSRF token: extend base.html"
        return found.group(1)


def _digest(response: TestResponse) -> bytes:
    """Return a digest of all that :func:`inspect_page` reads, but for this answer's secrets."""
    policy = response.headers.get("Content-Security-Policy", "")
    read = f"{response.status_code}\n{policy}\n{response.text}"
    for secret in {*_NONCE.findall(policy), *_CSRF_TOKEN.findall(response.text)}:
        read = read.replace(secret, "secret")
    return sha256(read.encode()).digest()


def inspect_page(response: TestResponse) -> list[str]:
    """Return what is wrong with a page, one sentence each."""
    if response.status_code in (301, 302, 303, 307, 308):
        return []
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    document = parser.parse(response.text)
    elements = [element for element in _visible(document) if isinstance(element.tag, str)]
    french = (document.get("lang") or "").startswith("fr")
    return [
        *_markup_errors(parser),
        *_head_and_heading(document, elements),
        *_identifiers(elements),
        *_names(document, elements),
        *_policy(response, elements),
        *(_typography(document) if french else []),
    ]


def _visible(element: Node) -> list[Node]:
    found = [element]
    for child in element:
        if child.tag == "template":
            continue
        found += _visible(child)
    return found


def text_of(element: Node) -> str:
    """Return the words a screen reader would find inside an element."""
    if element.tag in {"script", "style", "template"}:
        return ""
    parts = [element.text or ""]
    for child in element:
        label = child.get("aria-label") or child.get("alt") or ""
        parts += [label, text_of(child), child.tail or ""]
    return " ".join(" ".join(parts).split())


def _markup_errors(parser: Node) -> list[str]:
    kept = [error for error in parser.errors if not error[1].startswith("expected-closing-tag")]
    return [
        f"invalid HTML near line {position[0]}: {code} {values}; close and nest tags properly"
        for position, code, values in kept
    ]


def _head_and_heading(document: Node, elements: list[Node]) -> list[str]:
    problems = []
    if not document.get("lang") or document.get("dir") not in ("ltr", "rtl"):
        problems.append("<html> needs lang and dir: extend base.html")
    headings = [text_of(element) for element in elements if element.tag == "h1"]
    title = " ".join(text_of(element) for element in elements if element.tag == "title")
    if len(headings) != 1:
        problems.append(f"a page has exactly one <h1>, this one has {len(headings)}: {headings}")
    elif not headings[0] or not title.startswith(headings[0]):
        problems.append(f"<title> ({title!r}) must begin with the <h1> ({headings[0]!r})")
    levels = [int(e.tag[1]) for e in elements if re.fullmatch(r"h[1-6]", e.tag)]
    jumps = [(a, b) for a, b in zip(levels, levels[1:], strict=False) if b > a + 1]
    problems += [f"heading h{a} is followed by h{b}: do not skip levels" for a, b in jumps]
    if not any(element.tag == "main" for element in elements):
        problems.append("no <main>: extend base.html")
    return problems


def _identifiers(elements: list[Node]) -> list[str]:
    ids = [element.get("id") for element in elements if element.get("id") is not None]
    repeated = sorted({one for one in ids if ids.count(one) > 1})
    problems = [f"id {one!r} is used more than once: give macros distinct ids" for one in repeated]
    for element in elements:
        for name in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
            for target in (element.get(name) or "").split():
                if target not in ids:
                    problems.append(f"{name}={target!r} on <{element.tag}> points at nothing")
    return problems


def _names(document: Node, elements: list[Node]) -> list[str]:
    labelled = {e.get("for") for e in elements if e.tag == "label"}
    wrapped = {id(c) for e in elements if e.tag == "label" for c in e.iter() if c.tag in CONTROLS}
    problems = []
    for element in elements:
        if element.tag in CONTROLS and element.get("type") not in ("hidden", "submit", "button"):
            named = element.get("id") in labelled or id(element) in wrapped
            if not (named or element.get("aria-label") or element.get("aria-labelledby")):
                problems.append(f"<{element.tag} name={element.get('name')!r}> has no <label>")
        elif element.tag in ("button", "a") and not (
            text_of(element) or element.get("aria-label") or element.get("aria-labelledby")
        ):
            problems.append(f"<{element.tag} class={element.get('class')!r}> has no words")
        elif element.tag == "img" and element.get("alt") is None:
            problems.append(f"<img src={element.get('src')!r}> has no alt (empty if decorative)")
        elif element.tag == "form" and not element.get("action") and not _is_dialog(element):
            problems.append("<form> has no action: write where it goes")
        if element.tag == "form" and (element.get("method") or "").lower() == "post":
            tokens = [e for e in element.iter("input") if e.get("name") == "csrf_token"]
            if len(tokens) != 1:
                problems.append("a POST form needs exactly one {{ csrf() }}")
    return problems


def _is_dialog(form: Node) -> bool:
    return (form.get("method") or "").lower() == "dialog"


def _policy(response: TestResponse, elements: list[Node]) -> list[str]:
    problems = []
    policy = response.headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe-inline" in policy:
        problems.append(f"the Content-Security-Policy is not ours: {policy!r}")
    for element in elements:
        problems += _outside_or_inline(element)
        if element.tag == "style":
            problems.append("no <style>: write a sheet and list it in static/css/app.list")
        if element.tag == "script" and not element.get("src"):
            nonce = element.get("nonce")
            data = element.get("type") == "application/json"
            if not data and not (nonce and f"'nonce-{nonce}'" in policy):
                problems.append("inline <script>: write a module, pass data as JSON")
    return problems


def _outside_or_inline(element: Node) -> list[str]:
    problems = []
    for name, value in element.attrib.items():
        plain = str(name)
        if plain == "style":
            problems.append(f"style= on <{element.tag}>: use a class")
        if HANDLER.fullmatch(plain):
            problems.append(f"{plain}= on <{element.tag}>: use data-module")
        loads = element.tag not in ("a", "area") and plain in ("src", "href", "srcset", "poster")
        if loads and re.match(r"(https?:)?//", value or ""):
            problems.append(f"<{element.tag} {plain}={value!r}> asks another host: serve it here")
    return problems


_PLAIN_APOSTROPHE = re.compile(r"\w'\w")
_BREAKABLE = re.compile(r"\S*[^\s:] [;:!?»](?:\s|$)|« \S*")
_TIGHT = re.compile(r"[A-Za-zÀ-ÿ]{3}[;!?](?=\s|$)")


def _typography(document: Node) -> list[str]:
    problems = []
    for text in _french_texts(document):
        if _PLAIN_APOSTROPHE.search(text):
            problems.append(f"plain apostrophe: wrap the sentence in _() so it becomes ’: {text!r}")
        if _BREAKABLE.search(text):
            problems.append(f"breakable space at a mark: wrap the sentence in _(): {text!r}")
        if _TIGHT.search(text):
            problems.append(f"French wants a space before ; ! ?: {text!r}")
    return problems


def _french_texts(element: Node) -> list[str]:
    if not isinstance(element.tag, str) or element.tag in VOID_OF_MEANING:
        return []
    if not (element.get("lang") or "fr").startswith("fr") or element.get("translate") == "no":
        return []
    texts = [element.text or ""]
    texts += [element.get(name) or "" for name in LABELLED_ATTRIBUTES]
    for child in element:
        texts += _french_texts(child)
        texts.append(child.tail or "")
    # Folded by hand: str.split() would also fold the no-break spaces that we look for.
    folded = (re.sub(r"[ \t\r\n]+", " ", text) for text in texts)
    return [text for text in folded if text.strip()]
