"""From nothing to the first held reply, by the README's words: init, doctor, run, a real client, release.

The rep sits at a terminal and types; the mail client is swaks. Only what the README cannot know is added:
where the servers of this test listen, and whose certificates they have.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.dovecot import USERS, Dovecot, dovecot_or_skip
from tests.journeys.house import CUSTOMER, REP, House, message_id, until
from tests.provider import CLIENT, CLIENT_SECRET, AuthorisationServer
from tests.terminal import converse

ROOT = Path(__file__).parents[2]
ANSWERS = (
    ("Your e-mail address", REP),
    ("Your name", "Robin Reyes"),
    ("Your manager's address", "boss@example.com"),
    ("Your team's name", "field"),
    ("The password of your mailbox", USERS[REP]),
)


def swaks_or_skip() -> None:
    """As Dovecot: skipped on a person's machine, never where the checks of a commit are run."""
    if shutil.which("swaks") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("swaks is missing (Debian: apt install swaks)")


class Newcomer(House):
    """A house whose config is made by `triage init`: typed by a person, or by options and a sign-in."""

    def _set_up(self, ca_file: Path) -> None:
        trusted = self.folder / "trusted.pem"
        trusted.write_bytes(ca_file.read_bytes() + self.dovecot.ca_file.read_bytes())
        self.config = self.folder / "config" / "cooldown-triage" / "config.yaml"
        servers = ["--imap-host", "127.0.0.1", "--imap-port", str(self.dovecot.tls_port)]
        servers += ["--smtp-host", "127.0.0.1", "--smtp-port", str(self.upstream.port)]
        words = ["init", *servers, "--ca-file", str(trusted)]
        self.said = self._signs_in(words) if self.provider else self._types(words)
        self.client = json.loads(self.triage("client", "--show-password", "--json"))
        self.gate_port = self.client["port"]

    def _types(self, words: list[str]) -> str:
        shown = converse(words, ANSWERS, self.environ)
        assert shown.code == 0, shown.text
        return shown.text

    def _signs_in(self, words: list[str]) -> str:
        assert self.provider
        here = [f"--endpoint={name}={address}" for name, address in self.provider.endpoints.items()]
        registration = ["--oauth", "google", "--client-id", CLIENT, "--client-secret-env", "CLIENT_SECRET"]
        return self.agreeing(*words, "--address", REP, *registration, *here, "--sign-in", "link")

    @property
    def environ(self) -> dict[str, str]:
        """A person of their own: a home, no keychain, nothing configured."""
        return {
            **{key: value for key, value in os.environ.items() if key != "TRIAGE_CONFIG"},
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "PYTHONPATH": str(ROOT),
            "CLIENT_SECRET": CLIENT_SECRET,
        }

    def mails(self, raw: bytes) -> str:
        """The rep's mail client sends, as it was told to; the whole conversation."""
        letter = self.folder / "reply.eml"
        letter.write_bytes(raw)
        command = ["swaks", "--server", self.client["host"], "--port", str(self.client["port"])]
        command += ["--auth", "PLAIN", "--auth-user", self.client["users"][0]]
        command += ["--auth-password", self.client["password"]]
        command += ["--from", REP, "--to", CUSTOMER, "--data", f"@{letter}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout


def test_from_nothing_to_the_first_held_reply_and_its_release() -> None:
    dovecot_or_skip()
    swaks_or_skip()
    with Newcomer(Dovecot()) as rep:
        assert USERS[REP] not in rep.said, "a password is not shown while it is typed"
        assert rep.client["password"] not in rep.said
        assert f"Port:        {rep.gate_port}" in rep.said
        checked = json.loads(rep.triage("doctor", "--json"))
        assert [each["said"] for each in checked if each["level"] == "problem"] == []
        assert "the daemon is running" in [each["said"] for each in checked]

        raw = rep.reply(rep.customer_writes())
        until(lambda: json.loads(rep.triage("status", "--json"))["cooldowns"], "the cool-down")
        assert re.search(r"250 2\.0\.0 held until .*\(triage r1\)", rep.mails(raw))
        (held,) = rep.held()
        assert (held["id"], held["state"]) == ("r1", "HELD")
        assert rep.upstream.mails == []

        rep.triage("release", "r1", "--reason", "their truck leaves at three")
        (mail,) = rep.upstream.wait_for(1)
        assert (mail.mail_from, mail.rcpt_tos) == (REP, (CUSTOMER,))
        assert message_id(mail.raw) == message_id(raw)
        assert rep.held() == []


def test_with_a_sign_in_at_the_provider_no_password_is_asked_for_or_kept() -> None:
    dovecot_or_skip()
    with (
        AuthorisationServer() as provider,
        Newcomer(Dovecot(introspection=provider.url("introspect")), provider=provider) as rep,
    ):
        assert f"Signed in as {REP}. The sign-in is kept in " in rep.said
        assert [file.name for file in rep.config.parent.rglob("*.password")] == ["gate.password"]
        assert [word for word in provider.issued if word in rep.said] == []
        assert rep.triage("doctor", "--json", code=None).count('"problem"') == 0
        raw = rep.reply(rep.customer_writes())
        until(lambda: json.loads(rep.triage("status", "--json"))["cooldowns"], "the cool-down")
        rep.gate_password = rep.client["password"]
        assert rep.rep_sends(raw)[0] == 250
        rep.triage("release", "r1", "--reason", "their truck leaves at three")
        (mail,) = rep.upstream.wait_for(1)
        assert (mail.user, message_id(mail.raw)) == (REP, message_id(raw))


def test_the_readme_says_what_this_journey_does() -> None:
    section = (ROOT / "README.md").read_text().partition("## Set it up")[2].partition("\n## ")[0]
    commands = re.findall(r"^ *(triage [a-z].*?)(?:  +#.*)?$", section, re.MULTILINE)
    assert commands == ["triage init", "triage doctor", "triage run"]
