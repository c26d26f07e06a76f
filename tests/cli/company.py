"""What a command said, and a company for `triage init` to find. No pytest in here."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.certs import Authority
from tests.dovecot import Dovecot
from tests.upstream import Upstream

REP = "rep@example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its stdout, for programs."""
        return json.loads(self.out)


class Company:
    """A company's servers: `words` name the rep and the password, `imap` and `smtp` the servers."""

    def __init__(self, folder: Path, mailbox: Dovecot, upstream: Upstream, authority: Authority) -> None:
        self.config = folder / "config" / "config.yaml"
        trusted = folder / "trusted.pem"
        trusted.write_bytes(authority.ca_file.read_bytes() + mailbox.ca_file.read_bytes())
        self.upstream = upstream
        port = str(mailbox.tls_port)
        self.imap = ("--imap-host", "127.0.0.1", "--imap-port", port, "--ca-file", str(trusted))
        self.smtp = ("--smtp-host", "127.0.0.1", "--smtp-port", str(upstream.port))
        self.rep = ("--address", REP, "--config", str(self.config))
        self.words = (*self.rep, "--password-env", "MAIL")


def refused(said: Said, company: Company) -> str:
    """What was said; nothing was written."""
    assert not company.config.exists()
    assert not company.config.parent.exists()
    assert "Traceback" not in said.err
    return said.err
