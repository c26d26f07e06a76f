"""Sentences end where nupunkt ends them, asked or not; words are the same in plain ASCII and out of it."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from nupunkt import load

from triage.reading.sentences import split, words_of

NUPUNKT = load("default")


@pytest.mark.parametrize(
    "block",
    [
        "The pump came on Friday. It leaks! Why? We wait.",
        "We bought it from Doe Inc. Robin knows of it.",
        "Mr. Reyes promised it. We rely on that.",
        "Civil. That is all we ask.",
        "It is no. 42. Send it back.",
        "He said (twice.) Then he left.",
        "So... you will not come. Fine.",
        "And now?! We stop here. Good day.",
        "Are you there? yes. no.",
        "One sentence only, e.g. this",
        "We ordered at B. Sparks and Co. Never again.",
        "Genug davon. Über Wochen nichts. Am Ende.",
    ],
)
def test_a_block_is_cut_where_nupunkt_cuts_it(block: str) -> None:
    assert [sentence.text for sentence in split(block)] == [
        block[start:end].strip() for start, end in NUPUNKT.span_tokenize(block)
    ]


PIECES = st.sampled_from(
    ["late", "Mr", "no", "B", "12", "I", "x", "Ende", "Ü", ".", "!", "?", "…", " ", " ", ")", '"']
)


@given(st.lists(PIECES, min_size=1, max_size=14).map("".join).map(str.strip))
def test_any_block_is(block: str) -> None:
    assume(not re.search("[!?.]{4}", block))  # such runs are shortened first
    text = f"And {block}".strip()
    assert [sentence.text for sentence in split(text)] == [
        text[start:end].strip() for start, end in NUPUNKT.span_tokenize(text)
    ]


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_plain_ascii_has_the_words_of_any_text(text: str) -> None:
    for sentence in split(text):
        assert sentence.words == words_of(sentence.text)
