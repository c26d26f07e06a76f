"""The author's new text: a letter without the history that mail clients quote below, above or between.

Structural marks of HTML are `hypertext`'s; here is what plain text has: header blocks, attribution lines,
quote marks. mail-parser-reply, untyped, enters here and nowhere else, for the languages we do not know
ourselves: it is slow on hostile text and cuts boldly, so it sees little and only its own language.
"""

import re
from collections.abc import Iterator

from triage.reading.language import language_of
from triage.reading.signatures import without_signature

_LIBRARY_LONGEST = 8_000
_LONGEST_LINE = 1_000
_LIBRARY_LANGUAGES = frozenset(("cs", "da", "ja", "ko", "pl", "sv", "zh"))


def _any(*patterns: str) -> str:
    return f"(?:{'|'.join(patterns)})"


_ODD_BLANKS = "\t\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
_BLANK_LINES = re.compile("\n\n\n+")
_BLANKS = re.compile(f"[ {_ODD_BLANKS}]{{2,}}|[{_ODD_BLANKS}]")
_RULE = re.compile(r"\s*(?:[-_=*~‐] ?){5,}\s*")
# "-----Original Message-----", "---------- Forwarded message ---------", "Begin forwarded message:"
_DIVIDER = re.compile(
    r"\s*(?:[-_‐]{2,} ?"
    + _any(
        r"original message|ursprüngliche nachricht|original-?nachricht|message d'origine|mensaje original",
        r"oorspronkelijk bericht|messaggio originale|mensagem original|(?:start of )?forwarded message",
        r"weitergeleitete nachricht|message (?:transféré|d'origine)|mensaje reenviado|doorgestuurd bericht",
        r"messaggio inoltrato|mensagem encaminhada",
    )
    + r" ?[-_‐]{2,}|"
    + _any(
        r"begin forwarded message",
        r"anfang der weitergeleiteten nachricht",
        r"début du message (?:transféré|réexpédié)",
        r"inicio del mensaje reenviado|begin doorgestuurd bericht|inizio messaggio inoltrato",
        r"início da mensagem (?:re)?encaminhada",
    )
    + r"\s?:)\s*",
    re.IGNORECASE,
)
_HEADER_FROM = re.compile(
    r"[>*\s]*(?:from|von|de|van|da|remitente|mittente|expéditeur)\s?:\*?\s*\S", re.IGNORECASE
)
_HEADER_DATE = re.compile(
    r"[>*\s]*(?:sent|date|gesendet|datum|envoyé(?: le)?|enviad[oa](?: el)?|fecha|verzonden|inviato|data)"
    r"\s?:\*?\s*\S",
    re.IGNORECASE,
)
_HEADER_REST = re.compile(
    r"[>*\s]*(?:to|an|à|para|aan|a|cc|subject|betreff|objet|asunto|onderwerp|oggetto|assunto)\s?:\*?\s*\S",
    re.IGNORECASE,
)
_HEADER_SUBJECT = re.compile(
    r"[>*\s]*(?:subject|betreff|objet|asunto|onderwerp|oggetto|assunto)\s?:", re.IGNORECASE
)
_HEADER_LINES = 7
_LOOK_AHEAD = 12

_OPENER = re.compile(r"[-\s]*(?:on|am|le|el|op|il|in data|em|a|no dia|\d{4}[-/.]\d)\b", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:wrote|writes|schrieb|geschrieben|a écrit|escribió|ha escrito|schreef|geschreven|ha scritto"
    r"|escreveu)\b.{0,120}(?:[:：]|-{2,})\s*$",
    re.IGNORECASE,
)
_IN_VERBS = ("wr", "cr", "hr")
"""One of these is in each of them: a look for it spares most searches."""
_OWN_WORDS = re.compile(
    r"\b(?:i wrote|schrieb ich|j'ai écrit|escribí|schreef ik|ho scritto|escrevi|we wrote)\b", re.IGNORECASE
)
_ADDRESS = re.compile(r"[<(\[]?(?:mailto:)?[^\s<>@]{1,80}@[^\s<>@]{1,80}\.\w")
_CLOCK_TIME = re.compile(r"\d{1,2}[:.h]\d{2}")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\b(?:19|20)\d\d\b")
_BARE_ATTRIBUTION = re.compile(r"\s*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.{0,60}<\S{1,80}@\S{1,80}>\s?:\s*")
_SHORTEST_INTRODUCTION, _LONGEST_ATTRIBUTION, _MOST_ATTRIBUTION_LINES = 5, 320, 3
# How introductions end in tidied text, save for a block of headers, which has colons anywhere; and "-- ".
_DASHES = "-_‐"
_ENDS = frozenset(f":：{_DASHES} ")
_LETTER = re.compile(r"[^\W\d_]")


def new_text(tidied: str) -> str:
    """What the author wrote, of a letter's tidied text; the whole letter where nothing else would be left.

    One word of the author's is enough: "Thanks." above an angry history is no angry letter.
    """
    own = "\n".join(_without_history(tidied.split("\n")))
    for candidate in (without_signature(_as_library_cuts(own)), own):
        if _LETTER.search(candidate):
            return tidy(candidate)
    return tidied


def tidy(text: str) -> str:
    """Blanks and blank lines collapsed, and lines of a sane length: what every later pass relies on."""
    if "  " in text or any(map(text.__contains__, _ODD_BLANKS)):
        text = _BLANKS.sub(" ", text)
    lines = text.split("\n")
    if max(map(len, lines)) > _LONGEST_LINE:
        lines = [piece for line in lines for piece in _wrapped(line)]
    marked = "-- " in lines
    stripped = "\n".join(line if marked and line == "-- " else line.rstrip() for line in lines)
    return (_BLANK_LINES.sub("\n\n", stripped) if "\n\n\n" in stripped else stripped).strip("\n")


def _wrapped(line: str) -> Iterator[str]:
    """The line, in pieces where it is very long."""
    while len(line) > _LONGEST_LINE:
        end = line.rfind(" ", 1, _LONGEST_LINE) + 1 or _LONGEST_LINE
        yield line[:end].rstrip()
        line = line[end:]
    yield line


def _without_history(lines: list[str]) -> list[str]:
    """Drop quoted lines and what introduces them; stop where an unmarked history begins."""
    worth_a_look = _near_ends(lines)
    kept: list[str] = []
    position = 0
    while position < len(lines):
        length = 0
        if position in worth_a_look:
            position += _signature_above_quotes(lines, position, worth_a_look)
            length = _introduction(lines, position)
            if length and not _is_quoted(lines, position + length):
                break
        if not length and not (">" in lines[position][:2] and _is_marked(lines[position])):
            kept.append(lines[position])
        position += length or 1
    while kept and (not kept[-1].strip() or _RULE.fullmatch(kept[-1])):
        kept.pop()
    return kept


def _near_ends(lines: list[str]) -> set[int]:
    """Where an introduction, or a signature, may begin: so that all other lines are soon done with."""
    ends = [i for i, line in enumerate(lines) if ":" in line or line[-1:] in _ENDS]
    return {end - above for end in ends for above in range(_MOST_ATTRIBUTION_LINES)}


def _signature_above_quotes(lines: list[str], position: int, worth_a_look: set[int]) -> int:
    """How many lines of signature stand here, above quotes that the author may have answered one by one."""
    if lines[position] != "-- ":
        return 0
    end = min(len(lines), position + _LOOK_AHEAD)
    quotes = (
        i
        for i in range(position, end)
        if _is_marked(lines[i]) or (i in worth_a_look and _introduction(lines, i))
    )
    return next(quotes, position) - position


def _introduction(lines: list[str], position: int) -> int:
    """How many lines here introduce a history: a divider, a header block or an attribution; 0 for none."""
    line = lines[position]
    if len(line) < _SHORTEST_INTRODUCTION:
        return 0
    has_colon = ":" in line
    if (has_colon or line.lstrip()[:1] in _DASHES) and _DIVIDER.fullmatch(line):
        return 1
    return (has_colon and _header_block(lines, position)) or _attribution(lines, position)


def _is_marked(line: str) -> bool:
    return line.startswith(">") or (line[1:2] == ">" and line[0].isspace())


def _is_quoted(lines: list[str], position: int) -> bool:
    """Whether the next words are marked as quoted, perhaps after one more introduction."""
    end = min(len(lines), position + _LOOK_AHEAD)
    while position < end:
        if _is_marked(lines[position]):
            return True
        length = _introduction(lines, position)
        if lines[position].strip() and not length:
            return False
        position += length or 1
    return False


def _header_block(lines: list[str], position: int) -> int:
    """Outlook's From, Sent, To, Subject; with all the doubt that "From: Leeds, To: York" deserves."""
    if not _HEADER_FROM.match(lines[position]):
        return 0
    block = [line for line in lines[position : position + _HEADER_LINES] if line.strip()]
    dated = any(map(_HEADER_DATE.match, block[1:4]))
    named = any(map(_HEADER_SUBJECT.match, block[1:]))
    addressed = bool(_ADDRESS.search(block[0])) and any(map(_HEADER_REST.match, block[1:4]))
    if not (dated and (named or addressed)) and not (addressed and named):
        return 0
    return 1 + sum(1 for line in block[1:] if _HEADER_DATE.match(line) or _HEADER_REST.match(line))


def _attribution(lines: list[str], position: int) -> int:
    """The one to three lines of "On Monday, 3 May 2027 at 10:15, Jane Doe <jane@x> wrote:"; 0 for none."""
    for end in range(position, min(position + _MOST_ATTRIBUTION_LINES, len(lines))):
        if lines[end][-1:] not in _ENDS:
            continue
        joined = " ".join(lines[position : end + 1])
        if end == position and _BARE_ATTRIBUTION.fullmatch(joined):
            return 1
        if len(joined) > _LONGEST_ATTRIBUTION or (end > position and not _OPENER.match(lines[position])):
            return 0
        if any(map(joined.lower().__contains__, _IN_VERBS)) and _VERB.search(joined):
            quote_follows = any(map(_is_marked, lines[end + 1 : end + 3]))
            return end + 1 - position if _is_attribution(joined, quote_follows) else 0
    return 0


def _is_attribution(joined: str, quote_follows: bool) -> bool:
    """The author's "On Monday I wrote:" is own text; a client's line names an address, or date and time."""
    if _OWN_WORDS.search(joined):
        return False
    dated = bool(_DATE.search(joined) and _CLOCK_TIME.search(joined))
    addressed = "@" in joined and bool(_ADDRESS.search(joined))
    return dated or addressed or (quote_follows and bool(_OPENER.match(joined)))


def _as_library_cuts(text: str) -> str:
    """The text above a history in a language of the library's. Its signatures would cut a letter at "Tak"."""
    language = language_of(text)
    if language not in _LIBRARY_LANGUAGES or not text.strip():
        return text
    head, rest = text[:_LIBRARY_LONGEST], text[_LIBRARY_LONGEST:]
    from mailparser_reply import EmailMessage

    message = EmailMessage(text=head, languages=[language], include_english=False, keep_hyphen_lists=True)
    replies = message.read().replies
    above = str(replies[0].content) if replies else ""
    return above if above and len(above) < len(head.strip()) else head + rest
