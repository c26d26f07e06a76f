"""What `triage init` does once it has its answers: prove the login, keep the passwords, write the files."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

from triage import config as files
from triage.config import Config, OAuth, load
from triage.daemon.checkup.machine import taken
from triage.daemon.rendering import rendered
from triage.errors import BadInput, Mistakes, TriageError
from triage.mail.logins import Kind, keep, secret
from triage.mail.mailbox import ImapMailbox
from triage.mail.providers import PORTS, Server
from triage.mail.providers import Kind as ServerKind
from triage.mail.relay import SmtpRelay
from triage.private import write_private

Source: TypeAlias = tuple[Kind, str]
"""Where a password is kept, as the config says it."""

GATE = "gate"
"""The name of the gate's own password, in the keychain and as a file."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that a person takes for one another."""
_PORTS_TRIED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An account, as it is to be written."""

    address: str
    name: str
    user: str
    """The name to sign in with; empty: the address."""
    imap: Server
    smtp: Server | None
    ca_file: Path | None
    """PEM file of a private authority, for both."""
    oauth: OAuth | None
    """The registration to sign in with; None: by a password."""
    team: str
    manager: str
    gate_port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where the passwords are kept; None where there is none: a sign-in, no gate."""

    mailbox: Source | None
    gate: Source | None


def prove(plan: Plan, word: str) -> None:
    """Log in at both servers, once, with a password, or with the access token of a sign-in.

    LoginRefused is the mailbox's, UpstreamUnavailable the way out's.
    """
    user, imap, smtp, token = plan.user or plan.address, plan.imap, plan.smtp, plan.oauth is not None
    ImapMailbox.connect(
        host=imap.host,
        port=imap.port,
        security=imap.security,
        ca_file=plan.ca_file,
        user=user,
        password=lambda: word,
        token=token,
    ).close()
    if smtp:
        SmtpRelay(
            smtp.host,
            smtp.port,
            security=smtp.security,
            ca_file=plan.ca_file,
            user=user,
            password=lambda: word,
            token=token,
        ).check()


class Safe:
    """Keeps passwords: in the desktop's keychain; once that fails, in files beside the config."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self._folder, self._say = folder, say
        self._has_keychain = True

    def keep(self, entry: str, word: str) -> Source:
        """Keep it; where, is said plainly where it is not the keychain."""
        if self._has_keychain:
            try:
                keep(entry, word)
            except TriageError:
                self._has_keychain = False
            else:
                return "keyring", "true"
        file = self._file(entry)
        write_private(file, f"{word}\n".encode())
        self._say(f"No keychain can be used here: the password is in {file}, which only you can open.")
        return "file", file.name

    def gate_password(self) -> Source:
        """The gate's own: the one that is there already, as mail clients know it, else a new one."""
        if self._file(GATE).exists():
            return "file", self._file(GATE).name
        try:
            secret("keyring", "true", account=GATE, environ={})
        except TriageError as none:
            self._has_keychain &= isinstance(none, BadInput)  # it answered
            return self.keep(GATE, _new_password())
        return "keyring", "true"

    def _file(self, entry: str) -> Path:
        return self._folder / f"{entry}.password"


def _new_password() -> str:
    """A hundred bits in groups that a person can type."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def free_port(first: int) -> int:
    """That port of this machine, or the next one that is free."""
    return next((port for port in range(first, first + _PORTS_TRIED) if not taken("127.0.0.1", port)), first)


def write_files(path: Path, plan: Plan, kept: Kept) -> Config:
    """Write the config, and the team's rules where there are none; what stood there is kept beside it.

    It is read first: what cannot be used takes nobody's place. Raises BadInput.
    """
    rules = path.parent / "rules" / f"{plan.team}.yaml"
    if plan.team and not rules.exists():
        write_private(rules, rendered("setup/rules.yaml").encode())
    draft = path.with_name(f"{path.name}.draft")
    write_private(draft, config_text(plan, kept, web_port=free_port(8430)).encode())
    try:
        load(draft)
    except Mistakes as wrong:
        draft.unlink()
        raise BadInput(f"These answers make no config:\n{wrong}") from None
    if path.exists():
        path.replace(path.with_name(f"{path.name}.old"))
    draft.replace(path)
    _write_schemas(path.parent)
    return load(path)


def _write_schemas(folder: Path) -> None:
    """What an editor completes and checks the keys by; the first line of our files names it."""
    for name, schema in (("config", files.config_schema()), ("rules", files.rules_schema())):
        write_private(folder / f"{name}.schema.json", json.dumps(schema, indent=1).encode())


def config_text(plan: Plan, kept: Kept, *, web_port: int) -> str:
    """The config: what differs from the defaults, and a word about each."""
    return rendered(
        "setup/config.yaml",
        address=plan.address,
        name=plan.name,
        imap=_server("imap", plan.imap, plan.ca_file),
        smtp=_server("smtp", plan.smtp, plan.ca_file) if plan.smtp else None,
        login=_login(plan, kept.mailbox),
        team=plan.team,
        rules=f"rules/{plan.team}.yaml",
        manager=plan.manager,
        gate_port=plan.gate_port,
        gate_password=_place(kept.gate) if kept.gate else None,
        web_port=web_port,
    )


def _server(kind: ServerKind, server: Server, ca_file: Path | None) -> Mapping[str, object]:
    """Only what differs from the defaults."""
    said: dict[str, object] = {"host": server.host}
    if server.port != PORTS[kind][server.security]:
        said["port"] = server.port
    if server.security != "tls":
        said["security"] = server.security
    if ca_file:
        said["ca_file"] = str(ca_file)
    return said


def _login(plan: Plan, source: Source | None) -> Mapping[str, object]:
    said: dict[str, object] = {"user": plan.user} if plan.user else {}
    if plan.oauth:
        said["oauth"] = _registration(plan.oauth)
    elif source:
        said["password"] = _place(source)
    return said


def _registration(oauth: OAuth) -> Mapping[str, object]:
    said = asdict(oauth)
    said["endpoints"] = {name: url for name, url in said["endpoints"].items() if url}
    return {name: value for name, value in said.items() if value}


def _place(source: Source) -> Mapping[str, object]:
    kind, value = source
    return {kind: True if kind == "keyring" else value}
