"""Which language a text is in, by a vote of the small words that every sentence needs.

Meant to be sure rather than clever: a text too short, or mixed, has no language here.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

_SMALL_WORDS = {
    "en": "the and you your is are was were have has had not this that with for from will would can our we"
    " it been be they there when what which but please i my to of on by a an as at or if so no all any some"
    " me us he she his her their them do does did how why who where about out up just more than then i'm i've"
    " it's don't can't isn't won't you're that's thanks still now again get got",
    "de": "der die das und ist nicht ich sie wir ihr ihre ihnen mit für auf ein eine einen einem den dem des"
    " haben hat wird werden noch bitte auch von zu zum zur uns wie aber seit bei dass wurde kein keine",
    "fr": "le la les et est pas je vous nous votre vos notre des du une dans pour sur avec que qui ne ce"
    " cette avez avons été sont plus mais par au aux mon ma il bonjour merci n'est j'ai c'est d'une",
    "es": "el la los las y es no que de en un una por para con su sus se lo del nuestro nuestra usted ustedes"
    " como pero más ya está han hemos muy esta este gracias hola nos al ha son",
    "it": "il la le gli e è non che di un una per con si lo del della dei delle nostro nostra vostro vostra"
    " sono ma più come anche questo questa abbiamo ho avete grazie al alla nel ci vi dal i",
    "pt": "o a os as e é não que de um uma por para com seu sua se do da dos das nosso nossa vocês você mas"
    " mais já está foi temos muito esta este obrigado obrigada ao no na em nos são ainda",
    "nl": "de het een en is niet ik u wij we uw ons onze met voor op van dat die te zijn hebben heeft wordt"
    " nog maar ook aan bij naar er deze dit kan geen graag als om mijn jullie was",
    "da": "og er ikke jeg vi det den en et til på med af for har at som vores jer kan også men der fra blev"
    " hvad skal nu meget tak hej",
    "sv": "och är inte jag vi det den en ett till på med av för har att som vår er kan också men från blev"
    " vad ska nu mycket tack hej",
    "pl": "i nie jest na się z do że w o to jak ale już od po czy są dla proszę dziękuję nasz pan pani przez"
    " tylko jeszcze tego bardzo",
    "cs": "a je není na se z do že v o to jak ale už od po jsou pro prosím děkuji náš pan paní přes jen ještě"
    " toho velmi jsme jsem",
}
_VOTE = 2_520
"""One small word's: it can be parted among any two to ten languages that have the word."""
_BITS = 32
"""For each language: the votes for all stand side by side in one number, and one addition adds them."""


def _by_word() -> dict[str, int]:
    """What each small word says for the languages that have it."""
    speaking: dict[str, list[int]] = {}
    for at, words in enumerate(_SMALL_WORDS.values()):
        for word in dict.fromkeys(words.split()):
            speaking.setdefault(word, []).append(at)
    return {
        word: sum(_VOTE // len(having) << _BITS * at for at in having) for word, having in speaking.items()
    }


_VOTES: Mapping[str, int] = _by_word()
_WORD, _PLAIN_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?"), re.compile("[a-z]+(?:'[a-z]+)?")
"""A word, and the same as plain ASCII has it, which is sooner found."""
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
)
_EASTERN = re.compile("[\u3040-\ud7a3]")
_SIGNS = ("://", "www.", "@")
_ADDRESS = re.compile(rf"(?<!\S)\S*(?:{'|'.join(map(re.escape, _SIGNS))})\S*")
_SAMPLE = 5_000
_ENOUGH = 2 * _VOTE
_CLEARLY = 1.4
_MOST = (1 << _BITS) - 1


@lru_cache(maxsize=4)
def language_of(text: str) -> str:
    """ISO 639-1 of the language the text is written in; empty where the small words do not say so clearly."""
    sample = text[:_SAMPLE]
    if any(sign in sample for sign in _SIGNS):
        sample = _ADDRESS.sub(" ", sample)
    sample = sample.lower().replace("’", "'")
    plain = sample.isascii()
    for name, script in _SCRIPTS if not plain and _EASTERN.search(sample) else ():
        if len(script.findall(sample)) * 5 > len(sample.split()) + 5:
            return name
    words = (_PLAIN_WORD if plain else _WORD).findall(sample)
    total = sum(filter(None, map(_VOTES.get, words)))
    votes = {name: total >> _BITS * at & _MOST for at, name in enumerate(_SMALL_WORDS)}
    best, second = sorted(votes, key=votes.__getitem__, reverse=True)[:2]
    return best if votes[best] >= max(_ENOUGH, _CLEARLY * votes[second]) else ""
