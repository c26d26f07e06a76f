"""The pages and the buttons. Each page is whole without scripts; `page.js` only keeps it fresh.

A button writes an intention, waits a moment for what became of it, and says so on the page. Customers' words
are text here: escaped by Jinja, marked where they were hot, never HTML.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from triage.desk import Office
from triage.desk.ports import Records
from triage.desk.views import account_facts, board, history, mirror_facts
from triage.errors import BadInput, TriageError
from triage.judging.facts import Intention
from triage.web.guard import Guard, cookie_name
from triage.web.keys import PageKey

VERBS = frozenset(
    {"confirm", "release", "withdraw", "settle", "acknowledge", "not-heated", "kept", "pause", "resume"}
)
"""What the page's buttons can ask for; what they mean is `desk.commands`."""
ANSWER_WITHIN = 5.0
"""Seconds that a button waits for the daemon, which looks once a second."""
LOOK_EVERY = 1.0
"""Seconds between two looks for a change, while somebody watches."""
_SUBJECT = re.compile(r"(?:[rcmp]\d{1,18})?")
_REPLY = re.compile(r"r\d{1,15}")
_INTENTION = re.compile(r"i\d{1,18}")
_LARGEST_FORM = 10_000


def application(
    office: Office, key: PageKey, *, port: int, templates: Path, stopping: Callable[[], bool]
) -> Guard:
    """The page as an ASGI application, with its guard before it."""
    pages = _Pages(office, key, port=port, templates=templates, stopping=stopping)
    routes = [
        Route("/", pages.board),
        Route("/accounts", pages.accounts),
        Route("/history", pages.history),
        Route("/enter", pages.enter),
        Route("/events", pages.events),
        Route("/page.css", pages.file),
        Route("/page.js", pages.file),
        Route("/do/{verb}", pages.act, methods=["POST"]),
    ]
    return Guard(Starlette(routes=routes, exception_handlers={TriageError: _trouble}), key, port)


class _Pages:
    def __init__(
        self, office: Office, key: PageKey, *, port: int, templates: Path, stopping: Callable[[], bool]
    ) -> None:
        self._office = office
        self._key = key
        self._port = port
        self._folder = templates
        self._stopping = stopping
        self._environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["marked"] = marked

    async def enter(self, request: Request) -> Response:
        """By the first link: the browser gets its cookie, and the key leaves the address line."""
        if not self._key.opens(request.query_params.get("key", "")):
            return PlainTextResponse("That link is not right: `triage page` prints it anew.", 401)
        response = RedirectResponse("/", 303)
        response.set_cookie(cookie_name(self._port), self._key.cookie, httponly=True, samesite="strict")
        return response

    def board(self, request: Request) -> Response:
        """What is held now, and what became of the button that was pressed last."""
        with self._office.store.look() as records:
            facts = board(self._office, records)
            answer = _answer(records, request.query_params.get("said", ""))
        return self._page("board.html", **facts, answer=answer)

    def history(self, request: Request) -> Response:
        """What became of earlier replies."""
        text, before = request.query_params.get("q", "")[:200], request.query_params.get("before", "")
        if not _REPLY.fullmatch(before):  # an address typed by hand
            before = ""
        with self._office.store.look() as records:
            facts = history(self._office, records, text, before=before)
        return self._page("history.html", **facts, text=text, before=before)

    def accounts(self, _request: Request) -> Response:
        """How the relationships stand."""
        with self._office.store.look() as records:
            return self._page(
                "accounts.html",
                accounts=account_facts(self._office, records),
                mirrors=mirror_facts(self._office, records),
            )

    def file(self, request: Request) -> Response:
        """The page's own looks and script."""
        return FileResponse(self._folder / request.url.path.removeprefix("/"))

    async def act(self, request: Request) -> Response:
        """A button."""
        form = await _form(request)
        verb, subject = request.path_params["verb"], form.get("id", "")
        if not self._key.is_form_word(form.get("word", "")):
            return PlainTextResponse("This form is too old: reload the page.", 403)
        if verb not in VERBS or not _SUBJECT.fullmatch(subject):
            return PlainTextResponse("There is nothing like that here.", 404)
        asked = await run_in_threadpool(self._ask, verb, subject, form.get("argument", ""))
        for _ in range(int(ANSWER_WITHIN / 0.1)):
            if await run_in_threadpool(self._is_done, asked):
                break
            await asyncio.sleep(0.1)
        return RedirectResponse(f"/?{urlencode({'said': asked})}#said", 303)

    def _ask(self, verb: str, subject: str, argument: str) -> str:
        with self._office.store.begin() as records:
            now = self._office.clock.now()
            wanted = Intention(verb=verb, subject=subject, argument=argument[:500], made_at=now)
            return records.intend(wanted).id

    def _is_done(self, id_: str) -> bool:
        with self._office.store.look() as records:
            return records.intention(id_).done_at is not None

    async def events(self, request: Request) -> Response:
        """Server-sent events: one word whenever what the page shows has changed."""
        return StreamingResponse(self._changes(request), media_type="text/event-stream")

    async def _changes(self, request: Request) -> AsyncIterator[str]:
        seen = await run_in_threadpool(self._state)
        yield "retry: 3000\n\n"
        while not self._stopping() and not await request.is_disconnected():
            await asyncio.sleep(LOOK_EVERY)
            now = await run_in_threadpool(self._state)
            yield ": still here\n\n" if now == seen else "event: changed\ndata: 1\n\n"
            seen = now

    def _state(self) -> str:
        """All that the page shows save what the time alone changes: equal where nothing has happened."""
        with self._office.store.look() as records:
            facts = board(self._office, records)
        facts.pop("now")
        return json.dumps(facts, default=str, sort_keys=True)

    def _page(self, name: str, **facts: Any) -> Response:
        words = {"form_word": self._key.form_word, **facts}
        return HTMLResponse(self._environment.get_template(name).render(words))


def _answer(records: Records, asked: str) -> str:
    """What the daemon said to a button; empty where no button was pressed."""
    if not _INTENTION.fullmatch(asked):
        return ""
    with suppress(BadInput):  # an address typed by hand
        return records.intention(asked).answer or "It will be done as soon as possible."
    return ""


def _trouble(_request: Request, error: Exception) -> Response:
    """What a person can cause, or a full disk: the sentence, without a traceback."""
    return PlainTextResponse(str(error), 503)


async def _form(request: Request) -> dict[str, str]:
    """A form's fields as browsers send them (application/x-www-form-urlencoded)."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST_FORM:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
    return {name: values[-1] for name, values in fields.items()}


def marked(text: str, words: Sequence[str]) -> Markup:
    """The text, escaped, with these words of it marked."""
    found = [re.escape(each) for each in sorted(words, key=len, reverse=True) if each.strip()]
    if not found:
        return escape(text)
    pieces = re.split(f"({'|'.join(found)})", text, flags=re.IGNORECASE)
    # re.split with one group gives text and matches in turn.
    return Markup().join(
        Markup("<mark>{}</mark>").format(piece) if place % 2 else escape(piece)
        for place, piece in enumerate(pieces)
    )
