"""Templates are checked when they are loaded, and filled in a sandbox."""

from collections.abc import Mapping

import pytest

from tests.writing.conftest import shipped
from triage.errors import Mistakes
from triage.writing.templates import Templates

HEAD = "---\ntitle: Ours\nfits: [delivery]\noptions: [send it today, send it tomorrow]\n---\n"


def mistakes(own: Mapping[str, str], files: Mapping[str, str] | None = None) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        Templates({**shipped(), **own}, files=files)
    return [str(mistake) for mistake in caught.value.mistakes]


def render(body: str, **facts: object) -> str:
    """One line of a team's own reply, filled."""
    return Templates({**shipped(), "replies/ours.txt": HEAD + body}).render("replies/ours.txt", **facts)


def test_a_teams_own_template_takes_the_place_of_ours() -> None:
    templates = Templates({**shipped(), "replies/delivery.txt": HEAD + "Dear {{ name }}"})
    assert templates.render("replies/delivery.txt", name="Ana") == "Dear Ana"


def test_all_that_is_wrong_is_told_at_once_with_file_line_and_key() -> None:
    told = mistakes(
        {
            "replies/one.txt": "---\ntitle: One\nfits: [delivery]\noptions: [a, b]\ncolour: red\n---\nHello",
            "replies/two.txt": HEAD + "Hello\n{{ nmae }}",
            "replies/three.txt": HEAD + "{% if %}",
        },
        files={"replies/two.txt": "/team/templates/replies/two.txt"},
    )
    assert any(line.startswith("replies/one.txt:5: colour:") for line in told)
    assert any(line.startswith("/team/templates/replies/two.txt:7: nmae: no such word here") for line in told)
    assert any(line.startswith("replies/three.txt:6:") for line in told)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("Hello", "replies/x.txt:1: it must begin with front matter"),
        (
            "---\ntitle: X\nfits: [delivery]\noptions: [one]\n---\nHello",
            "a reply offers at least two options",
        ),
        ("---\nfits: []\n---\nHello", "replies/x.txt:1: title: Field required"),
        ("---\ntitle: X\nneeds: [shoe_size]\n---\nHello", "replies/x.txt:3: needs.0:"),
        ("---\ntitle: [\n---\nHello", "replies/x.txt:3: "),
        ("---\ntitle: 2026-99-99\n---\nHello", "replies/x.txt:1: the front matter is not YAML"),
        ("---\ntitle: \x07\n---\nHello", "replies/x.txt:1: the front matter is not YAML"),
        ("---\ntitle: X\ntitle: Y\n---\nHello", "replies/x.txt:3: found duplicate key"),
        ("---\ntitle: X\n---\n{{ name | sparkle }}", "replies/x.txt:4: No filter named 'sparkle'"),
        ("---\ntitle: X\n---\n{% include 'none.txt' %}", "replies/x.txt: cannot be filled: none.txt"),
        ("---\ntitle: X\n---\n{{ 1 + name }}", "replies/x.txt: cannot be filled: unsupported operand"),
        ("---\ntitle: X\n---\n{{ name.first }}", "'str object' has no attribute 'first'"),
    ],
)
def test_what_a_person_got_wrong(source: str, told: str) -> None:
    assert any(told in line for line in mistakes({"replies/x.txt": source})), told


def test_one_template_must_always_fit() -> None:
    picky = "---\ntitle: Any\nfits: [general]\noptions: [a, b]\nneeds: [name]\n---\nHello {{ name }}"
    assert mistakes({"replies/general.txt": picky}) == [
        "replies/: fits: one template must fit `general` and need nothing"
    ]


def test_an_acknowledgement_may_leave_nothing_to_fill_in() -> None:
    told = mistakes({"replies/acknowledgement.txt": "---\ntitle: A word\n---\nHello [[name]]"})
    assert told == ["replies/acknowledgement.txt: it goes out at once, so it may leave no blank [[...]]"]


def test_the_most_demanding_template_whose_needs_are_met_is_chosen() -> None:
    precise = "---\ntitle: P\nfits: [delivery]\noptions: [a, b]\nneeds: [about]\n---\nOn {{ about }}"
    templates = Templates({**shipped(), "replies/precise.txt": precise})
    assert templates.reply_for("delivery", frozenset({"about", "name"})).name == "replies/precise.txt"
    assert templates.reply_for("delivery", frozenset({"name"})).name == "replies/delivery.txt"
    assert templates.reply_for("a kind of our own", frozenset()).name == "replies/general.txt"


@pytest.mark.parametrize(
    "body",
    [
        "{{ name.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ name.format.__globals__ }}",
        "{% for n in range(10**9) %}x{% endfor %}",
    ],
)
def test_a_template_cannot_leave_its_sandbox(body: str) -> None:
    with pytest.raises(Mistakes):
        render(body, name="Ana")


def test_a_missing_fact_is_an_error_and_not_an_empty_word() -> None:
    with pytest.raises(Mistakes, match="cannot be filled: UndefinedError"):
        render("Hello {{ name }}")


def test_an_error_while_filling_names_no_fact() -> None:
    with pytest.raises(Mistakes) as caught:
        render("{{ {'Anna': 'Hello'}[name] }}", name="a secret")
    assert "a secret" not in str(caught.value)


def test_facts_are_escaped_in_html_and_left_alone_in_text() -> None:
    sources = {**shipped(), "summary/x.html": "<p>{{ headline }}</p>", "summary/x.txt": "{{ headline }}"}
    templates = Templates(sources)
    assert templates.render("summary/x.html", headline="<b> & co") == "<p>&lt;b&gt; &amp; co</p>"
    assert templates.render("summary/x.txt", headline="<b> & co") == "<b> & co"


def test_a_facts_own_jinja_is_only_text() -> None:
    assert render("{{ name }}", name="{{ 7 * 7 }}{% raw %}") == "{{ 7 * 7 }}{% raw %}"
