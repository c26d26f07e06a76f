"""What the page shows, and what its buttons do; the world behind it is in memory."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.desk.world import HOT, World
from triage.judging.holds import State
from triage.web import PageKey
from triage.web.pages import marked

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> {{ 7 * 7 }} {% raw %} \"'><b>"


def test_nothing_held_says_so(browser: TestClient) -> None:
    page = browser.get("/").text
    assert "Nothing is held. All calm." in page


def test_a_heated_message_shows_its_words_and_a_suggestion(browser: TestClient, world: World) -> None:
    world.customer_writes(HOT)
    world.look()
    page = browser.get("/").text
    assert "1 heated message to answer" in page
    assert "acme.example" in page
    assert "<mark>" in page
    assert "Acknowledge now" in page
    assert "order 4711" in page


def test_a_held_reply_shows_all_three_texts_and_its_clock(browser: TestClient, world: World) -> None:
    world.customer_writes(HOT)
    world.look()
    world.rep_sends(world.reply("The rest leaves tomorrow."))
    page = browser.get("/").text
    (reply,) = world.replies
    assert "1 reply held" in page
    assert "The rest leaves tomorrow." in page
    assert f'data-due="{reply.due_at.isoformat()}"' in page
    assert "expedite it at our cost" in page, "the suggestion"
    assert "heated message to answer" not in page, "the reply answers it"


def test_what_the_customer_wants_is_shown_until_when_and_how_often(browser: TestClient, world: World) -> None:
    world.customer_writes("Third reminder: the crane is broken. Send a fitter by Thursday. You are useless.")
    world.look()
    page = browser.get("/").text
    assert "<dt>They ask</dt><dd>Send a fitter by Thursday.</dd>" in page
    assert "<dt>Until</dt><dd>by Thursday = Thu 19 Mar</dd>" in page
    assert "<dt>Asked before</dt><dd>Third reminder</dd>" in page


@pytest.mark.parametrize("hostile", [HOSTILE, HOSTILE * 20])
def test_hostile_words_are_only_words(browser: TestClient, world: World, hostile: str) -> None:
    """In the sender's name, the subject, the customer's text, the reply."""
    world.customer_writes(f"{hostile} {HOT} {hostile}", subject=f"Order {hostile}"[:200])
    world.look()
    world.rep_sends(world.reply(f"Well. {hostile}"))
    for path in ("/", "/history", f"/history?q={hostile[:40]}"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<b>" not in page
        assert "49" not in re.sub(r"\d{4}-\d\d-\d\dT[^\"]*|[0-9a-f]{64}", "", page)


def test_send_now_needs_a_reason_and_says_what_became_of_it(
    browser: TestClient, world: World, key: PageKey
) -> None:
    id_ = _held(world)
    assert "give a reason" in _press(browser, world, key, "release", id_)
    assert world.states == [State.HELD]
    assert "goes out now" in _press(browser, world, key, "release", id_, "their truck leaves at three")
    world.tick()
    assert world.states == [State.SENT]
    assert "their truck leaves at three" in browser.get("/history").text


def test_the_check_marks_the_reply_and_says_what_instead(browser: TestClient, world: World) -> None:
    world.customer_writes(HOT)
    world.look()
    world.rep_sends(world.reply("I am sorry you feel that way. As I told you in March, it left on Friday."))
    page = browser.get("/").text
    assert "<mark>sorry you feel" in page or "<mark>I am sorry you feel" in page
    assert "<strong>An I-told-you-so</strong>" in page


def test_a_promise_for_a_time_before_it_leaves_is_shown_with_the_reply(
    browser: TestClient, world: World
) -> None:
    """Also under `send`, where it keeps nothing back."""
    _change(world, after="send")
    world.customer_writes(HOT)
    world.look()
    world.rep_sends(world.reply("We will call you by 9:10 this morning."))
    page = browser.get("/").text
    assert "When its time is over, it goes out by itself." in page
    assert "is over before it leaves" in page
    assert "It never says “I”" in page


def test_what_happens_when_the_time_is_over_is_said_and_can_be_settled_beforehand(
    browser: TestClient, world: World, key: PageKey
) -> None:
    _change(world, after="ask")
    id_ = _held(world)
    page = browser.get("/").text
    assert "When its time is over, it waits for your word" in page
    assert "Send when its time is over" in page
    assert "goes out by itself at" in _press(browser, world, key, "confirm", id_)
    page = browser.get("/").text
    assert "When its time is over, it goes out by itself." in page
    assert "Send when its time is over" not in page


def test_what_a_blank_keeps_back_cannot_be_settled_beforehand(browser: TestClient, world: World) -> None:
    world.customer_writes(HOT)
    world.look()
    world.rep_sends(world.reply("I will call you at [[time]]."))
    page = browser.get("/").text
    assert "because a blank of the suggestion is still in it" in page
    assert "Send when its time is over" not in page, "it would only be refused"


def test_take_back(browser: TestClient, world: World, key: PageKey) -> None:
    id_ = _held(world)
    assert "goes back to Drafts" in _press(browser, world, key, "withdraw", id_)
    assert world.states == [State.WITHDRAWN]
    assert "Nothing is held" in browser.get("/").text


def test_not_heated(browser: TestClient, world: World, key: PageKey) -> None:
    id_ = _held(world)
    assert "no longer count" in _press(browser, world, key, "not-heated", id_)


def test_a_refusal_is_told_on_the_page(browser: TestClient, world: World, key: PageKey) -> None:
    assert "r99" in _press(browser, world, key, "withdraw", "r99")


def test_early_release_that_the_rules_forbid_has_no_button(browser: TestClient, world: World) -> None:
    _held(world)
    assert "Send now because" in browser.get("/").text
    _change(world, early_release="never")
    page = browser.get("/").text
    assert "Send now because" not in page
    assert "Take back to Drafts" in page


def test_a_promise_is_shown_until_it_is_kept(browser: TestClient, world: World, key: PageKey) -> None:
    world.rep_sends(world.reply("I will call you by 4 pm, <b>for sure</b>.", answers=""))
    page = browser.get("/").text
    assert "1 promise to keep" in page
    assert "I will call you by 4 pm" in page
    assert "<b>" not in page
    assert "p1 is kept." in _press(browser, world, key, "kept", "p1")
    assert "to keep" not in browser.get("/").text


def test_the_accounts_have_a_page_of_their_own(browser: TestClient, world: World) -> None:
    assert "There is too little mail yet to tell." in browser.get("/accounts").text
    for _ in range(3):
        world.customer_writes("Thank you so much! You saved our week, and we are all grateful.")
    world.look()
    world.forward(minutes=1)
    page = browser.get("/accounts").text
    assert "▲ up" in page
    assert "3 of 3 messages in 14 days said thank you" in page
    assert "Up, and so the most at risk" in page
    assert "Hello Dana," in page, "a note to send"


def test_history_is_searched(browser: TestClient, world: World, key: PageKey) -> None:
    id_ = _held(world)
    _press(browser, world, key, "withdraw", id_)
    assert id_ in browser.get("/history", params={"q": "ACME 4711"}).text
    assert id_ not in browser.get("/history", params={"q": "other.example"}).text


def test_history_comes_a_page_at_a_time(browser: TestClient, world: World, key: PageKey) -> None:
    first = _held(world)
    _press(browser, world, key, "withdraw", first)
    with world.store.begin() as records:
        for number in range(50):
            records.add_reply(replace(world.replies[0], message_ids=(f"<{number}@example.com>",)), b"")
    page = browser.get("/history", params={"q": "4711 acme"}).text
    assert "<td>r51</td>" in page
    assert "<td>r1</td>" not in page
    (older,) = re.findall(r'href="(/history\?[^"]*before=[^"]*)"', page)
    page = browser.get(older.replace("&amp;", "&")).text
    assert "<td>r1</td>" in page
    assert "<td>r2</td>" not in page
    assert 'value="4711 acme"' in page, "the search stays"
    assert "Older replies" not in page


@pytest.mark.parametrize("before", ["r0", "r999999999999999", "x", "r1; drop", "<b>", "r" + "9" * 99])
def test_a_page_of_history_that_was_never_linked(browser: TestClient, before: str) -> None:
    page = browser.get("/history", params={"before": before})
    assert page.status_code == 200
    assert "<b>" not in page.text


@pytest.mark.parametrize("said", ["i99999", "x", "<b>", "i1" * 20])
def test_an_address_typed_by_hand_breaks_nothing(browser: TestClient, said: str) -> None:
    page = browser.get("/", params={"said": said})
    assert page.status_code == 200
    assert "<b>" not in page.text


def test_words_are_marked_and_escaped() -> None:
    assert marked("A <b>joke</b>, A JOKE", ("joke", "<b>")) == (
        "A <mark>&lt;b&gt;</mark><mark>joke</mark>&lt;/b&gt;, A <mark>JOKE</mark>"
    )
    assert marked("a & b", ()) == "a &amp; b"


def _change(world: World, **cooldown: Any) -> None:
    """Other rules, as when a person changes the team's file while the daemon runs."""
    rules = world.team.rules
    rules = replace(rules, cooldown=replace(rules.cooldown, **cooldown))
    office = world.desk.office
    office.settings = replace(office.settings, teams={"field": replace(world.team, rules=rules)})


def _held(world: World) -> str:
    world.customer_writes(HOT)
    world.look()
    world.rep_sends(world.reply("On its way."))
    return world.replies[0].id


def _press(browser: TestClient, world: World, key: PageKey, verb: str, id_: str, argument: str = "") -> str:
    """Press a button while the daemon ticks; the page that comes then."""
    with _ticking(world):
        form = {"word": key.form_word, "id": id_, "argument": argument}
        answer = browser.post(f"/do/{verb}", data=form, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 303
    return str(browser.get(answer.headers["location"]).text)


@contextmanager
def _ticking(world: World) -> Iterator[None]:
    stop = threading.Event()

    def tick() -> None:
        while not stop.wait(0.02):
            world.desk.tick()

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
