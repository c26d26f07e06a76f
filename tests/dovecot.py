r"""A real Dovecot as a throw-away: its own folder, its own free loopback ports, ended by its own process id.

    with Dovecot.flavoured("inbox_prefix") as server:
        ...  # IMAP on (server.host, server.port), TLS on server.tls_port, trusted by server.ca_file

Run by root it drops to Debian's `dovecot` and `dovenull` (or `nobody`); run by anybody else it stays that
person. Written for Dovecot 2.3, whose separator, prefix and advertised capabilities can be set, so that one
server plays several. No pytest is needed here unless `dovecot_or_skip` is called: scripts use it too.
"""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from textwrap import dedent
from types import TracebackType
from typing import Literal, Self, TypeAlias, get_args

from tests.certs import Authority

Flavour: TypeAlias = Literal["as_it_is", "inbox_prefix", "bare"]
FLAVOURS: tuple[Flavour, ...] = get_args(Flavour)

USERS = {"rep@example.com": "correct horse", "other@example.com": "battery staple"}

BARE = "IMAP4rev1 LITERAL+ ID ENABLE NAMESPACE CHILDREN"
"""What a poor server advertises: no IDLE, MOVE, UIDPLUS or SPECIAL-USE."""

_PATIENCE = 15.0
_SPECIAL = {"Drafts": r"\Drafts", "Sent": r"\Sent", "Trash": r"\Trash", "Junk": r"\Junk"}


class Dovecot:
    """Started by `with`, or by `start()` and `stop()`. Every mailbox is empty at first."""

    host = "127.0.0.1"

    def __init__(
        self,
        *,
        users: Mapping[str, str] = USERS,
        separator: str = "/",
        prefix: str = "",
        capability: str = "",
        special_use: bool = True,
        storage: Literal["maildir", "sdbox", "mdbox"] = "maildir",
        introspection: str = "",
    ) -> None:
        self.users = dict(users)
        self.port = self.tls_port = 0
        self._separator, self._prefix, self._storage = separator, prefix, storage
        self._capability, self._special_use = capability, special_use
        self._introspection = introspection
        """Where it asks about the access tokens that it is given (RFC 7662)."""
        self._folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.ca_file = self._folder / "authority.pem"
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def flavoured(cls, flavour: Flavour, users: Mapping[str, str] = USERS) -> "Dovecot":
        """One of the three kinds of server that the contract suite is run against."""
        match flavour:
            case "as_it_is":
                return cls(users=users)
            case "inbox_prefix":
                return cls(users=users, separator=".", prefix="INBOX.")
            case "bare":
                return cls(users=users, capability=BARE, special_use=False)

    @property
    def config(self) -> Path:
        """For doveadm."""
        return self._folder / "dovecot.conf"

    @property
    def log(self) -> str:
        """What Dovecot logged so far."""
        with suppress(FileNotFoundError):
            return (self._folder / "log").read_text("utf-8", "replace")
        return ""

    def start(self) -> None:
        """Return when it answers."""
        self._lay_out()
        self._launch()

    def stop(self) -> None:
        """End it and remove its folder."""
        self._end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def restart(self, *, away: float = 0.0) -> None:
        """End it, leave it away for so many seconds, and start it again: same mail, same ports."""
        self._end()
        time.sleep(away)
        self._launch()

    def _launch(self) -> None:
        program = _program()
        if program is None:
            raise FileNotFoundError("dovecot is not installed")
        self._process = subprocess.Popen(
            [program, "-F", "-c", str(self.config)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        self._wait_for_greeting(self._process)

    def _end(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            if self._process.stderr:
                self._process.stderr.close()
            self._process = None

    def kick(self, user: str) -> None:
        """Cut all the connections of a user, without a word; returns when they are gone."""
        self._doveadm("kick", user)
        end = time.monotonic() + _PATIENCE
        while user in self._doveadm("who", user) and time.monotonic() < end:
            time.sleep(0.05)

    def _doveadm(self, *words: str) -> str:
        command = ["doveadm", "-c", str(self.config), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PATIENCE).stdout

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _lay_out(self) -> None:
        self._folder.chmod(0o755)
        authority = Authority(self._folder)
        self.ca_file = authority.ca_file
        certificate = authority.server()
        certificate.chmod(0o600)
        self.port, self.tls_port = _free_port(), _free_port()
        homes = self._folder / "homes"
        homes.mkdir(exist_ok=True)
        owner = _owner()
        if os.geteuid() == 0:
            os.chown(homes, owner.pw_uid, owner.pw_gid)
        lines = (f"{user}:{{PLAIN}}{word}" for user, word in self.users.items())
        (self._folder / "users").write_text("\n".join(lines) + "\n", "utf-8")
        self.config.write_text(self._settings(certificate, owner) + self._by_tokens(), "utf-8")

    def _settings(self, certificate: Path, owner: pwd.struct_passwd) -> str:
        internal, login = _service_users()
        boxes = "\n".join(
            f"  mailbox {name} {{\n    special_use = {use}\n    auto = create\n  }}"
            for name, use in (_SPECIAL if self._special_use else {}).items()
        )
        capability = f"imap_capability = {self._capability}" if self._capability else ""
        return dedent("""\
            base_dir = {folder}/run
            state_dir = {folder}/state
            log_path = {folder}/log
            protocols = imap
            listen = 127.0.0.1
            default_internal_user = {internal}
            default_internal_group = {group}
            default_login_user = {login}
            disable_plaintext_auth = no
            auth_failure_delay = 0
            ssl = yes
            ssl_cert = <{certificate}
            ssl_key = <{certificate}
            mail_location = {storage}:~/mail
            mail_max_userip_connections = 100
            mail_fsync = never
            first_valid_uid = 1
            first_valid_gid = 1
            {capability}
            passdb {{
              driver = passwd-file
              args = {folder}/users
            }}
            userdb {{
              driver = static
              args = uid={uid} gid={gid} home={folder}/homes/%u
            }}
            namespace inbox {{
              inbox = yes
              separator = {separator}
              prefix = {prefix}
            {boxes}
            }}
            service anvil {{
              chroot =
              unix_listener anvil-auth-penalty {{
                mode = 0
              }}
            }}
            service imap-login {{
              chroot =
              inet_listener imap {{
                port = {port}
              }}
              inet_listener imaps {{
                port = {tls_port}
                ssl = yes
              }}
            }}
            """).format(
            folder=self._folder,
            internal=internal.pw_name,
            group=_group(internal),
            login=login.pw_name,
            certificate=certificate,
            storage=self._storage,
            capability=capability,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            separator=self._separator,
            prefix=self._prefix,
            boxes=boxes,
            port=self.port,
            tls_port=self.tls_port,
        )

    def _by_tokens(self) -> str:
        """XOAUTH2 and OAUTHBEARER beside the passwords."""
        if not self._introspection:
            return ""
        asking = self._folder / "oauth2"
        asking.write_text(
            f"introspection_mode = post\nintrospection_url = {self._introspection}\n"
            "username_attribute = email\nactive_attribute = active\nactive_value = true\n"
        )
        return dedent(f"""\
            auth_mechanisms = plain xoauth2 oauthbearer
            passdb {{
              driver = oauth2
              mechanisms = xoauth2 oauthbearer
              args = {asking}
            }}
            """)

    def _wait_for_greeting(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if process.poll() is not None:
                told = process.stderr.read().decode("utf-8", "replace") if process.stderr else ""
                raise RuntimeError(f"Dovecot did not start: {told}{self.log}")
            with suppress(OSError), socket.create_connection((self.host, self.port), timeout=5) as probe:
                if probe.recv(100).startswith(b"* OK"):
                    return
            time.sleep(0.02)
        raise TimeoutError(f"Dovecot did not answer: {self.log}")


def dovecot_or_skip() -> None:
    """Skip the calling test where there is no Dovecot; fail it where the checks of a commit are run."""
    if _program() is not None:
        return
    import pytest  # not at the top: scripts use this file without it

    if os.environ.get("CI"):
        pytest.fail("Dovecot is missing: the mailbox door must be tried on a real server (dovecot-imapd)")
    pytest.skip("Dovecot is not installed (Debian: apt-get install dovecot-imapd)")


def _program() -> str | None:
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _account(*names: str) -> pwd.struct_passwd:
    for name in names:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise KeyError(f"none of these accounts exists: {', '.join(names)}")


def _service_users() -> tuple[pwd.struct_passwd, pwd.struct_passwd]:
    """Who runs Dovecot's inner services, and who its login."""
    if os.geteuid() != 0:
        me = pwd.getpwuid(os.geteuid())
        return me, me
    return _account("dovecot", "nobody"), _account("dovenull", "nobody")


def _owner() -> pwd.struct_passwd:
    """Who owns the mail: Dovecot refuses to serve root's."""
    return _account("nobody", "dovecot") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _group(account: pwd.struct_passwd) -> str:
    return grp.getgrgid(account.pw_gid).gr_name
