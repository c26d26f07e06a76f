"""What a person may have meant by a word that is not known."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown word."""
    words = sorted(known)
    near = get_close_matches(word, words, n=1)
    return f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(words) or 'none'}"
