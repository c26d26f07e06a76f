"""Every message of the corpus is read as the file beside it says. To add a case, add the two files."""

from pathlib import Path
from typing import TypedDict, cast

import pytest
from ruamel.yaml import YAML

from triage.reading.messages import Message, Person, parse, parse_head, read_new_text

CORPUS = Path(__file__).parents[1] / "corpus"
LETTERS = sorted(CORPUS.glob("*.eml"))


class Expected(TypedDict, total=False):
    """What stands beside a message; what is left out is expected to be empty, save for `new_text`."""

    to: list[str]
    references: list[str]
    language: str
    machine_made: str
    attachments: list[str]
    problems: list[str]
    new_text: str
    contains: list[str]
    lacks: list[str]


def expected_of(letter: Path) -> dict[str, object]:
    return cast(dict[str, object], YAML(typ="safe").load(letter.with_suffix(".yaml")))


def shown(person: Person | None) -> str:
    if person is None:
        return ""
    return f"{person.name} <{person.address}>" if person.name else person.address


@pytest.fixture(params=LETTERS, ids=lambda path: path.stem)
def case(request: pytest.FixtureRequest) -> tuple[Message, dict[str, object]]:
    letter = cast(Path, request.param)
    return parse(letter.read_bytes()), expected_of(letter)


def test_the_corpus_is_there() -> None:
    assert len(LETTERS) >= 65


def test_a_letter_is_read_as_expected(case: tuple[Message, dict[str, object]]) -> None:
    message, expected = case
    read = {
        "from": shown(message.sender),
        "subject_key": message.subject_key,
        "references": list(message.references),
        "machine_made": message.machine_made,
        "problems": list(message.problems),
    }
    if "language" in expected:
        read["language"] = message.language
    if "attachments" in expected:
        read["attachments"] = list(message.attachments)
    if "to" in expected:
        read["to"] = [shown(person) for person in message.to]
    if "new_text" in expected:
        read["new_text"] = message.new_text
    wanted = {"references": [], "machine_made": "", "problems": [], **expected}
    assert read == {key: wanted[key] for key in read}


def test_history_and_signature_never_leak_into_the_new_text(case: tuple[Message, dict[str, object]]) -> None:
    message, expected = case
    leaked = [words for words in cast(list[str], expected.get("lacks", [])) if words in message.new_text]
    lost = [words for words in cast(list[str], expected.get("contains", [])) if words not in message.new_text]
    assert (leaked, lost) == ([], [])


@pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.stem)
def test_the_head_or_the_new_text_alone_says_the_same(letter: Path) -> None:
    raw = letter.read_bytes()
    assert read_new_text(raw) == parse(raw).new_text
    assert _who_and_which(parse_head(raw)) == _who_and_which(parse(raw))
    assert parse_head(raw).text == ""


def _who_and_which(message: Message) -> tuple[object, ...]:
    return (
        message.message_id,
        message.references,
        message.sender,
        message.reply_to,
        message.recipients,
        message.subject,
        message.subject_key,
        message.date,
    )
