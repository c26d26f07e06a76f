import pytest

from triage.writing.plain import listed, one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Late\r\n again", "Late again"),
        ("a\tb\x00c\u2028d", "a b c d"),
        ("\u202egnp.exe\u2066", "gnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("half \ud800", "half"),
        ("👩\u200d🔧 on site", "👩\u200d🔧 on site"),
        ("", ""),
    ],
)
def test_a_strangers_text_on_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert one_line("word " * 100, 20) == "word word word word…"
    assert len(one_line("x" * 1_000_000, 80)) == 80


def test_a_list_as_it_is_said() -> None:
    assert [listed(()), listed(("a",)), listed(("a", "b")), listed(("a", "b", "c"))] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
