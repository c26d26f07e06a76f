"""pymap, an IMAP server in pure Python: mailboxes in memory, gone with the process.

    with Pymap(users={"rep@example.com": "secret"}) as server:
        ...  # IMAP without TLS on (server.host, server.port); every mailbox is empty at first

It has IDLE, MOVE and UIDPLUS; no NAMESPACE, no SPECIAL-USE, and it keeps no keyword that STORE adds.
The tests use it, too.
"""

import asyncio
from argparse import Namespace
from collections.abc import Mapping

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer
from pymap.user import Passwords, UserMetadata
from pysasl.hashing import Cleartext

from triage.cli.demo.loopback import LoopbackServer


class Pymap(LoopbackServer):
    """One mailbox for each user."""

    def __init__(self, *, users: Mapping[str, str]) -> None:
        super().__init__()
        self.users = dict(users)

    async def listen(self) -> asyncio.Server:
        """Make the mailboxes and listen."""
        first_user = _arguments(*next(iter(self.users.items())))
        # A throw-away needs no hashing, which would cost a sixth of a second at every login.
        backend, config = await DictBackend.init(first_user, hash_context=Cleartext())
        config.apply_context()
        for user, password in self.users.items():
            hashed = await Passwords(config).hash_password(password)
            backend.login.users_dict[user] = UserMetadata(config, user, password=hashed)
        conversation = ProxyProtocolReader(config.proxy_protocol).get_callback(
            IMAPServer(backend.login, config)
        )
        return await asyncio.start_server(conversation, self.host, 0)


def _arguments(user: str, password: str) -> Namespace:
    """What pymap's command line would hold."""
    return Namespace(
        host=Pymap.host,
        port=0,
        debug=False,
        cert=None,
        key=None,
        tls=False,
        proxy_protocol=None,
        inherited_sockets=None,
        passlib_cfg=None,
        demo_data=False,
        demo_user=user,
        demo_password=password,
    )
