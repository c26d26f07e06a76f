"""Which of an account's folders is Drafts, Sent or Trash, and where ours stand. Pure: LIST in, names out.

Every provider spells these differently, and nearly all of them translate them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from triage.folders import Role

OURS: dict[Role, str] = {"held": "Held", "send": "Send", "earlier": "Earlier", "state": "State"}
HOME = "Cooldown"

# RFC 6154, and Gmail's older XLIST, which says the same words; servers send them in either case.
_USES: dict[Role, str] = {"drafts": r"\drafts", "sent": r"\sent", "trash": r"\trash"}

# The first is what we create where there is none.
_WELL_KNOWN: dict[Role, tuple[str, ...]] = {
    "drafts": (
        "Drafts", "Draft", "Entwürfe", "Brouillons", "Borradores", "Bozze", "Rascunhos", "Concepten",
        "Utkast", "Kladder", "Luonnokset", "Wersje robocze", "Szkice", "Koncepty", "Черновики",
        "Taslaklar", "下書き", "草稿", "草稿箱", "임시보관함",
    ),
    "sent": (
        "Sent", "Sent Items", "Sent Messages", "Sent Mail", "Gesendet", "Gesendete Elemente",
        "Gesendete Objekte", "Envoyés", "Messages envoyés", "Éléments envoyés", "Enviados",
        "Elementos enviados", "Mensajes enviados", "Posta inviata", "Inviati", "Inviata", "Itens enviados",
        "Mensagens enviadas", "Verzonden", "Verzonden items", "Skickat", "Skickade objekt", "Sendt",
        "Sendte elementer", "Lähetetyt", "Wysłane", "Elementy wysłane", "Odeslaná pošta", "Odeslané",
        "Отправленные", "Gönderilmiş Öğeler", "送信済み", "送信済みアイテム", "已发送", "已发送邮件",
        "보낸편지함",
    ),
    "trash": (
        "Trash", "Deleted Items", "Deleted Messages", "Deleted", "Bin", "Papierkorb", "Gelöschte Elemente",
        "Gelöscht", "Corbeille", "Éléments supprimés", "Papelera", "Elementos eliminados", "Cestino",
        "Posta eliminata", "Lixeira", "Lixo", "Itens excluídos", "Prullenbak", "Verwijderde items",
        "Papperskorg", "Papperskorgen", "Borttaget", "Papirkurv", "Slettet post", "Roskakori", "Kosz",
        "Elementy usunięte", "Koš", "Odstraněná pošta", "Корзина", "Удаленные", "Çöp Kutusu",
        "ゴミ箱", "削除済みアイテム", "已删除", "已删除邮件", "휴지통",
    ),
}  # fmt: skip

_UMBRELLAS = frozenset({"", "inbox", "[gmail]", "[google mail]"})
_NOT_THERE = frozenset({r"\noselect", r"\nonexistent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of LIST: the name decoded, the attributes in lower case."""

    name: str
    delimiter: str
    attributes: frozenset[str]

    @property
    def selectable(self) -> bool:
        """Whether messages can lie there."""
        return not self.attributes & _NOT_THERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """Where an account's own folders stand: below `prefix` (RFC 2342), parted by `delimiter`."""

    prefix: str = ""
    delimiter: str = "/"

    def name(self, role: Role) -> str:
        """What the folder of a role is called where we create it."""
        if role in OURS:
            return f"{self.prefix}{HOME}{self.delimiter or '-'}{OURS[role]}"
        return f"{self.prefix}{_WELL_KNOWN[role][0]}"

    def parents(self, name: str) -> list[str]:
        """The folders above `name`, outermost first, the prefix itself left out."""
        if not self.delimiter:
            return []
        parts = name.removeprefix(self.prefix).split(self.delimiter)
        return [self.prefix + self.delimiter.join(parts[:depth]) for depth in range(1, len(parts))]


def find(role: Role, folders: Iterable[Listed], namespace: Namespace) -> str | None:
    """The name of the folder that plays this role, or None where it has to be created."""
    there = [folder for folder in folders if folder.selectable]
    if role in OURS:
        return _named(namespace.name(role), there)
    return _by_use(_USES[role], there) or _by_name(_WELL_KNOWN[role], there, namespace)


def _named(name: str, folders: Iterable[Listed]) -> str | None:
    # Many servers fold case: where they do, creating another spelling would be refused.
    same = [folder.name for folder in folders if folder.name.casefold() == name.casefold()]
    return name if name in same else next(iter(same), None)


def _by_use(use: str, folders: Iterable[Listed]) -> str | None:
    return next((folder.name for folder in folders if use in folder.attributes), None)


def _by_name(names: tuple[str, ...], folders: Iterable[Listed], namespace: Namespace) -> str | None:
    here: dict[str, str] = {}
    for folder in folders:
        parent, leaf = _split(folder, namespace)
        if parent.casefold() in _UMBRELLAS:
            here.setdefault(leaf.casefold(), folder.name)
    return next((here[name.casefold()] for name in names if name.casefold() in here), None)


def _split(folder: Listed, namespace: Namespace) -> tuple[str, str]:
    """The parent below the prefix, and the last part of a name."""
    inner = folder.name.removeprefix(namespace.prefix)
    if not folder.delimiter:
        return "", inner
    parent, _, leaf = inner.rpartition(folder.delimiter)
    return parent, leaf
