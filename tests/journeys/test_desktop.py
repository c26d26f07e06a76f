"""A rep before a desktop: the notices on a real session bus, from the heated mail to the sent reply."""

import pytest

from tests.dovecot import Dovecot, dovecot_or_skip
from tests.journeys.house import HOT, House, until
from tests.session_bus import DBUS_DAEMON, SessionBus


@pytest.mark.skipif(DBUS_DAEMON is None, reason="needs dbus-daemon")
def test_what_the_rep_sees_of_a_reply() -> None:
    dovecot_or_skip()
    with (
        SessionBus(["body", "body-markup"]) as bus,
        House(Dovecot.flavoured("as_it_is"), cooldown=4, desktop=bus.address) as house,
    ):
        id_ = house.customer_writes(HOT, subject="Order <b>4711</b> & more")
        until(lambda: bus.shown, "the heated mail's notice")
        assert house.rep_sends(house.reply(id_))[0] == 250
        until(lambda: len(bus.shown) == 3, "the notices of the held and of the sent reply")
        titles = [title for title, _ in bus.shown]
        assert titles[0] == "Heated mail from acme.example"
        assert titles[1].startswith("Your reply to acme.example is held until ")
        assert titles[2] == "Your reply to acme.example was sent"
        assert bus.shown[0][1] == "Order &lt;b&gt;4711&lt;/b&gt; &amp; more"
        assert house.stop() == 0


def test_without_a_desktop_the_log_says_so_once() -> None:
    dovecot_or_skip()
    with House(Dovecot.flavoured("as_it_is"), cooldown=2, desktop="unix:path=/nowhere") as house:
        id_ = house.customer_writes(HOT)
        until(lambda: "no notices on this desktop" in house.log.read_text(), "the line in the log")
        assert house.rep_sends(house.reply(id_))[0] == 250
        until(lambda: house.upstream.mails, "the mail at the upstream")
        assert house.stop() == 0
        assert house.log.read_text().count("no notices on this desktop") == 1
