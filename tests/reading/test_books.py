"""The books of phrases that are searched as one."""

import pytest

from triage.reading import books
from triage.reading.phrases import compile_book
from triage.reading.sentences import words_of


@pytest.mark.parametrize(
    "text",
    [
        "This is the third time I ask where our order is, and we will take our business elsewhere.",
        "Thank you so much for your help.",
        "Könnten Sie uns bitte das Angebot bis Freitag schicken? Wir warten seit Wochen auf die Lieferung.",
        "Vous deviez livrer lundi, et c'est la deuxième fois que nous appelons.",
        "You lied to us, 12 emails and nobody answered; I demand a full refund by noon.",
        "pump",
        "",
    ],
)
def test_one_search_finds_what_three_would(text: str) -> None:
    phrases, words = books.data("phrases"), words_of(text)
    classes = phrases.pop("classes")
    evidence = compile_book(books._evidence(phrases), classes)
    issues = compile_book(books._issues(books.data("issues")), {})
    requests = compile_book(books._requests(books.data("requests")), {})
    found = books.search(words)
    assert [*map(list, found)] == [[*book.find(words)] for book in (evidence, issues, requests)]


def test_no_name_stands_in_two_books() -> None:
    names = [name for each in books._shelf().names for name in each]
    assert len(names) == len(set(names))
