"""`init` where one signs in at Google or Microsoft: what is asked, tried and written."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.company import REP, Company, refused
from tests.cli.conftest import Triage
from tests.dovecot import Dovecot, dovecot_or_skip
from tests.provider import CLIENT, AuthorisationServer, agree
from tests.terminal import converse
from triage.config import OAuth, load

ROOT = Path(__file__).parents[2]
GMAIL = ("--imap-host", "imap.gmail.com", "--no-smtp")
LATER = ("--client-id", CLIENT, "--sign-in", "later")


@pytest.fixture(scope="module")
def provider() -> Iterator[AuthorisationServer]:
    with AuthorisationServer() as server:
        yield server


@pytest.fixture(scope="module")
def mailbox(provider: AuthorisationServer) -> Iterator[Dovecot]:
    dovecot_or_skip()
    with Dovecot(introspection=provider.url("introspect")) as server:
        yield server


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is sent to the provider agrees at once."""

    def opened(link: str) -> None:
        threading.Thread(target=agree, args=(link,)).start()

    monkeypatch.setattr("click.launch", opened)


def test_who_signs_in_later_is_told_how(triage: Triage, company: Company) -> None:
    said = triage("init", *company.rep, *GMAIL, *LATER)
    assert said.code == 0, said.err
    assert f"triage login {REP}" in said.out
    (account,) = load(company.config).accounts
    assert account.login.oauth == OAuth(provider="google", client_id=CLIENT)


MICROSOFT = (("The id of your company's directory", "7c1d-acme"),)
GOOGLE = (("Its client secret", "s3cret"),)


@pytest.mark.parametrize(
    ("host", "choice", "answers", "registration", "written"),
    [
        ("outlook.office365.com", ": ", MICROSOFT, "the redirect URI http://localhost",
         OAuth(provider="microsoft", client_id=CLIENT, tenant="7c1d-acme")),
        ("imap.gmail.com", " (empty: an app password instead): ", GOOGLE, "of the type Desktop app",
         OAuth(provider="google", client_id=CLIENT, client_secret="s3cret")),
    ],
    ids=["microsoft", "google"],
)  # fmt: skip
def test_a_person_is_asked_for_the_companys_registration(
    company: Company,
    host: str,
    choice: str,
    answers: tuple[tuple[str, str], ...],
    registration: str,
    written: OAuth,
) -> None:
    asked = (
        ("Your e-mail address", REP),
        ("Your name", ""),
        ("Your manager's address", ""),
        ("Your team's name", ""),
        (f"The client id of that registration{choice}", CLIENT),
        *answers,
    )
    words = ("init", "--config", str(company.config), "--imap-host", host, "--no-smtp", "--sign-in", "later")
    shown = converse(words, asked, {**os.environ, "PYTHONPATH": str(ROOT)})
    assert shown.code == 0, shown.text
    assert registration in shown.text
    assert "s3cret" not in shown.text
    (account,) = load(company.config).accounts
    assert account.login.oauth == written


@pytest.mark.parametrize(
    ("client_id", "who", "code", "sentence"),
    [
        (CLIENT, "other@example.com", 3, f"Nothing was written. Was it {REP} who signed in?"),
        ("another-one", REP, 2, "Microsoft does not accept this program's registration (invalid_request)"),
    ],
)
def test_a_sign_in_that_opens_nothing_writes_nothing(
    triage: Triage,
    company: Company,
    browser: None,
    provider: AuthorisationServer,
    client_id: str,
    who: str,
    code: int,
    sentence: str,
) -> None:
    provider.user = who
    ends = (f"--endpoint={name}={address}" for name, address in provider.endpoints.items())
    there = ("--oauth", "microsoft", "--client-id", client_id, *ends)
    said = triage("init", *company.rep, *there, *company.imap, *company.smtp)
    assert (said.code, sentence in refused(said, company)) == (code, True), said.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--imap-host", "127.0.0.1", "--no-smtp", *LATER), "Say --oauth google or --oauth microsoft"),
        ((*GMAIL, *LATER, "--password-env", "MAIL"), "A password or a sign-in"),
        ((*GMAIL, "--oauth", "google"), "name the registration by --client-id"),
        ((*GMAIL, *LATER, "--client-secret-env", "NO_SUCH"), "NO_SUCH is not set"),
        ((*GMAIL, *LATER, "--endpoint", "tokens=https://login.example"), "token=..."),
        ((*GMAIL, *LATER, "--endpoint", "token=http://login.example"), "should begin with https://"),
    ],
)
def test_what_is_missing_or_wrong_is_one_sentence(
    triage: Triage, company: Company, words: tuple[str, ...], sentence: str
) -> None:
    said = triage("init", *company.rep, *words)
    assert (said.code, sentence in refused(said, company)) == (2, True), said.err
