"""What the tests of the doors share: an authority to trust, and every mailbox server that is to be had."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.certs import Authority
from tests.doors.rigs import PASSWORD, USER, Box, FakeRig, ImapRig, MovedClock, Rig, dovecot_rig
from tests.dovecot import FLAVOURS, Dovecot, Flavour, dovecot_or_skip
from tests.pymap_server import Pymap

ACCOUNTS = {f"rep{number}@example.com": PASSWORD for number in range(1000)}
"""The run shares one Dovecot of each flavour: every test takes an account that no other has touched."""


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority that clients of these tests are told to trust."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Callable[[Flavour], Dovecot]]:
    """One server of each flavour, started when it is first asked for."""
    with ExitStack() as running:
        yield cache(lambda flavour: running.enter_context(Dovecot.flavoured(flavour, ACCOUNTS)))


@pytest.fixture(scope="session")
def accounts() -> Iterator[str]:
    return iter(ACCOUNTS)


@pytest.fixture(params=["fake", *FLAVOURS, "pymap"])
def rig(
    request: pytest.FixtureRequest, dovecot: Callable[[Flavour], Dovecot], accounts: Iterator[str]
) -> Iterator[Rig]:
    match request.param:
        case "fake":
            yield FakeRig(MovedClock())
        case "pymap":
            with Pymap(users={USER: PASSWORD}) as server:
                yield ImapRig(server.host, server.port, server.stop, keeps_keywords=False)
        case flavour:
            dovecot_or_skip()
            yield dovecot_rig(flavour, dovecot(flavour), next(accounts))


@pytest.fixture
def box(rig: Rig) -> Iterator[Box]:
    opened = rig.connect()
    yield opened
    opened.close()
