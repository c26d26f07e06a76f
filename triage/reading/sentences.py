"""Text -> sentences and words, each with its place. What they mean is for `signals` and `issues`.

Mail is not prose: lines are wrapped, lists stand without full stops, a greeting ends in a comma. So the
text is first cut into blocks where the layout says so; nupunkt then finds the sentences in each block.
Only `LIMIT` characters are read, which bounds the time that a hostile text can take.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from nupunkt import PunktSentenceTokenizer

Place: TypeAlias = Literal["text", "subject"]
Span: TypeAlias = tuple[int, int]
"""From where to where."""
LIMIT = 20_000
_LONGEST = 1_000
"""No sentence is longer; what is, is no prose, and is cut so that its cost stays bounded."""
_LINE = 400
"""Nobody writes longer lines by hand and expects a break in them to mean something."""

_WORD, _PLAIN_WORD = (
    re.compile(r"([^\W_]+(?:['’`´][^\W\d_]+)*)"),
    re.compile("([a-zA-Z0-9]+(?:['`][a-zA-Z]+)*)"),
)
"""A word, and the same as plain ASCII has it, which is sooner found."""
_INNER_END = re.compile(r"[.!?…]\W")
"""Where a sentence may end before its block does; where this is not, nupunkt has nothing to say."""
_PLAIN_END, _WHOLE = re.compile(r"[.!?](?<=[^\W\d_].)\s+(?=[a-zA-Z])"), re.compile(r"[^\W\d_]{2,}")
"""An end behind a whole word and before another, which nupunkt doubts of a few words only."""
_SPACE = re.compile(r"[\n\r\t]")
_MARKS = re.compile(r"[!?.]{4,}")
"""What nupunkt takes quadratic time for; three marks say as much."""
_DAY = re.compile(
    r"\.(?<=\d\.)(?=\s+(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b)"
)
"""The full stop of "am 12. Januar", where nupunkt would end the sentence."""
_BULLET = re.compile(r"[ \t]*(?:[-*•–·]|\(?\d{1,2}[.)]|[a-z]\))[ \t]+")
_QUOTED = re.compile(r"[ \t]*[>|]")
_HISTORY = re.compile(r"-{2,} ?(?:original message|ursprüngliche nachricht|message d'origine)", re.IGNORECASE)
_SIGN_OFF = re.compile(
    r"[ \t]*(?:(?:with )?(?:best|kind|warm|many|my)?(?: and)?(?: best| kind| warm)? ?(?:regards|wishes)"
    r"|best|cheers|sincerely|yours(?: truly| faithfully| sincerely)?|respectfully|rgds"
    r"|mit (?:freundlichen|besten|herzlichen) grüßen|(?:viele|beste|liebe|freundliche) grüße|mfg|gruß"
    r"|cordialement|bien à vous|salutations|un saludo|saludos(?: cordiales)?|atentamente)"
    r"(?:,? [\w.]{1,20}){0,2}[ \t]*[,.!]*[ \t]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence; `text` is what stands at `start`, line breaks included."""

    text: str
    start: int
    words: tuple[str, ...]
    """As they are compared: lower case, no accents."""
    spans: tuple[Span, ...]
    """Where each word stands in `text`, as it was written."""
    place: Place = "text"

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)

    def passage(self, first: int, last: int) -> Span:
        """Where words[first:last] stand in the whole text."""
        return self.start + self.spans[first][0], self.start + self.spans[last - 1][1]


@lru_cache(maxsize=4)
def split(text: str, *, place: Place = "text") -> tuple[Sentence, ...]:
    """The author's sentences in order: no quoted lines, nothing below a signature mark or a sign-off.

    The last few are remembered, for the heat and the main issue ask for the same ones.
    """
    found: list[Sentence] = []
    for block_start, block_end in _blocks(text[:LIMIT]):
        for start, end in _ends(text[block_start:block_end]):
            for at in range(start, end, _LONGEST):
                begin, stop = block_start + at, block_start + min(end, at + _LONGEST)
                found.extend(_sentence(text[begin:stop], begin, place))
    return tuple(found)


def is_sign_off(line: str) -> bool:
    """Whether this line only says good-bye, as "Kind regards," does."""
    return len(line) < 60 and _SIGN_OFF.fullmatch(line) is not None


def words_of(text: str) -> tuple[str, ...]:
    """The words in order, as they are compared. A contraction is two words: "don't" reads as do, not."""
    return tuple(chain.from_iterable(map(_parts, _WORD.findall(text))))


def _ends(block: str) -> Iterable[Span]:
    """Where the sentences of a block stand. nupunkt is asked only where they do not all end plainly."""
    inner = len(_INNER_END.findall(block))
    if not inner:
        return ((0, len(block)),)
    line = _DAY.sub(",", _SPACE.sub(" ", block))
    plain = [*_plain_ends(line)]
    words = [word for word, _ in plain]
    if len(plain) == inner and all(known.isdisjoint(words) for known in _doubtful()):
        return pairwise((0, *[end for _, end in plain], len(line)))
    return _tokenizer().span_tokenize(_MARKS.sub(lambda run: run[0][:3].ljust(len(run[0])), line))


def _plain_ends(line: str) -> Iterator[tuple[str, int]]:
    """The last word before each, in lower case, and where the next begins."""
    begun = 0
    for end in _PLAIN_END.finditer(line):
        word = line[begun : end.start()].rsplit(None, 1)[-1]
        begun = end.end()
        if len(word) < end.start() and _WHOLE.fullmatch(word):
            yield word.lower(), begun


def _sentence(text: str, start: int, place: Place) -> Iterator[Sentence]:
    """The sentence that begins there, without the white space around it."""
    begun = text.lstrip()
    start += len(text) - len(begun)
    if text := begun.rstrip():
        pieces = (_PLAIN_WORD if text.isascii() else _WORD).split(text)  # each second one is a word
        parts = [*map(_parts, pieces[1::2])]
        ends = [*accumulate(map(len, pieces))]
        spans = [*zip(ends[::2], ends[1::2], strict=False)]
        words = tuple(chain.from_iterable(parts))
        if len(words) > len(spans):  # both words of a contraction stand in one place
            spans = [span for span, each in zip(spans, parts, strict=True) for _ in each]
        yield Sentence(text=text, start=start, words=words, spans=tuple(spans), place=place)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Runs of lines that belong together, as (start, end)."""
    start = end = 0
    before = ""
    for at, line in _own_lines(text):
        if end > start and (at != end + 1 or not before.strip() or _breaks(before, line)):
            yield start, end
            start = at
        elif end == start:
            start = at
        end = at + len(line)
        before = line
    if end > start:
        yield start, end


def _breaks(before: str, line: str) -> bool:
    """Whether a new line is more than a soft wrap."""
    if not line.strip() or len(before) > _LINE or _BULLET.match(line):
        return True
    last = before.rstrip()
    if len(last) < 30 and last.endswith((",", ":")):  # "Dear Ms Vance,"
        return True
    return len(last) < 45 and last[-1] not in ",;" and not line.lstrip()[:1].islower()


def _own_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their offsets, up to the signature; quoted ones left out."""
    at = 0
    begun = signed = False
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.rstrip("\r") in ("-- ", "--") or _HISTORY.match(line):
            return
        signed = signed or (begun and is_sign_off(line.strip()))
        if signed and (len(line) > 60 or number < len(lines) - 8):  # it was no signature after all
            signed = False
        if not signed and not _QUOTED.match(line):
            yield at, line
            begun = begun or bool(line.strip())
        at += len(line) + 1


@lru_cache(maxsize=8192)
def _parts(word: str) -> tuple[str, ...]:
    """A written word as the words that it stands for."""
    if word.isalnum():
        whole = _fold(word)
        return _JOINED.get(whole) or (whole,)
    first, tail, *more = [_fold(part) for part in re.split("['’`´]", word)]
    if tail == "t" and first.endswith("n"):
        return (_NOT.get(first, first[:-1]), "not")
    if tail in _SHORT:
        return (first, _SHORT[tail])
    if tail == "s":
        return (first, "is") if first in _IS else (first,)
    return (first, tail, *more)


def _fold(word: str) -> str:
    if word.isascii():
        return word.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


_NOT = {"won": "will", "can": "can", "shan": "shall", "ain": "is"}
_SHORT = {"re": "are", "ve": "have", "ll": "will", "d": "would", "m": "am"}
_IS = frozenset({"it", "that", "this", "what", "there", "here", "he", "she", "who", "where", "how"})
_JOINED: dict[str, tuple[str, ...]] = {
    "cannot": ("can", "not"),
    "cant": ("can", "not"),
    "dont": ("do", "not"),
    "doesnt": ("does", "not"),
    "didnt": ("did", "not"),
    "isnt": ("is", "not"),
    "wasnt": ("was", "not"),
    "arent": ("are", "not"),
    "havent": ("have", "not"),
    "hasnt": ("has", "not"),
    "wouldnt": ("would", "not"),
    "im": ("i", "am"),
    "ive": ("i", "have"),
    "u": ("you",),
    "ur": ("your",),
    "youre": ("you", "are"),
    "thats": ("that", "is"),
}


@cache
def _tokenizer() -> "PunktSentenceTokenizer":
    from nupunkt import load  # who only writes, or looks what is held, splits no text

    return load("default")


@cache
def _doubtful() -> tuple[AbstractSet[str], AbstractSet[str]]:
    """What may stand before a full stop that ends no sentence: abbreviations, and first parts of a name."""
    known = _tokenizer().parameters
    return known.abbrev_types, {first for first, _ in known.collocations}
