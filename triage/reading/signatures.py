"""What stands below a letter and is no part of it: sign-off, signature, device line, disclaimer, banner.

Careful by design: where a line might be the author's own word, it stays.
"""

import re


def _any(*patterns: str) -> str:
    return f"(?:{'|'.join(patterns)})"


# "Sent from my iPhone", not "Sent from my warehouse": the device or program must be named.
_DEVICE = _any(
    r"iphone|ipad|mac|phone|mobile|handy|smartphone|tablet|android|galaxy|samsung|pixel|huawei|xiaomi|blackberry",
    r"telefoon|téléphone|teléfono|móvil|telefono|cellulare|telemóvel|outlook|yahoo|gmx|web\.de|proton|sparrow",
    r"windows|mobilgerät|(?:e-?)?mail|courrier|correo",
)
_DEVICE_LINE = re.compile(
    r"\s*"
    + _any(
        _any(
            r"sent (?:from|via|with|using)|gesendet (?:von|mit)|envoyé (?:de|depuis|à partir|avec)",
            r"enviado (?:desde|do|de|a partir)|inviato (?:da|dal|con)",
            r"(?:verzonden|verstuurd) (?:vanaf|met|via)",
        )
        + rf" .{{0,25}}\b{_DEVICE}\b.{{0,80}}",
        r"(?:get|obtener|télécharge[rz]|obter o|scarica|ottieni) outlook\b.{0,80}",
        r"outlook (?:für|voor|pour|para|per) (?:ios|android)\b.{0,80}",
        rf"von meinem {_DEVICE} gesendet.{{0,20}}|yahoo mail: search.{{0,80}}",
    ),
    re.IGNORECASE,
)
_BLANK_LINES = re.compile(r"\n\s*\n")
_DELIMITER = re.compile(r"\s?(?:--|__|—) ?")

_FAREWELL = _any(
    r"(?:with )?(?:best|kind|kindest|warm|warmest|many|my best)?(?: and)? ?(?:best|kind)? ?regards",
    r"(?:with )?(?:best|kind|kindest|warm|warmest) wishes",
    r"best|cheers|(?:yours )?sincerely(?: yours)?|yours(?: truly| faithfully)?|respectfully|rgds|br|kr",
    r"all the best|take care",
    r"(?:mit )?(?:freundlich|best|herzlich|viel|lieb|sonnig)e[mnr]? (?:gr(?:ü|ue)(?:ß|ss)en?|gruß)"
    r"(?: aus \w+)?",
    r"gr(?:ü|ue)(?:ß|ss)e|gruß|mfg|vg|lg|hochachtungsvoll",
    r"(?:bien )?cordialement|(?:sincères|meilleures|cordiales) salutations|salutations distinguées",
    r"bien à vous|(?:très )?bonne (?:journée|réception|soirée)",
    r"(?:je vous prie|veuillez) .{0,20}agréer.{0,70}",
    r"(?:un )?(?:cordial )?saludos?(?: cordial(?:es)?)?|atentamente|atte",
    r"(?:met )?(?:vriendelijke|hartelijke|beste) groet(?:en)?|mvg|hoogachtend|groet(?:en|jes)?",
    r"(?:cordiali|distinti|cari|migliori) saluti|cordialmente|(?:un )?saluto|saluti",
    r"atenciosamente|(?:com os )?(?:melhores )?cumprimentos|att|abraços?",
)
# Thanks are a sign-off only as such: "Thanks," above a name. "Thank you!" is a sentence, and stays.
_THANKS = _any(
    r"(?:many )?thanks(?: again| in advance| and (?:best|kind) regards)?|thank you(?: again| in advance)?",
    r"(?:vielen |besten )?dank(?: im voraus)?|danke|merci(?: d'avance| par avance)?",
    r"(?:muchas )?gracias(?: de antemano)?|(?:alvast )?(?:bedankt|dank)(?: bij voorbaat)?",
    r"(?:molte )?grazie|(?:muito )?obrigad[oa]",
)
_NAME = r"(?-i:[^\W\d_a-z][\w.'’-]*)"
_SIGN_OFF = re.compile(
    rf"\s*(?:{_FAREWELL}(?:\s*[,;.!–-]+|\s*$|(?=\s*{_NAME}\s*$))|{_THANKS}(?:\s*,|\s*$))"
    rf"\s*(?:{_NAME}(?:\s+{_NAME}){{0,3}})?\s*,?\s*",
    re.IGNORECASE,
)
_LONGEST_SIGN_OFF = 100
_CONTACT = re.compile(
    r"\+?\d[\d ()/.-]{6,}\d|[^\s@]@[^\s@]+\.\w|www\.|https?://|\b(?:tel|phone|mobile?|cell|fax|handy|durchwahl)\b",
    re.IGNORECASE,
)
_NAME_LINE = re.compile(
    r"[^\W\d_a-z][\w.'’-]+(?: (?:von|van|de|der|da|di|du|le|la|[^\W\d_a-z][\w.'’-]*)){1,4}"
)
_POSTSCRIPT = re.compile(r"\s*(?:P\.? ?S\.?|N\.? ?B\.?)\s?[:.]?\s+\S", re.IGNORECASE)
_SENTENCE_WORDS, _SHORT_SENTENCE = 12, 4
_SIGNATURE_LINES = 14

_RULE = re.compile(r"\s*(?:[-_=*~–—‐] ?){3,}\s*")
_BANNER = re.compile(
    _any(
        r"(?:caution|warning|attention|achtung|external|externe?)\b.{0,80}"
        + _any(
            r"from (?:an? )?(?:outside|external)",
            r"outside (?:of )?(?:the|your|our) (?:organi[sz]ation|company)",
            r"do not click|external (?:sender|source)|unknown sender",
            r"außerhalb (?:der|ihrer|unserer) (?:organisation|firma)|extern\w* (?:absender|quelle)",
        ),
        r"external(?: e-?mail| sender)?\W*\Z",
        r"you don'?t often get (?:e-?mail|mail) from|sie erhalten nicht (?:häufig|oft) e-?mails? von",
        r"vous n'obtenez pas souvent|no suele recibir correo|u ontvangt niet vaak",
    ),
    re.IGNORECASE | re.DOTALL,
)
_FOOTER = re.compile(
    _any(
        r"(?:please |bitte )?(?:consider|think of|denken sie an|pensez à|piense en|denk aan|pensi)\b.{0,40}"
        r"\b(?:environment|umwelt|l'environnement|medio ambiente|milieu|ambiente)\b.{0,60}"
        r"\b(?:print|druck|imprim|stamp)",
        r"this (?:e-?mail|message) (?:has been|was) (?:scanned|checked)|virus-?free|virenfrei",
        r"diese e-?mail wurde .{0,30}geprüft",
        r"registered (?:office|in england)|sitz der gesellschaft",
        r"geschäftsführer(?:in)?\s?:|amtsgericht \w+,? hr[ab]",
    ),
    re.IGNORECASE | re.DOTALL,
)
# A disclaimer speaks of itself ("this e-mail"), and of several of the things that lawyers make it speak of;
# the first two together are enough. "This e-mail is to notify you that we hold you liable" is no disclaimer.
_ITSELF = re.compile(
    r"\b"
    + _any(
        r"th(?:is|e|ese) (?:e-?mail|electronic mail|message|communication|transmission|information|content)",
        r"confidentiality notice|disclaimer|diese[rs]? (?:e-?mail|nachricht|mitteilung)",
        r"ce(?:t|tte)? (?:message|e-?mail|courriel|courrier)|este (?:mensaje|correo|e-?mail)",
        r"(?:esta|este|a presente) (?:mensagem|e-?mail)|(?:dit|deze) (?:bericht|e-?mail)",
        r"quest[oa] (?:messaggio|e-?mail|comunicazione)|(?:il|la) presente (?:messaggio|e-?mail)",
    ),
    re.IGNORECASE,
)
# What it speaks of: looked for first, as a search for each of their many forms takes long.
_NAMES_OF_MAIL = (
    "mail", "message", "communication", "transmission", "information", "content", "notice", "disclaimer",
    "nachricht", "mitteilung", "courriel", "courrier", "mensaje", "correo", "mensagem", "bericht",
    "messaggio", "comunicazione",
)  # fmt: skip
_LAWYERS_THEMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"confiden[tzc]|vertrau|riservat|privileged|legally protected|geheim",
        _any(
            r"intended (?:solely |only |exclusively )?(?:for|recipient)|addressee|for the use of",
            r"adressat|empfänger|destinatari|destinataire|geadresseerde|bestemd",
        ),
        r"received? (?:it|this|the)\b.{0,30}in error|irrtümlich|par erreur|por error?|per errore",
        r"\b(?:delete|destroy)|lösch|vernicht|détrui|supprim|elimin|borre|verwijder|cancellar|apag",
        r"notify the sender|inform the sender|informieren sie|benachrichtig|avertir|notifi(?:qu|car)|avvis",
        r"unauthori[sz]ed|prohibited|unbefugt|nicht gestattet|interdit|prohibid|vietat|verboden",
    )
)
_ENOUGH_THEMES = 3


def without_signature(text: str) -> str:
    """The letter alone: everything but sign-off, signature, device line, disclaimers and banners."""
    paragraphs = [part for part in _BLANK_LINES.split(text) if not _is_boilerplate(part)]
    lines = [line for line in "\n\n".join(paragraphs).split("\n") if not _DEVICE_LINE.fullmatch(line)]
    for cut in (_at_delimiter, _at_sign_off, _at_contacts):
        lines = cut(_trimmed(lines))
    return "\n".join(_trimmed(lines))


def _is_boilerplate(paragraph: str) -> bool:
    start = paragraph.lstrip(" \t\n*_-=[(|>")
    if _BANNER.match(start) or _FOOTER.match(start):
        return True
    head = start[:200]
    if not any(map(head.lower().__contains__, _NAMES_OF_MAIL)) or not _ITSELF.search(head):
        return False
    themes = [bool(theme.search(paragraph)) for theme in _LAWYERS_THEMES]
    return all(themes[:2]) or sum(themes) >= _ENOUGH_THEMES


def _trimmed(lines: list[str]) -> list[str]:
    """Without blank lines and rules at the end, and blank lines at the start."""
    first = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    last = len(lines)
    while last > first and (not lines[last - 1].strip() or _RULE.fullmatch(lines[last - 1])):
        last -= 1
    return lines[first:last]


def _at_delimiter(lines: list[str]) -> list[str]:
    """Cut at "-- " (RFC 3676, 4.3); without its blank, which many forget, only where little follows."""
    for i, line in enumerate(lines):
        if line == "-- " or (_DELIMITER.fullmatch(line) and len(lines) - i <= _SIGNATURE_LINES):
            return [*lines[:i], *_postscript(lines[i:])]
    return lines


def _at_sign_off(lines: list[str]) -> list[str]:
    """Cut at the first "Kind regards" below which there is no prose any more, save for a postscript."""
    for i in range(max(1, len(lines) - _SIGNATURE_LINES), len(lines)):
        is_sign_off = len(lines[i]) <= _LONGEST_SIGN_OFF and _SIGN_OFF.fullmatch(lines[i])
        if is_sign_off and not any(map(_is_prose, _until_postscript(lines[i + 1 :]))):
            return [*lines[:i], *_postscript(lines[i:])]
    return lines


def _at_contacts(lines: list[str]) -> list[str]:
    """Cut a last paragraph that is a name, a few short lines and a way to call or find the author."""
    blank = max((i for i, line in enumerate(lines) if not line.strip()), default=-1)
    block = [line.strip() for line in lines[blank + 1 :]]
    is_card = (
        blank > 0
        and 3 <= len(block) <= _SIGNATURE_LINES
        and _NAME_LINE.fullmatch(block[0])
        and any(map(_CONTACT.search, block[1:]))
        and not any(map(_is_prose, block))
    )
    return lines[:blank] if is_card else lines


def _is_prose(line: str) -> bool:
    """Whether the line says something: long, or ending as a sentence does ("Acme Ltd." does not)."""
    words = line.split()
    ends = line.rstrip().endswith((".", "?", "!")) and words[-1][:1].islower()
    return len(words) >= _SENTENCE_WORDS or (len(words) >= _SHORT_SENTENCE and ends)


def _until_postscript(lines: list[str]) -> list[str]:
    return lines[: len(lines) - len(_postscript(lines))]


def _postscript(lines: list[str]) -> list[str]:
    """A postscript belongs to the letter though it stands below the signature: its paragraph."""
    first = next((i for i, line in enumerate(lines) if _POSTSCRIPT.match(line)), None)
    if first is None:
        return []
    end = next((i for i in range(first, len(lines)) if not lines[i].strip()), len(lines))
    return lines[first:end]
