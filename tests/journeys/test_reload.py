"""The rules are edited while the daemon runs: with a mistake in them, those read last still hold."""

import json
from collections.abc import Iterator

import pytest

from tests.dovecot import Dovecot, dovecot_or_skip
from tests.journeys.house import House, until


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    dovecot_or_skip()
    with House(Dovecot.flavoured("as_it_is")) as house:
        yield house


def notices(house: House) -> str:
    return house.triage("status", "--json")


RULES, REPLY = "rules.yaml", "templates/replies/delivery.txt"


@pytest.mark.parametrize(
    ("file", "broken"),
    [(RULES, "cooldown: {minutes: soon}"), (RULES, "a: [b"), (REPLY, "---\ntitle: x\n---\n{{ nobody }}")],
)
def test_with_a_mistake_the_last_good_rules_hold_and_it_is_said(house: House, file: str, broken: str) -> None:
    path = house.folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    good = path.read_text() if path.exists() else None
    path.write_text(broken)
    until(lambda: "the last good rules hold" in notices(house), "the mistake is told")
    assert path.name in notices(house)
    assert house.daemon.poll() is None
    if good is None:
        path.unlink()
    else:
        path.write_text(good)
    until(lambda: "the last good rules hold" not in notices(house), "the mistake is over")


@pytest.mark.parametrize("key", ["web", "store"])
def test_what_stands_on_open_connections_asks_for_a_restart(house: House, key: str) -> None:
    """A page that stays at its old port, without a word, would look broken."""
    asked = house.log.read_text().count("restart `triage run`")
    good = house.config.read_text()
    other = {"web": {"enabled": False}, "store": "other.db"}
    house.config.write_text(json.dumps({**json.loads(good), key: other[key]}))
    until(lambda: house.log.read_text().count("restart `triage run`") > asked, "the log asks for a restart")
    house.config.write_text(good)
