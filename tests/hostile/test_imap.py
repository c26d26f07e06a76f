"""An IMAP server that lies: what it says is words, never a command, and never without end."""

from contextlib import suppress

import pytest

from tests.doors.test_mailbox_wire import Peer
from triage.errors import BadInput, Unreachable


def listed(name: str) -> str:
    """A LIST that gives Drafts this name, in a literal as the server may choose to."""
    literal = f"{{{len(name.encode())}}}\r\n{name}"
    return f'* LIST () "/" INBOX\r\n* LIST (\\Drafts) "/" {literal}\r\n{{tag}} OK done\r\n'


@pytest.mark.parametrize("name", ["Dra\r\nA1 DELETE INBOX\r\nfts", "Drafts\nA1 LOGOUT", "Dra\x00fts"])
def test_a_folders_name_cannot_become_a_command(name: str) -> None:
    with Peer({"LIST": listed(name)}) as peer:
        box = peer.connect()
        with pytest.raises(BadInput, match="line break or a NUL"):
            box.select(box.folder("drafts"))
        box.close()
    assert peer.said("DELETE") == []
    assert not any(line.startswith("A1") for line in peer.heard)


@pytest.mark.parametrize("name", ['Dr"afts', "Dr\\\\afts", "../../etc/passwd", "(x) {3}"])
def test_a_strange_name_is_quoted_and_stays_one_word(name: str) -> None:
    with Peer({"LIST": listed(name)}) as peer:
        box = peer.connect()
        box.select(box.folder("drafts"))
        box.close()
    (command,) = peer.said("SELECT")
    assert command.partition(" SELECT ")[2].startswith('"')
    assert command.endswith('"')


@pytest.mark.parametrize("name", ["R&D", "&AAAA-", "&broken"])
def test_a_name_that_cannot_be_read_hides_no_other_folder(name: str) -> None:
    script = {"LIST": listed("Drafts").replace("* LIST", f'* LIST () "/" "{name}"\r\n* LIST', 1)}
    with Peer(script) as peer:
        box = peer.connect()
        assert box.folder("drafts") == "Drafts"
        box.close()


@pytest.mark.parametrize(
    "answer",
    [
        "* 1 FETCH (UID 7 FLAGS () RFC822.SIZE 3 BODY[] {-1}\r\nabc)\r\n{tag} OK done\r\n",
        "* 1 FETCH (UID 7 FLAGS () RFC822.SIZE -5 BODY[] NIL)\r\n{tag} OK done\r\n",
        "* 1 FETCH (UID 99999999999999999999 FLAGS (((((((((()\r\n{tag} OK done\r\n",
        "* 1 FETCH (UID 7 FLAGS () BODY[] {5}\r\nabc",
        "* SEARCH 1 2 x\r\n" * 100 + "{tag} OK done\r\n",
        "\x00\xff\r\n",
    ],
)
def test_an_answer_without_sense_costs_one_message_or_the_line(answer: str) -> None:
    with Peer({"FETCH": answer}) as peer:
        box = peer.connect(timeout=1)
        place = box.select("INBOX")
        read = []
        with suppress(Unreachable):
            read = list(box.letters("INBOX", [7]))
        box.close()
    assert read == []
    assert place.uidvalidity == 7


def test_a_line_without_end_is_not_read_to_its_end() -> None:
    with Peer({"SEARCH": "* SEARCH " + "1 " * 10_500_000}) as peer:
        box = peer.connect()
        with pytest.raises(Unreachable):
            box.uids("INBOX")
        box.close()
