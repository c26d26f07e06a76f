"""Which folder plays which role, as real providers name them."""

import pytest

from triage.folders import Role
from triage.mail.mailbox.folders import Listed, Namespace, find


def listing(*rows: str, delimiter: str = "/") -> list[Listed]:
    r"""`\Drafts Entwürfe` is a folder with that attribute; several attributes are joined by a comma."""
    folders = []
    for row in rows:
        head, _, rest = row.partition(" ") if row.startswith("\\") else ("", "", row)
        attributes = frozenset(head.lower().split(",")) - {""}
        folders.append(Listed(name=rest, delimiter=delimiter, attributes=attributes))
    return folders


DOVECOT = listing("INBOX", r"\Drafts Drafts", r"\Sent Sent", r"\Trash Trash")
GMAIL_GERMAN = listing(
    "INBOX",
    r"\Noselect [Gmail]",
    r"\Drafts [Gmail]/Entwürfe",
    r"\Sent [Gmail]/Gesendet",
    r"\Trash [Gmail]/Papierkorb",
)
GMAIL_WITHOUT_USES = listing(
    "INBOX", r"\Noselect [Gmail]", "[Gmail]/Drafts", "[Gmail]/Sent Mail", "[Gmail]/Bin"
)
EXCHANGE_FRENCH = listing("INBOX", "Brouillons", "Éléments envoyés", "Éléments supprimés")
COURIER = listing("INBOX", "INBOX.Drafts", "INBOX.Sent Messages", "INBOX.Deleted Items", delimiter=".")
USES_BEFORE_NAMES = listing(r"\drafts Pending", "Drafts", r"\SENT Out", "Sent", r"\trash Bin-ned", "Trash")
ELSEWHERE = listing("Projects/Drafts", "Archive/2019/Sent", "Shared/Trash", r"\Noselect Drafts")


@pytest.mark.parametrize(
    ("folders", "names"),
    [
        (DOVECOT, ("Drafts", "Sent", "Trash")),
        (GMAIL_GERMAN, ("[Gmail]/Entwürfe", "[Gmail]/Gesendet", "[Gmail]/Papierkorb")),
        (GMAIL_WITHOUT_USES, ("[Gmail]/Drafts", "[Gmail]/Sent Mail", "[Gmail]/Bin")),
        (EXCHANGE_FRENCH, ("Brouillons", "Éléments envoyés", "Éléments supprimés")),
        (COURIER, ("INBOX.Drafts", "INBOX.Sent Messages", "INBOX.Deleted Items")),
        (USES_BEFORE_NAMES, ("Pending", "Out", "Bin-ned")),
        (
            listing("ENTWÜRFE", "gesendete elemente", "papierkorb"),
            ("ENTWÜRFE", "gesendete elemente", "papierkorb"),
        ),
        (ELSEWHERE, (None, None, None)),
        ([], (None, None, None)),
    ],
)
def test_the_usual_folders(folders: list[Listed], names: tuple[str | None, ...]) -> None:
    roles: tuple[Role, ...] = ("drafts", "sent", "trash")
    assert tuple(find(role, folders, Namespace()) for role in roles) == names


@pytest.mark.parametrize(
    ("namespace", "role", "name"),
    [
        (Namespace(), "held", "Cooldown/Held"),
        (Namespace(prefix="INBOX.", delimiter="."), "send", "INBOX.Cooldown.Send"),
        (Namespace(prefix="", delimiter=""), "state", "Cooldown-State"),
        (Namespace(prefix="INBOX.", delimiter="."), "drafts", "INBOX.Drafts"),
    ],
)
def test_what_a_folder_is_called_where_it_has_to_be_created(
    namespace: Namespace, role: Role, name: str
) -> None:
    assert namespace.name(role) == name


def test_ours_are_found_in_any_case_but_the_exact_one_is_preferred() -> None:
    assert find("held", listing("cooldown/held"), Namespace()) == "cooldown/held"
    assert find("held", listing("cooldown/held", "Cooldown/Held"), Namespace()) == "Cooldown/Held"


def test_a_parent_alone_is_not_our_folder() -> None:
    assert find("held", listing("Cooldown", r"\Noselect,\HasChildren Cooldown/Held"), Namespace()) is None


def test_parents_are_named_outermost_first_and_without_the_prefix() -> None:
    assert Namespace(prefix="INBOX.", delimiter=".").parents("INBOX.Cooldown.Held") == ["INBOX.Cooldown"]
    assert Namespace().parents("A/B/C") == ["A", "A/B"]
    assert Namespace(delimiter="").parents("Cooldown-Held") == []
