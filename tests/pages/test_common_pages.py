"""Pages that belong to nobody's journey, read in both languages."""

from threading import Thread

import pytest
from flask import Flask

from kiosk.web.sentences import SENTENCES
from tests.pages.inspector import InspectingClient, PageProblem

PAGES = ["/accessibilite", "/confidentialite", "/dev/", "/dev/composants"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_common_page_is_well_made(client: InspectingClient, path: str, language: str) -> None:
    page = client.get(f"{path}?lang={language}")

    assert page.status_code == 200
    assert f'<html lang="{language}" dir="ltr"' in page.text


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_error_has_its_page(client: InspectingClient, code: str) -> None:
    page = client.get(f"/dev/erreurs/{code}")

    assert code in page.text


def test_a_page_starts_no_thread(client: InspectingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Thread] = []
    monkeypatch.setattr(Thread, "start", started.append)

    client.get("/accessibilite")

    assert started == []


def test_the_gallery_is_hidden_where_developer_pages_are_off(app: Flask) -> None:
    app.extensions["settings"] = app.extensions["settings"].model_copy(
        update={"developer_pages": False}
    )

    page = app.test_client().get("/dev/composants")

    assert page.status_code == 404


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        ("<h1>Un</h1><h1>Deux</h1>", "exactly one <h1>"),
        ("<h1>Autre</h1>", "must begin with"),
        ("<h1>Page</h1><h3>Trop bas</h3>", "do not skip levels"),
        ("<h1>Page</h1><p id=a></p><p id=a></p>", "more than once"),
        ("<h1>Page</h1><input name=x>", "has no <label>"),
        ("<h1>Page</h1><button><svg></svg></button>", "has no words"),
        ("<h1>Page</h1><p style='color:red'>x</p>", "use a class"),
        ("<h1>Page</h1><p onclick='x()'>x</p>", "use data-module"),
        ("<h1>Page</h1><script>x()</script>", "write a module"),
        ("<h1>Page</h1><img alt='' src='https://ailleurs.example/x.png'>", "another host"),
        ("<h1>Page</h1><p>l'agent</p>", "plain apostrophe"),
        ("<h1>Page</h1><p>Prêt ?</p>", "breakable space"),
        ("<h1>Page</h1><p>Bonjour!</p>", "wants a space"),
        ("<h1>Page</h1><form method=post action=/x></form>", "exactly one {{ csrf() }}"),
        ("<h1>Page</h1><p aria-describedby=rien>x</p>", "points at nothing"),
        ("<h1>Page</h1><p><div></p>", "invalid HTML"),
    ],
)
def test_the_inspector_sees_what_is_wrong(app: Flask, markup: str, complaint: str) -> None:
    page = (
        "<!doctype html><html lang=fr dir=ltr><head><title>Page</title></head>"
        f"<body><main>{markup}</main></body></html>"
    )
    app.add_url_rule("/essai", "essai", lambda: page)

    with pytest.raises(PageProblem) as seen:
        app.test_client().get("/essai")

    assert complaint in str(seen.value)


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [("/agent//rendez-vous?a=1", "/agent/rendez-vous?a=1"), ("/guides//x", "/guides/x")],
)
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "a b", "visio.example.fr"])
def test_a_redirection_stays_on_this_site_whatever_a_proxy_says_of_it(
    client: InspectingClient, asked: str, leads_to: str, host: str
) -> None:
    answer = client.get(asked, headers={"Host": host})

    assert (answer.status_code, answer.headers["Location"]) == (308, leads_to)


@pytest.mark.parametrize("path", ["//evil.example/agent", "//evil.example//agent"])
def test_no_redirection_leads_to_another_host(client: InspectingClient, path: str) -> None:
    location = client.get(path).headers.get("Location", "/")

    assert not location.startswith(("//", "http"))


@pytest.mark.parametrize("path", ["/guides/", "/accessibilite/", "/rdv/", "/agent", "/agent/"])
def test_a_slash_more_or_less_is_still_that_address(client: InspectingClient, path: str) -> None:
    assert client.get(path).status_code in (200, 302)
