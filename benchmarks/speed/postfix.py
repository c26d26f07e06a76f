"""A throw-away Postfix that takes mail into its queue and keeps it there: own folder, own loopback port.

Only for root, as Postfix is; never the system's own.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.speed.machine import free_port

_MASTER = """\
127.0.0.1:{port} inet n - n - 100 smtpd
cleanup unix n - n - 0 cleanup
rewrite unix - - n - - trivial-rewrite
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
smtp unix - - n - - smtp
local unix - n n - - local
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file_prefixes = {folder}
maillog_file = {folder}/log
myhostname = queue.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
smtpd_peername_lookup = no
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_data_restrictions = check_client_access static:HOLD
smtpd_client_connection_count_limit = 0
in_flow_delay = 0
"""


def is_here() -> bool:
    """Whether it can be run."""
    return os.geteuid() == 0 and shutil.which("postfix") is not None


class Postfix:
    """Started and ended by `with`."""

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="postfix-"))
        self._folder.chmod(0o755)
        self.port = free_port()
        etc = self._folder / "etc"
        for name in ("etc", "spool", "data"):
            (self._folder / name).mkdir()
        shutil.chown(self._folder / "data", "postfix")
        (etc / "main.cf").write_text(_MAIN.format(folder=self._folder))
        (etc / "master.cf").write_text(_MASTER.format(port=self.port))
        try:
            self._do("start")
        except BaseException:
            shutil.rmtree(self._folder)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._do("stop")
        shutil.rmtree(self._folder)

    def held(self) -> int:
        """How many mails lie in its queue."""
        return sum(1 for _ in (self._folder / "spool" / "hold").iterdir())

    def _do(self, what: str) -> None:
        command = ["postfix", "-c", str(self._folder / "etc"), what]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
