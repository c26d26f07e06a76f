"""A real Thunderbird as the rep's mail client: Reply, Send, held; its own copy follows; released."""

import os
import shutil
from pathlib import Path

import pytest

from tests.dovecot import Dovecot, dovecot_or_skip
from tests.journeys.house import CUSTOMER, House, until
from tests.thunderbird import Thunderbird, rep_of


def thunderbird_or_skip() -> None:
    """As Dovecot: skipped on a person's machine, never where the checks of a commit are run."""
    if not (shutil.which("thunderbird") and shutil.which("Xvfb")):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("missing (Debian: thunderbird, xvfb)")


@pytest.mark.timeout(300)
def test_what_thunderbird_sends_is_held_and_released(tmp_path: Path) -> None:
    dovecot_or_skip()
    thunderbird_or_skip()
    with House(Dovecot(), cooldown=3600) as house:
        answered = house.customer_writes()
        until(lambda: "Cool-down c1" in house.triage("status"), "the cool-down")
        with Thunderbird(tmp_path, rep_of(house)) as client:
            client.answers("Order 4711", "I have looked into it, and will call you at three.")
            (held,) = house.held()
            assert (held["id"], held["state"], held["to"]) == ("r1", "HELD", [CUSTOMER])
            until(lambda: house.inside("held"), "Thunderbird's own copy is in Cooldown/Held")
        assert house.inside("sent") == []
        assert house.upstream.mails == []

        house.triage("release", "r1", "--reason", "their truck leaves at three")
        (mail,) = house.upstream.wait_for(1)
        assert b"User-Agent: Mozilla Thunderbird" in mail.raw
        assert f"In-Reply-To: {answered}".encode() in mail.raw
        until(lambda: house.inside("sent"), "its copy is in Sent")
        assert house.inside("held") == []
