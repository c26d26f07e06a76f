"""Nobody comes in without the link, and no other site can make the browser act."""

import re
import stat
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.desk.world import World
from tests.web.conftest import ADDRESS, PORT
from triage.web import PageKey
from triage.web.guard import OPEN_PATHS
from triage.web.pages import VERBS, application


def test_the_link_opens_the_page_and_leaves_only_a_cookie(stranger: TestClient, key: PageKey) -> None:
    first = stranger.get(key.link(ADDRESS))
    assert (first.status_code, first.headers["location"]) == (303, "/")
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert key.link("").partition("=")[2] not in cookie, "the cookie is not the key"
    assert stranger.get("/").status_code == 200


PAGES = ("/", "/accounts", "/history", "/events", "/page.js")
"""What the cookie opens."""


def test_these_are_all_the_pages(world: World, key: PageKey) -> None:
    page = application(world.desk.office, key, port=PORT, templates=Path(), stopping=lambda: False)
    assert isinstance(page._inner, Starlette)
    served = {route.path for route in page._inner.routes if isinstance(route, Route)}
    assert served == {*PAGES, *OPEN_PATHS, "/do/{verb}"}


@pytest.mark.parametrize("path", PAGES)
def test_without_the_cookie_nothing_is_shown(stranger: TestClient, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert "triage page" in answer.text


@pytest.mark.parametrize("wrong", ["", "x", "€", "a" * 32])
def test_a_wrong_key_opens_nothing(stranger: TestClient, wrong: str) -> None:
    assert stranger.get("/enter", params={"key": wrong}).status_code == 401
    assert stranger.get("/").status_code == 401


@pytest.mark.parametrize("path", ["/", "/enter", "/page.css", "/events", "/history"])
@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:80", ""])
def test_a_foreign_host_is_refused_even_with_the_cookie(browser: TestClient, host: str, path: str) -> None:
    """DNS rebinding: the browser sends our cookie's host under another name."""
    assert browser.get(path, headers={"host": host}).status_code == 421


def test_a_foreign_host_cannot_act(browser: TestClient, world: World, key: PageKey) -> None:
    answer = browser.post("/do/pause", data={"word": key.form_word}, headers={"host": f"evil.example:{PORT}"})
    assert answer.status_code == 421
    assert _asked(world) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": f"http://127.0.0.1:{PORT + 1}"},
        {"origin": f"https://127.0.0.1:{PORT}"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_site_cannot_press_a_button(
    browser: TestClient, world: World, key: PageKey, headers: dict[str, str]
) -> None:
    form = {"word": key.form_word, "id": "", "argument": ""}
    for verb in VERBS:
        assert browser.post(f"/do/{verb}", data=form, headers=headers).status_code == 403
    assert _asked(world) == []


@pytest.mark.parametrize("word", ["", "x", "€"])
def test_a_form_without_its_word_does_nothing(browser: TestClient, world: World, word: str) -> None:
    """Another program on this machine may have got the cookie: cookies do not know ports."""
    for verb in VERBS:
        assert browser.post(f"/do/{verb}", data={"word": word}).status_code == 403
    assert _asked(world) == []


def test_the_forms_word_alone_does_nothing(stranger: TestClient, world: World, key: PageKey) -> None:
    for verb in VERBS:
        assert stranger.post(f"/do/{verb}", data={"word": key.form_word}).status_code == 401
    assert _asked(world) == []


def test_the_cookie_and_the_forms_word_are_not_one_another(key: PageKey) -> None:
    assert len({key.cookie, key.form_word, key.link("").partition("=")[2]}) == 3


@pytest.mark.parametrize(
    ("verb", "id_"), [("forget", "r1"), ("summary", ""), ("release", "r1;drop"), ("release", "../1")]
)
def test_only_the_pages_own_verbs_on_our_own_ids(
    browser: TestClient, world: World, key: PageKey, verb: str, id_: str
) -> None:
    answer = browser.post(f"/do/{verb}", data={"word": key.form_word, "id": id_})
    assert answer.status_code == 404
    assert _asked(world) == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_are_refused(browser: TestClient, method: str) -> None:
    assert browser.request(method, "/").status_code == 405


@pytest.mark.parametrize("path", ["/", "/history", "/page.css", "/nothing", "/enter"])
def test_every_answer_forbids_scripts_frames_and_keeping(browser: TestClient, path: str) -> None:
    headers = browser.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


def test_the_key_is_the_reps_alone_and_never_shown(tmp_path: Path) -> None:
    key = PageKey.of(tmp_path)
    file = tmp_path / "page.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text() not in repr(key)
    assert PageKey.of(tmp_path).opens(file.read_text()), "a bookmark holds after a restart"


def test_a_key_file_is_tightened_and_one_cut_short_is_made_anew(
    tmp_path: Path,
) -> None:
    file = tmp_path / "page.key"
    file.write_text("short")
    file.chmod(0o644)
    key = PageKey.of(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not key.opens("short")


def test_no_script_or_style_stands_in_a_page(browser: TestClient) -> None:
    """So that the policy needs no exception."""
    page = browser.get("/").text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)


def _asked(world: World) -> list[object]:
    with world.store.look() as records:
        return list(records.open_intentions())
