"""Signing in at a provider, and what keeps a sign-in alive: against a real authorisation server."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.core import load_keyring
from keyring.errors import KeyringLocked

from tests.config.test_logins import Keychain
from tests.fakes.clock import FakeClock
from tests.provider import CLIENT, AuthorisationServer, agree
from triage.errors import BadInput, LoginRefused, TriageError, Unreachable
from triage.mail.oauth import Client, Grant, Tokens, Vault
from triage.mail.oauth.consent import by_browser, by_device
from triage.mail.providers import oauth_provider

REP = "rep@example.com"


@pytest.fixture
def server() -> Iterator[AuthorisationServer]:
    with AuthorisationServer() as server:
        yield server


@pytest.fixture(autouse=True)
def keychains() -> Iterator[Callable[[KeyringBackend], None]]:
    """No keychain at first; call it with another."""
    before = keyring.get_keyring()
    keyring.set_keyring(load_keyring("keyring.backends.fail.Keyring"))
    yield keyring.set_keyring
    keyring.set_keyring(before)


def client_at(server: AuthorisationServer, client_id: str = CLIENT) -> Client:
    return Client(provider=oauth_provider("google", **server.endpoints), client_id=client_id)


def signed_in(server: AuthorisationServer) -> Grant:
    return by_browser(client_at(server), REP, in_the_browser())


def in_the_browser(then: Callable[[str], object] = agree) -> Callable[[str, str], None]:
    """A person who follows the link, while the program waits."""
    return lambda link, _code: threading.Thread(target=then, args=(link,)).start()


def query_of(link: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(link).query).items()}


# A person agrees


def test_a_person_agrees_in_the_browser(server: AuthorisationServer) -> None:
    links, pages = [], []

    def person(link: str) -> None:
        links.append(link)
        pages.append(agree(link))

    grant = by_browser(client_at(server), REP, in_the_browser(person))
    assert {grant.access, grant.refresh} < server.issued
    asked = query_of(links[0])
    assert asked["login_hint"] == REP
    assert asked["code_challenge_method"] == "S256"
    assert "code_verifier" not in asked
    assert "close this tab" in pages[0]


def test_whoever_does_not_know_the_state_puts_no_sign_in_of_his_own_in(server: AuthorisationServer) -> None:
    stranger: list[str] = []

    def person(link: str) -> None:
        redirect = query_of(link)["redirect_uri"]
        stranger.extend(
            agree(f"{redirect}?{words}") for words in ("", "code=his", "code=his&state=guessed", "error=x")
        )
        agree(link)

    grant = by_browser(client_at(server), REP, in_the_browser(person))
    assert grant.refresh in server.issued
    assert ["Nothing is waited for" in page for page in stranger] == [True] * 4
    assert [form["code"] for form in server.asked] == [word for word in server.issued if "code-" in word]


def test_a_code_that_was_seen_is_worth_nothing_without_the_verifier(server: AuthorisationServer) -> None:
    """What the program sends for the code is checked by the server; this is the server's own test."""
    seen: list[str] = []

    def show(link: str, _code: str) -> None:
        seen.append(server.authorize(query_of(link)))

    with pytest.raises(Unreachable, match="nobody signed in within"):
        by_browser(client_at(server), REP, show, patience=0.05)
    form = {"client_id": CLIENT, "grant_type": "authorization_code", "code_verifier": "guessed"}
    redirect = {"redirect_uri": seen[0].partition("?")[0]}
    assert server.token({**form, **redirect, "code": query_of(seen[0])["code"]})[0] == 400


def test_a_person_declines(server: AuthorisationServer) -> None:
    def person(link: str) -> None:
        asked = query_of(link)
        agree(f"{asked['redirect_uri']}?error=access_denied&state={asked['state']}")

    with pytest.raises(LoginRefused, match="access_denied"):
        by_browser(client_at(server), REP, in_the_browser(person))


def test_a_registration_that_the_provider_does_not_know(server: AuthorisationServer) -> None:
    with pytest.raises(BadInput, match=r"registration \(invalid_request\): see `login.oauth`"):
        by_browser(client_at(server, "mistyped"), REP, in_the_browser())


def test_a_code_is_typed_in_on_another_device(server: AuthorisationServer) -> None:
    shown: list[tuple[str, str]] = []
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            server.typed.set()

    grant = by_device(client_at(server), lambda *words: shown.append(words), wait=wait)
    assert shown == [(server.url("typing"), "WDJB-MJHT")]
    assert waits == [1, 1, 1]
    assert grant.refresh in server.issued


def test_nobody_types_the_code_in_and_a_broken_provider_is_asked_less_often(
    server: AuthorisationServer,
) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        server.broken = len(waits) == 2

    with pytest.raises(Unreachable, match="ran out"):
        by_device(client_at(server), lambda *_: None, wait=wait)
    assert waits[:3] == [1, 1, 6]
    assert sum(waits) < 60 + 6


def test_google_gives_no_mailbox_by_a_code() -> None:
    client = Client(provider=oauth_provider("google"), client_id=CLIENT)
    with pytest.raises(BadInput, match="browser"):
        by_device(client, lambda *_: None)


def test_each_provider_is_asked_for_mail_that_lasts() -> None:
    google, microsoft = oauth_provider("google"), oauth_provider("microsoft", tenant="acme.example")
    assert google.parameters == {"access_type": "offline", "prompt": "consent"}
    assert "offline_access" in microsoft.scopes
    assert "/acme.example/" in microsoft.token


# What keeps it alive


class LockableKeychain(Keychain):
    """One that gives, but may not take."""

    locked = False

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked("locked")
        super().set_password(service, username, password)


class House:
    """One account that has signed in, and a clock to move."""

    def __init__(self, server: AuthorisationServer, folder: Path) -> None:
        self.server, self.clock = server, FakeClock()
        self.vault = Vault(REP, folder)
        self.vault.keep(signed_in(server).refresh)
        self.tokens = self.another_process()
        server.asked.clear()

    def another_process(self) -> Tokens:
        return Tokens(REP, client_at(self.server), self.vault, self.clock.now)


@pytest.fixture
def house(server: AuthorisationServer, tmp_path: Path) -> House:
    return House(server, tmp_path)


def test_a_token_is_renewed_five_minutes_before_its_end(house: House) -> None:
    first = house.tokens.access()
    house.clock.move(minutes=54)
    assert house.tokens.access() == first
    house.clock.move(minutes=1)
    assert house.tokens.access() != first
    assert [form["grant_type"] for form in house.server.asked] == ["refresh_token"] * 2


def test_many_threads_renew_it_once(house: House) -> None:
    with ThreadPoolExecutor(8) as pool:
        words = {future.result() for future in [pool.submit(house.tokens.access) for _ in range(8)]}
    assert len(words) == len(house.server.asked) == 1


def test_a_command_and_the_daemon_renew_it_beside_each_other(house: House) -> None:
    """Each replaces the other's refresh token; the use of a dead one would end the sign-in."""
    both = [house.tokens, house.another_process()]
    with ThreadPoolExecutor(2) as pool:
        for _ in range(5):
            assert all(pool.map(Tokens.access, both))
            house.clock.move(hours=1)


def test_the_successor_is_kept_before_it_is_needed(house: House) -> None:
    former = house.vault.token()
    house.tokens.access()
    assert house.vault.token() != former
    assert house.another_process().access()


def test_a_successor_that_could_not_be_kept_is_not_lost(
    house: House, keychains: Callable[[KeyringBackend], None]
) -> None:
    chain = LockableKeychain()
    keychains(chain)
    chain.locked = True
    with pytest.raises(Unreachable, match="keychain refused"):
        house.tokens.access()
    chain.locked = False
    assert house.tokens.access()
    assert house.another_process().access()


def test_a_disk_that_does_not_take_the_successor_loses_nothing(house: House, tmp_path: Path) -> None:
    in_the_way = tmp_path / f"{REP}.token.new"
    in_the_way.mkdir()
    with pytest.raises(Unreachable, match="cannot be written"):
        house.tokens.access()
    in_the_way.rmdir()
    assert house.tokens.access()
    assert house.another_process().access()


def test_a_provider_that_is_down_costs_no_token(house: House) -> None:
    kept = house.vault.token()
    with (
        house.server.down(),
        pytest.raises(Unreachable, match="no server listens there; the sign-in is kept"),
    ):
        house.tokens.access()
    house.server.broken = True
    with pytest.raises(Unreachable, match="HTTP 503"):
        house.tokens.access()
    assert house.vault.token() == kept
    house.server.broken = False
    assert house.tokens.access()


def test_a_sign_in_that_is_over_is_told_and_still_not_thrown_away(house: House) -> None:
    house.server.revoke()
    kept = house.vault.token()
    with pytest.raises(LoginRefused, match=r"invalid_grant, AADSTS70008.*: `triage login rep@example\.com`"):
        house.tokens.access()
    assert house.vault.token() == kept
    house.vault.keep(signed_in(house.server).refresh)
    assert house.tokens.access()


def test_a_token_that_a_server_refused_is_thrown_away_once(house: House) -> None:
    first = house.tokens.access()
    assert house.tokens.refused()
    assert not house.tokens.refused()
    assert house.tokens.access() != first


def test_a_provider_that_gives_the_refresh_token_once_only(house: House) -> None:
    house.server.rotate = False
    kept = house.vault.token()
    assert house.tokens.access()
    assert house.vault.token() == kept


def test_no_token_is_in_what_is_told(house: House) -> None:
    house.tokens.access()
    told = [
        repr(house.tokens),
        repr(house.vault),
        repr(client_at(house.server)),
        repr(signed_in(house.server)),
    ]
    house.server.revoke()
    house.tokens.refused()
    with pytest.raises(TriageError) as caught:
        house.tokens.access()
    told += [str(caught.value), repr(caught.value), repr(caught.value.__cause__)]
    assert [word for word in house.server.issued if word in "".join(told)] == []


# Where it is kept


def test_without_a_keychain_it_is_in_a_file_of_the_reps_alone(tmp_path: Path) -> None:
    vault = Vault(REP, tmp_path / "state")
    assert vault.keep("first") == tmp_path / "state" / "rep@example.com.token"
    vault.keep("second")
    assert vault.token() == "second"
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["rep@example.com.token"]
    (file,) = (tmp_path / "state").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    file.chmod(0o644)
    with pytest.raises(BadInput, match="chmod 600"):
        vault.token()


def test_with_a_keychain_it_is_there_and_no_file_is_left(
    tmp_path: Path, keychains: Callable[[KeyringBackend], None]
) -> None:
    vault = Vault(REP, tmp_path)
    vault.keep("in a file")
    keychains(Keychain())
    assert vault.keep("in the keychain") is None
    assert vault.token() == "in the keychain"
    assert list(tmp_path.iterdir()) == []


def test_whoever_never_signed_in_is_told_how(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"sign in first: `triage login rep@example\.com`"):
        Vault(REP, tmp_path).token()


def test_an_address_is_never_a_path(tmp_path: Path) -> None:
    place = Vault("../../rep@example.com", tmp_path).keep("token")
    assert place is not None
    assert place.parent == tmp_path
