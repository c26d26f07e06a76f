"""Bytes to text, whatever the sender declared: transfer encodings, charsets, encoded words.

Every function gives the best reading it can and never raises; `problem` says in a short phrase what was
wrong, empty where nothing was.
"""

import binascii
import codecs
import re
import string

_BASE64 = (string.ascii_letters + string.digits + "+/").encode()
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\s]*)\?=")
_ENCODED_RUN = re.compile(rf"{_ENCODED_WORD.pattern}(?:\s+{_ENCODED_WORD.pattern})*")
# C0 and C1 controls but tab and newline, invisible joints that only hide words, and the marks that turn
# the direction of text (a file name or subject that reads backwards); and halves of surrogate pairs.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_HARMLESS = bytes(range(ord(" "), 0x7F)) + b"\t\n"
"""Of ASCII: what nearly all of a letter is."""
_GAPS = re.compile("[\x00-\x20\x7f\x85\u2028\u2029]+")
_NEW_LINES = re.compile("\r{0,2}\n|\r|\u2028|\u2029|\x0b|\x0c|\x85")

# What mail calls a charset, where Python calls it otherwise or knows a superset that is meant in practice.
_MEANT = {
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "unicode-1-1-utf-7": "utf-7",
}
# Codecs of Python's that are no charset of any mail; some are slow beyond measure on hostile bytes.
_NO_CHARSETS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}


def decode_transfer(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Undo a Content-Transfer-Encoding (RFC 2045, 6); returns the bytes and the problem."""
    match encoding.strip().lower():
        case "base64":
            return _from_base64(data)
        case "quoted-printable":
            return binascii.a2b_qp(data), ""
        case "" | "7bit" | "8bit" | "binary":
            return data, ""
        case _:
            return data, "unknown transfer encoding"


def decode_charset(data: bytes, charset: str) -> tuple[str, str]:
    """Turn bytes into text by the declared charset, or by what the bytes say; returns text and problem."""
    if wide := _wide(data):
        return data.decode(wide, "replace"), ""
    name = charset.strip().strip("\"'").lower()
    if not name:
        return decode_unlabelled(data), ""
    codec = _codec(name)
    if codec is None:
        return decode_unlabelled(data), f'unknown charset "{clean(name)[:40]}"'
    try:
        return data.decode(codec), ""
    except (UnicodeError, LookupError, ValueError):
        broken = name not in {"ascii", "us-ascii"}
        text = decode_unlabelled(data) if codec == "utf-8" else data.decode(codec, "replace")
        return text, f"not valid {clean(name)[:40]}" if broken else ""


def decode_unlabelled(data: bytes) -> str:
    """8-bit bytes without a usable charset: nearly always UTF-8, else western."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def decode_header(value: bytes) -> str:
    """A header value as a person would read it: 8-bit bytes and encoded words (RFC 2047) decoded.

    Line ends and control characters become one blank, and nothing can turn the direction of the text.
    """
    return one_line(decode_words(decode_unlabelled(value)))


def decode_words(text: str) -> str:
    """The text with its encoded words decoded; white space between two of them is none (RFC 2047, 6.2)."""
    return _ENCODED_RUN.sub(lambda run: _decode_run(run[0]), text) if "=?" in text else text


def one_line(text: str) -> str:
    """The text on one line, free of control characters and direction marks."""
    if not text.isprintable():
        text = clean(_GAPS.sub(" ", text))
    return " ".join(text.split())


def clean(text: str) -> str:
    r"""The text with "\n" for every line end, and without control characters and invisible marks."""
    usual = text.replace("\r\n", "\n")
    odd = usual.encode("utf-8", "surrogatepass").translate(None, _HARMLESS)
    if odd.decode("utf-8", "surrogatepass").isprintable():  # which nothing harmful is
        return usual
    return _HARMFUL.sub("", _NEW_LINES.sub("\n", text))


def _from_base64(data: bytes) -> tuple[bytes, str]:
    letters, _, padding = data.translate(None, b" \t\r\n").partition(b"=")
    kept = letters.translate(None, _NOT_BASE64)
    broken = kept != letters or bool(padding.strip(b"=")) or len(kept) % 4 == 1
    kept = kept[:-1] if len(kept) % 4 == 1 else kept
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4)), "broken base64" if broken else ""


def _wide(data: bytes) -> str:
    """The UTF-16 form that the bytes have, whatever was declared; empty for all else."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = data[:400]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(sample) < 8 or max(even, odd) < len(sample) // 4:
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _codec(name: str) -> str | None:
    try:
        found = codecs.lookup(_MEANT.get(name, name)).name
    except (LookupError, ValueError, UnicodeError):
        return None
    return None if found.replace("_", "-") in _NO_CHARSETS else found


def _decode_run(run: str) -> str:
    """Adjacent encoded words; those of one charset are joined as bytes, as some cut a character in two."""
    pieces: list[tuple[str, bytes]] = []
    for charset, encoding, payload in _ENCODED_WORD.findall(run):
        data = _word_bytes(encoding, payload.encode("utf-8"))
        name = charset.partition("*")[0].lower()  # RFC 2231 allows "utf-8*en"
        if pieces and pieces[-1][0] == name:
            data = pieces.pop()[1] + data
        pieces.append((name, data))
    return "".join(decode_charset(data, name)[0] for name, data in pieces)


def _word_bytes(encoding: str, payload: bytes) -> bytes:
    if encoding in "bB":
        return _from_base64(payload)[0]
    return binascii.a2b_qp(payload, header=True)
