"""From nothing to the first held reply, by the words of the documentation: what it says is typed, and works.

The rep sits at a terminal; the mail client is swaks, or msmtp, set up as its page says. Only what a page
cannot know is added: where the servers of this test listen, and whose certificates they have.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.pages import blocks, commands, text_of
from tests.dovecot import USERS, Dovecot, dovecot_or_skip
from tests.journeys.house import CUSTOMER, REP, House, message_id, until
from tests.provider import CLIENT, CLIENT_SECRET, AuthorisationServer
from tests.terminal import converse

ROOT = Path(__file__).parents[2]
FIRST_STEPS, CLIENTS = text_of("docs/first-steps.md"), text_of("docs/clients.md")
ANSWERS = (
    ("Your e-mail address", REP),
    ("Your name", "Robin Reyes"),
    ("Your manager's address", "boss@example.com"),
    ("Your team's name", "field"),
    ("The password of your mailbox", USERS[REP]),
)


class Newcomer(House):
    """A house whose config is made by `triage init`: typed by a person, or by options and a sign-in."""

    def _set_up(self, ca_file: Path) -> None:
        trusted = self.folder / "trusted.pem"
        trusted.write_bytes(ca_file.read_bytes() + self.dovecot.ca_file.read_bytes())
        self.config = self.folder / ".config" / "cooldown-triage" / "config.yaml"
        command = self.folder / "bin" / "triage"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m triage "$@"\n')
        command.chmod(0o755)
        servers = ["--imap-host", "127.0.0.1", "--imap-port", str(self.dovecot.tls_port)]
        servers += ["--smtp-host", "127.0.0.1", "--smtp-port", str(self.upstream.port)]
        words = ["init", *servers, "--ca-file", str(trusted)]
        self.said = self._signs_in(words) if self.provider else self._answers(words)
        client = json.loads(self.triage("client", "--show-password", "--json"))
        self.gate_port, self.gate_password = client["port"], client["password"]
        self.followed = {"pipx install .", "triage init", "triage run"}

    def _answers(self, words: list[str]) -> str:
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
        """A person of their own: a home, `triage` on the path, no keychain, nothing configured."""
        inherited = (key for key in os.environ if key != "TRIAGE_CONFIG" and not key.startswith("XDG_"))
        return {
            **{key: os.environ[key] for key in inherited},
            "HOME": str(self.folder),
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "PYTHONPATH": str(ROOT),
            "CLIENT_SECRET": CLIENT_SECRET,
        }

    def types(self, line: str, answer: str = "") -> str:
        """A line in a shell, as it stands on a page; all that it showed."""
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=self.folder,
            env=self.environ,
            input=answer,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def follows(self, line: str) -> str:
        """A line of the first steps."""
        assert line in commands(FIRST_STEPS), f"the page does not say: {line}"
        self.followed.add(line)
        return self.types(line)


def installed_or_skip(program: str) -> None:
    """As Dovecot: skipped on a person's machine, never where the checks of a commit are run."""
    if shutil.which(program) is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{program} is missing (Debian has it)")


def line_of(program: str) -> str:
    """The command by which the page about mail clients sends reply.eml."""
    (line,) = (line for line in commands(CLIENTS) if line.startswith(f"{program} "))
    return line


def swaks(rep: Newcomer) -> None:
    """It asks for the password, and shows the gate's own words."""
    shown = rep.types(line_of("swaks").replace("1587", str(rep.gate_port)), answer=f"{rep.gate_password}\n")
    assert re.search(r"250 2\.0\.0 held until .*\(triage r1\)", shown)


def msmtp(rep: Newcomer) -> None:
    """It has a file of its own, and says nothing where all is well."""
    (settings,) = (text for text in blocks(CLIENTS, "text") if text.startswith("account "))
    file = rep.folder / ".msmtprc"
    file.write_text(settings.replace("1587", str(rep.gate_port)))
    file.chmod(0o600)
    assert rep.types(line_of("msmtp")) == ""


@pytest.mark.parametrize("mail_client", [swaks, msmtp])
def test_the_first_steps_word_by_word(mail_client: Callable[[Newcomer], None]) -> None:
    dovecot_or_skip()
    installed_or_skip(mail_client.__name__)
    with Newcomer(Dovecot()) as rep:
        assert USERS[REP] not in rep.said, "a password is not shown while it is typed"
        assert rep.gate_password not in rep.said
        assert f"Port:        {rep.gate_port}" in rep.said

        assert "PROBLEM" not in rep.follows("triage doctor").upper()
        rep.follows("triage scan --since 90d")
        assert rep.gate_password in rep.follows("triage client --show-password")

        (complaint,) = blocks(FIRST_STEPS, "text")
        subject, _, text = complaint.removeprefix("Subject: ").partition("\n\n")
        raw = rep.reply(rep.customer_writes(text, subject=subject))
        until(lambda: rep.inside("drafts"), "the suggestion")
        (rep.folder / "reply.eml").write_bytes(raw)
        mail_client(rep)

        assert "1 reply is held" in rep.follows("triage status")
        assert "r1" in rep.follows("triage held")
        assert "third time" in rep.follows("triage held show r1")
        assert rep.upstream.mails == []
        rep.follows('triage release r1 --reason "their truck leaves at three"')
        (mail,) = rep.upstream.wait_for(1)
        assert (mail.mail_from, mail.rcpt_tos) == (REP, (CUSTOMER,))
        assert message_id(mail.raw) == message_id(raw)
        assert rep.held() == []
        assert rep.followed == set(commands(FIRST_STEPS)), "each line of the page was typed"


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
        assert rep.rep_sends(raw)[0] == 250
        rep.triage("release", "r1", "--reason", "their truck leaves at three")
        (mail,) = rep.upstream.wait_for(1)
        assert (mail.user, message_id(mail.raw)) == (REP, message_id(raw))


def test_the_readme_says_no_more_than_the_first_steps() -> None:
    assert set(commands(text_of("README.md", "Set it up"))) <= set(commands(FIRST_STEPS))
