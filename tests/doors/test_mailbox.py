r"""The contract of a mailbox, kept by the fake, by Dovecot in three disguises, and by pymap.

`rig` is a server with an empty account; its own methods are another client's hand. `box` is our door to it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Thread, Timer
from time import monotonic

import pytest

from tests.doors.rigs import PASSWORD, USER, Box, Rig, dovecot_rig
from tests.dovecot import Dovecot, Flavour, dovecot_or_skip
from triage.desk.ports import Letter
from triage.errors import BadInput, MailboxRefused, Unreachable
from triage.folders import Role
from triage.mail.mailbox import ImapMailbox, Waker
from triage.mail.tls import Security

NOW = datetime(2026, 11, 20, 9, 30, 15, tzinfo=UTC)


def mail(name: str, body: str = "Where is my order?") -> bytes:
    lines = (f"Message-ID: <{name}@customer.example>", f"Subject: {name}", "", body, "")
    return "\r\n".join(lines).encode()


def names(letters: Iterable[Letter]) -> list[str]:
    """The subjects: a short name for a letter made by `mail`."""
    return [
        line.split()[1].decode() for one in letters for line in one.raw.splitlines() if b"Subject:" in line
    ]


def inside(box: Box, folder: str) -> list[str]:
    return names(box.headers(folder, box.uids(folder)))


def only(box: Box, folder: str) -> int:
    """The UID of the one message there."""
    (uid,) = box.uids(folder)
    return uid


# Folders


def test_looking_for_a_folder_creates_none(box: Box) -> None:
    assert box.existing("inbox") == "INBOX"
    assert box.existing("held") is None
    name = box.folder("held")
    assert box.existing("held") == name


@pytest.mark.parametrize(
    ("role", "name"),
    [("held", "Held"), ("send", "Send"), ("earlier", "Earlier"), ("state", "State")],
)
def test_our_folders_are_created_and_subscribed_in_the_servers_own_spelling(
    rig: Rig, box: Box, role: Role, name: str
) -> None:
    folder = f"{rig.prefix}Cooldown{rig.separator}{name}"
    assert box.folder(role) == folder
    assert folder in rig.subscriptions()
    assert box.uids(folder) == []
    with closing(rig.connect()) as another:
        assert another.folder(role) == folder, "found by the next connection, not created again"


def test_the_inbox_is_the_inbox(box: Box) -> None:
    assert box.folder("inbox") == "INBOX"


@pytest.mark.parametrize("role", ["drafts", "sent", "trash"])
def test_the_usual_folders_can_be_used_whether_they_were_there_or_not(rig: Rig, box: Box, role: Role) -> None:
    folder = box.folder(role)
    assert folder == rig.prefix + role.capitalize()
    assert box.append(folder, mail("one"))


def test_a_folder_that_vanished_is_created_again(rig: Rig, box: Box) -> None:
    held = box.folder("held")
    rig.delete(held)
    with pytest.raises(MailboxRefused):
        box.append(held, mail("one"))
    assert box.folder("held") == held
    assert box.append(held, mail("one"))


def test_names_outside_ascii_work(rig: Rig, box: Box) -> None:
    folder = f"{rig.prefix}Für später"
    rig.create(folder)
    rig.deliver(folder, mail("one"))
    rig.deliver("INBOX", mail("two"))
    box.move("INBOX", only(box, "INBOX"), folder)
    assert inside(box, folder) == ["one", "two"]


def test_a_missing_folder_is_refused_and_the_line_stands(box: Box) -> None:
    with pytest.raises(MailboxRefused):
        box.select("No such folder")
    assert box.uids("INBOX") == []


# Places


def test_select_says_what_stands_there(rig: Rig, box: Box) -> None:
    before = box.select("INBOX")
    rig.deliver("INBOX", mail("one"))
    after = box.select("INBOX")
    assert after.uidnext == before.uidnext + 1
    assert after.uidvalidity == before.uidvalidity > 0
    assert after.keywords is rig.keeps_keywords


def test_a_folder_made_anew_shows_another_uidvalidity(rig: Rig, box: Box) -> None:
    folder = f"{rig.prefix}Projects"
    rig.create(folder)
    before = box.select(folder)
    box.select("INBOX")
    rig.delete(folder)
    rig.create(folder)
    assert box.select(folder).uidvalidity != before.uidvalidity


def test_uids_of_a_folder_made_anew_are_not_taken_for_the_old_ones(rig: Rig, box: Box) -> None:
    folder = f"{rig.prefix}Projects"
    rig.create(folder)
    rig.deliver(folder, mail("old"))
    uid = only(box, folder)
    box.select("INBOX")
    rig.delete(folder)
    rig.create(folder)
    rig.deliver(folder, mail("new"))
    with pytest.raises(MailboxRefused):
        box.move(folder, uid, "INBOX")
    assert inside(box, folder) == ["new"]


# Looking


def test_uids_come_ascending_and_above_the_bookmark(rig: Rig, box: Box) -> None:
    for name in ("one", "two", "three"):
        rig.deliver("INBOX", mail(name))
    first, second, third = box.uids("INBOX")
    assert first < second < third
    assert box.uids("INBOX", above=first) == [second, third]


def test_nothing_above_the_last_is_nothing(rig: Rig, box: Box) -> None:
    rig.deliver("INBOX", mail("one"))
    assert box.uids("INBOX", above=only(box, "INBOX")) == []


def test_since_leaves_out_the_old_and_never_the_new(rig: Rig, box: Box) -> None:
    rig.deliver("INBOX", mail("old"), at=NOW - timedelta(days=3))
    rig.deliver("INBOX", mail("new"), at=NOW)
    assert names(box.headers("INBOX", box.uids("INBOX", since=NOW))) == ["new"]


def test_mail_is_seen_that_came_after_the_folder_was_selected(rig: Rig, box: Box) -> None:
    box.select("INBOX")
    rig.deliver("INBOX", mail("one"))
    assert inside(box, "INBOX") == ["one"]


def test_the_deleted_are_never_shown(rig: Rig, box: Box) -> None:
    rig.deliver("INBOX", mail("one"))
    uid = only(box, "INBOX")
    rig.flag("INBOX", uid, r"\Deleted")
    box.select("INBOX")
    assert box.uids("INBOX") == box.find("INBOX", "<one@customer.example>") == []
    assert [*box.headers("INBOX", [uid]), *box.letters("INBOX", [uid])] == []


def test_a_letter_is_whole_and_stays_unread(rig: Rig, box: Box) -> None:
    raw = "Message-ID: <m@x>\r\nSubject: Grüße\r\n\r\nÄrger, in Latin-1: ".encode() + b"\xc4rger\r\n"
    rig.deliver("INBOX", raw, flags=[r"\Answered"], at=NOW)
    (letter,) = box.letters("INBOX", box.uids("INBOX"))
    assert letter.raw == raw
    assert letter.internal_date == NOW
    assert letter.internal_date.tzinfo is UTC
    assert r"\Answered" in letter.flags
    (flags,) = rig.flags("INBOX")
    assert r"\Seen" not in flags


def test_headers_are_the_header_block(rig: Rig, box: Box) -> None:
    rig.deliver("INBOX", mail("one", "Where is it?"), at=NOW)
    (letter,) = box.headers("INBOX", box.uids("INBOX"))
    assert b"Subject: one" in letter.raw
    assert b"Where is it?" not in letter.raw
    assert letter.internal_date == NOW


def test_a_letter_of_five_megabytes_comes_with_the_small_ones(rig: Rig, box: Box) -> None:
    large = mail("large", "I want an answer to all of this.\r\n" * 160_000)
    for raw in (mail("one"), large, mail("two")):
        rig.deliver("INBOX", raw)
    letters = list(box.letters("INBOX", box.uids("INBOX")))
    assert names(letters) == ["one", "large", "two"]
    assert letters[1].raw == large


def test_many_letters_come_in_batches_each_once(rig: Rig, box: Box) -> None:
    wanted = [f"m{number}" for number in range(130)]
    for name in wanted:
        box.append("INBOX", mail(name))
    assert inside(box, "INBOX") == wanted
    assert names(box.letters("INBOX", box.uids("INBOX"))) == wanted


def test_a_message_that_vanishes_between_two_looks_is_left_out(rig: Rig, box: Box) -> None:
    for name in ("one", "two", "three"):
        rig.deliver("INBOX", mail(name))
    uids = box.uids("INBOX")
    rig.expunge("INBOX", uids[1])
    assert names(box.letters("INBOX", uids)) == ["one", "three"]
    assert names(box.headers("INBOX", uids)) == ["one", "three"]


def test_another_folder_may_be_used_while_letters_are_read(rig: Rig, box: Box) -> None:
    for number in range(120):
        box.append("INBOX", mail(f"m{number}"))
    held = box.folder("held")
    for letter in box.letters("INBOX", box.uids("INBOX")):
        if letter.uid % 50 == 0:
            box.move("INBOX", letter.uid, held)
    assert len(box.uids("INBOX")) + len(box.uids(held)) == 120


def test_no_uids_is_no_letters(box: Box) -> None:
    assert [*box.letters("INBOX", []), *box.headers("INBOX", [])] == []


# Finding


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("<a.1@customer.example>", ["exact"]),
        ("a.1@customer.example", ["exact"]),
        ("<A.1@customer.example>", []),
        ("<1@customer.example>", []),
        ('<"quo\\"ted"@x>', ["quoted"]),
        ("<folded-because-it-is-so-very-long@mail.customer.example>", ["folded"]),
        ("<ümlaut@x>", ["umlaut"]),
        ("<nobody@x>", []),
        ("<>", []),
        ("", []),
        (" ", []),
    ],
)
def test_find_is_exact(rig: Rig, box: Box, asked: str, found: list[str]) -> None:
    ids = {
        "exact": "<a.1@customer.example>",
        "longer": "<aa.1@customer.example.org>",
        "quoted": '<"quo\\"ted"@x>',
        "folded": "\r\n <folded-because-it-is-so-very-long@mail.customer.example>",
        "umlaut": "<ümlaut@x>",
    }
    for name, written in ids.items():
        rig.deliver("INBOX", f"Subject: {name}\r\nMessage-Id: {written}\r\n\r\nHello\r\n".encode())
    rig.deliver("INBOX", b"Subject: none\r\n\r\nMessage-ID: <nobody@x>\r\n")
    assert names(box.headers("INBOX", box.find("INBOX", asked))) == found


def test_find_tells_every_copy(rig: Rig, box: Box) -> None:
    rig.deliver("INBOX", mail("one"))
    rig.deliver("INBOX", mail("one"))
    assert box.find("INBOX", "<one@customer.example>") == box.uids("INBOX")


# Filing


def test_append_gives_the_uid_and_keeps_flags_date_and_bytes(rig: Rig, box: Box) -> None:
    raw = "Message-ID: <ours@x>\r\n\r\nÄ\r\n".encode()
    uid = box.append("INBOX", raw, flags=[r"\Seen", "$Heated"], at=NOW)
    assert uid == only(box, "INBOX")
    (letter,) = box.letters("INBOX", [uid])
    assert letter.raw == raw
    assert letter.internal_date == NOW
    assert {r"\Seen", "$Heated"} <= letter.flags


def test_append_without_a_date_takes_the_servers(box: Box) -> None:
    box.append("INBOX", mail("one"))
    (letter,) = box.headers("INBOX", box.uids("INBOX"))
    assert abs(letter.internal_date - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_keyword_is_kept_where_select_says_so(rig: Rig, box: Box) -> None:
    rig.deliver("INBOX", mail("one"))
    keywords = box.select("INBOX").keywords
    box.flag("INBOX", only(box, "INBOX"), "$Heated", r"\Flagged")
    (flags,) = rig.flags("INBOX")
    assert r"\Flagged" in flags
    assert ("$Heated" in flags) is keywords
    assert r"\Seen" not in flags


def test_a_flag_is_removed_and_the_others_stay(rig: Rig, box: Box) -> None:
    rig.deliver("INBOX", mail("one"), flags=[r"\Flagged", r"\Answered"])
    box.unflag("INBOX", only(box, "INBOX"), r"\Flagged")
    (flags,) = rig.flags("INBOX")
    assert r"\Answered" in flags
    assert r"\Flagged" not in flags


def test_expunge_takes_one_message_and_no_other(rig: Rig, box: Box) -> None:
    for name in ("ours", "theirs"):
        rig.deliver("INBOX", mail(name))
    ours, theirs = box.uids("INBOX")
    rig.flag("INBOX", theirs, r"\Deleted")  # the rep's client shows it struck out, and may undo it
    box.expunge("INBOX", ours)
    assert box.uids("INBOX") == []
    assert len(rig.flags("INBOX")) == (1 if rig.expunges_one else 2)


# Moving


def test_a_moved_message_is_in_the_target_with_its_flags_and_date(rig: Rig, box: Box) -> None:
    rig.deliver("INBOX", mail("one"), flags=[r"\Seen", r"\Flagged"], at=NOW)
    held = box.folder("held")
    box.move("INBOX", only(box, "INBOX"), held)
    assert inside(box, "INBOX") == []
    (letter,) = box.letters(held, box.uids(held))
    assert letter.raw == mail("one")
    assert letter.internal_date == NOW
    assert {r"\Seen", r"\Flagged"} <= letter.flags


def test_moving_leaves_the_others_where_they_are(rig: Rig, box: Box) -> None:
    for name in ("one", "two", "three"):
        rig.deliver("INBOX", mail(name))
    _, two, three = box.uids("INBOX")
    rig.flag("INBOX", three, r"\Deleted")
    held = box.folder("held")
    box.move("INBOX", two, held)
    assert (inside(box, "INBOX"), inside(box, held)) == (["one"], ["two"])
    assert {r"\Deleted"} in [flags & {r"\Deleted"} for flags in rig.flags("INBOX")]


def test_a_message_without_an_id_can_be_moved(rig: Rig, box: Box) -> None:
    rig.deliver("INBOX", b"Subject: nameless\r\n\r\nHello\r\n")
    held = box.folder("held")
    box.move("INBOX", only(box, "INBOX"), held)
    assert (inside(box, "INBOX"), inside(box, held)) == ([], ["nameless"])


def test_a_message_that_another_client_copied_meanwhile_does_not_come_twice(rig: Rig, box: Box) -> None:
    held = box.folder("held")
    for folder in ("INBOX", held):
        rig.deliver(folder, mail("one"))
    box.move("INBOX", only(box, "INBOX"), held)
    assert (inside(box, "INBOX"), inside(box, held)) == ([], ["one"])


def test_another_text_under_the_same_id_is_another_message(rig: Rig, box: Box) -> None:
    held = box.folder("held")
    rig.deliver(held, mail("one", "The first draft."))
    rig.deliver("INBOX", mail("one", "The second draft."))
    box.move("INBOX", only(box, "INBOX"), held)
    first, second = box.letters(held, box.uids(held))
    assert (b"first" in first.raw, b"second" in second.raw) == (True, True)
    assert box.uids("INBOX") == []


def test_moving_to_where_it_is_changes_nothing(rig: Rig, box: Box) -> None:
    rig.deliver("INBOX", mail("one"))
    for target in ("INBOX", "inbox"):
        box.move("INBOX", only(box, "INBOX"), target)
    assert inside(box, "INBOX") == ["one"]


def test_moving_what_is_gone_says_so(rig: Rig, box: Box) -> None:
    rig.deliver("INBOX", mail("one"))
    uid = only(box, "INBOX")
    rig.expunge("INBOX", uid)
    with pytest.raises(MailboxRefused):
        box.move("INBOX", uid, box.folder("held"))


def test_moving_to_a_missing_folder_leaves_the_message(rig: Rig, box: Box) -> None:
    rig.deliver("INBOX", mail("one"))
    with pytest.raises(MailboxRefused):
        box.move("INBOX", only(box, "INBOX"), f"{rig.prefix}Nowhere")
    assert inside(box, "INBOX") == ["one"]


# Read-only


def test_examine_changes_nothing_and_a_later_change_is_still_possible(rig: Rig, box: Box) -> None:
    rig.deliver("INBOX", mail("one"))
    assert box.examine("INBOX").uidnext == box.select("INBOX").uidnext
    box.examine("INBOX")
    assert names(box.letters("INBOX", box.uids("INBOX"))) == ["one"]
    box.flag("INBOX", only(box, "INBOX"), r"\Flagged")
    (flags,) = rig.flags("INBOX")
    assert r"\Flagged" in flags


# The doorbell


def _later(act: Callable[[], object]) -> Thread:
    timer = Timer(0.3, act)
    timer.start()
    return timer


def _wait_for_the_bell(box: Box, *, rings: bool) -> None:
    """Without IDLE a server tells nothing by itself: `wait` keeps to its seconds, and the daemon polls."""
    began = monotonic()
    box.wait("INBOX", 30 if rings else 1, Waker())
    took = monotonic() - began
    assert took < 2 if rings else 0.9 < took < 3


def test_the_doorbell_rings_when_mail_comes(rig: Rig, box: Box) -> None:
    box.select("INBOX")
    sender = _later(lambda: rig.deliver("INBOX", mail("one")))
    _wait_for_the_bell(box, rings=rig.idles)
    sender.join()
    assert inside(box, "INBOX") == ["one"], "the line can be used again"


@pytest.mark.parametrize("elsewhere", [False, True])
def test_the_doorbell_rings_for_what_came_since_the_last_look(rig: Rig, box: Box, *, elsewhere: bool) -> None:
    box.select("INBOX")
    if elsewhere:
        box.select(box.folder("held"))
    rig.deliver("INBOX", mail("one"))
    _wait_for_the_bell(box, rings=rig.idles or elsewhere)


def test_the_doorbell_lets_itself_be_woken(box: Box) -> None:
    wake = Waker()
    waker = _later(wake.set)
    began = monotonic()
    box.wait("INBOX", 30, wake)
    assert monotonic() - began < 1.3
    waker.join()


def test_the_doorbell_gives_up_after_its_seconds(box: Box) -> None:
    _wait_for_the_bell(box, rings=False)


# Over TLS


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_all_works_over_tls(
    dovecot: Callable[[Flavour], Dovecot], accounts: Iterator[str], security: Security
) -> None:
    dovecot_or_skip()
    server, user = dovecot("as_it_is"), next(accounts)
    rig = dovecot_rig("as_it_is", server, user)
    box = ImapMailbox.connect(
        host="localhost",
        port=server.tls_port if security == "tls" else server.port,
        security=security,
        ca_file=server.ca_file,
        user=user,
        password=lambda: PASSWORD,
    )
    with closing(box):
        box.select("INBOX")
        sender = _later(lambda: rig.deliver("INBOX", mail("one")))
        box.wait("INBOX", 30, Waker())
        sender.join()
        box.append("INBOX", mail("two"))
        assert names(box.letters("INBOX", box.uids("INBOX"))) == ["one", "two"]
        cutter = _later(rig.cut)
        with pytest.raises(Unreachable):
            box.wait("INBOX", 30, Waker())
        cutter.join()


def test_a_certificate_that_nobody_vouches_for_is_refused(dovecot: Callable[[Flavour], Dovecot]) -> None:
    dovecot_or_skip()
    server = dovecot("as_it_is")
    with pytest.raises(Unreachable, match="certificate"):
        ImapMailbox.connect(
            host="localhost", port=server.tls_port, security="tls", user=USER, password=_never_asked
        )


def _never_asked() -> str:
    raise AssertionError("the password must not be asked for before the server is trusted")


# Trouble


def test_a_cut_line_is_unreachable_and_stays_so(rig: Rig, box: Box) -> None:
    box.select("INBOX")
    rig.cut()
    for _ in range(2):
        with pytest.raises(Unreachable):
            box.uids("INBOX")
    box.close()


def test_a_line_cut_while_the_doorbell_waits_is_unreachable(rig: Rig, box: Box) -> None:
    def wait_and_look() -> None:
        box.wait("INBOX", 30 if rig.idles else 1, Waker())
        assert not rig.idles, "only without IDLE it is the next look that finds out"
        box.uids("INBOX")

    box.select("INBOX")
    cutter = _later(rig.cut)
    began = monotonic()
    with pytest.raises(Unreachable):
        wait_and_look()
    assert monotonic() - began < 5
    cutter.join()


@pytest.mark.parametrize("bad", ["a\r\nb", "a\nb", "a\0b"])
def test_what_would_end_a_command_early_is_refused(box: Box, bad: str) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: box.select(bad),
        lambda: box.examine(bad),
        lambda: box.uids(bad),
        lambda: list(box.letters(bad, [1])),
        lambda: box.find("INBOX", bad),
        lambda: box.find(bad, "<a@b>"),
        lambda: box.append(bad, b""),
        lambda: box.append("INBOX", mail("one"), flags=[bad]),
        lambda: box.move("INBOX", 1, bad),
        lambda: box.flag("INBOX", 1, bad),
        lambda: box.flag("INBOX", 1, "two words"),
        lambda: box.wait(bad, 0, Waker()),
    ]
    for attempt in attempts:
        with pytest.raises(BadInput):
            attempt()
    assert box.uids("INBOX") == []
