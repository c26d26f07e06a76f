"""HTML mail to plain text, with or without the history that mail clients quote.

selectolax enters here and nowhere else. Scripts, styles and what the sender hid are not text.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

LONGEST = 200_000
_DEEPEST = 2_000

# How Gmail, Thunderbird, Apple Mail, Yahoo, Proton, Outlook (web, mobile) and others mark what is not new.
_HISTORY = (
    "blockquote.gmail_quote, blockquote[type=cite], blockquote.protonmail_quote, div.gmail_attr,"
    " div.moz-cite-prefix, div.moz-forward-container, div.yahoo_quoted, div.protonmail_quote,"
    " .ms-outlook-mobile-reference-message, #mail-editor-reference-message-container, #OLK_SRC_BODY_SECTION,"
    " div.zmail_extra, blockquote.tutanota_quote"
)
_SIGNATURES = (
    ".gmail_signature, .gmail_signature_prefix, .moz-signature, #Signature, #ms-outlook-mobile-signature,"
    " .protonmail_signature_block, #AppleMailSignature"
)
_HISTORY_FOLLOWS = "#appendonsend, #divRplyFwdMsg, #x_divRplyFwdMsg, div[style]"
# Outlook for Windows has no name for its block: only this line above From, Sent, To, Subject.
_OUTLOOK_RULE = re.compile(r"border-top:\s*solid\s+#(?:e1e1e1|b5c4df)", re.IGNORECASE)
# Gmail marks the head of a forward as it marks an attribution, but what follows it is no blockquote.
_FORWARD = re.compile(r"\s*-{3,}")

_HIDDEN = re.compile(r"display:\s*none|max-height:\s*0(?![.\d]*[1-9])|visibility:\s*hidden", re.IGNORECASE)


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_SKIPPED = _tags("script style head template title object svg math -comment")
_LINES = _tags(
    "address article aside blockquote br center dd details div dl dt fieldset footer form h1 h2 h3 h4 h5 h6"
    " header hr main ol p pre section table tr ul"
)
_CELLS = _tags("td th")
_APART = _tags("blockquote h1 h2 h3 h4 h5 h6 hr ol p table ul")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Tags that have no content, or whose end is often left out and implied by the next.
_UNCOUNTED = _tags(
    "area base br col embed hr img input link meta param source track wbr"
    " p li tr td th dt dd option tbody thead tfoot html body head"
)
_ANY_TAG = re.compile(r"<[^<>]*>?")
_BLANKS = re.compile(r"[ \t\r\n\f\xa0\u2000-\u200a\u202f\u3000]+")


def to_text(html: str, *, history: bool = True) -> str:
    """The readable text. Without `history` the quotes, signature and header blocks of known clients go."""
    html = html[:LONGEST].replace("\x00", "")
    if _is_deep(html):
        return _ANY_TAG.sub(" ", html)
    body = _body(html)
    if body is None:
        return ""
    skipped, stop = (
        (frozenset[int](), 0) if history else (_marked_history(body), _where_history_follows(body))
    )
    return _tidy("".join(_pieces(body, skipped, stop)))


def all_text(html: str) -> str:
    """Every word of the text, also of what is not shown, in one disorderly line: good for counting only."""
    html = html[:LONGEST].replace("\x00", "")
    body = None if _is_deep(html) else _body(html)
    return html if body is None else body.text(separator=" ")


def _body(html: str) -> "LexborNode | None":
    from selectolax.lexbor import LexborHTMLParser  # two megabytes, which plain text does not need

    return LexborHTMLParser(html).body


def _is_deep(html: str) -> bool:
    """Whether this may be nested as no person's mail is; a tree that deep takes the parser seconds."""
    if html.count("<") <= _DEEPEST:
        return False
    depth = deepest = 0
    for closing, name in _TAG.findall(html):
        if name.lower() not in _UNCOUNTED:
            depth += -1 if closing else 1
            deepest = max(deepest, depth)
    return deepest > _DEEPEST


def _marked_history(body: "LexborNode") -> frozenset[int]:
    marked = body.css(f"{_HISTORY}, {_SIGNATURES}")
    return frozenset(node.mem_id for node in marked if not _FORWARD.match(node.text()))


def _where_history_follows(body: "LexborNode") -> int:
    """The node at which Outlook's header block begins; 0 where there is none."""
    for node in body.css(_HISTORY_FOLLOWS):
        if node.id or _OUTLOOK_RULE.search(node.attributes.get("style") or ""):
            return node.mem_id
    return 0


def _pieces(body: "LexborNode", skipped: frozenset[int], stop: int) -> Iterator[str]:
    """Text and line ends in the order of the document; a walk without recursion, as mail nests freely."""
    node = body.child
    while node is not None and node.mem_id != stop:
        shown = node.mem_id not in skipped and not _is_hidden(node)
        if shown:
            yield _opening(node)
        if shown and node.child is not None:
            node = node.child
            continue
        if shown:
            yield _closing(node)
        while node.next is None:
            node = node.parent
            if node is None or node.mem_id == body.mem_id:
                return
            yield _closing(node)
        node = node.next


def _is_hidden(node: "LexborNode") -> bool:
    if node.is_text_node:
        return False
    return node.tag in _SKIPPED or bool(_HIDDEN.search(node.attributes.get("style") or ""))


def _opening(node: "LexborNode") -> str:
    if node.is_text_node:
        text = node.text(deep=False)
        return text if node.parent is not None and node.parent.tag == "pre" else _BLANKS.sub(" ", text)
    return "\n- " if node.tag == "li" else _closing(node)


def _closing(node: "LexborNode") -> str:
    if node.tag in _APART:
        return "\n\n"
    if node.tag in _CELLS:
        return " "
    return "\n" if node.tag in _LINES else ""


def _tidy(text: str) -> str:
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
