"""`triage summary`: the manager's mail as it would go out now, for the rep to read first."""

import html5lib

from tests.cli.conftest import Triage
from tests.desk.world import World


def test_on_the_terminal_it_is_the_text_of_the_mail(triage: Triage, holding: World) -> None:
    holding.forward(minutes=1)
    said = triage("summary")
    assert said.code == 0
    assert said.out.startswith("Subject: field (Robin Reyes): 1 heated, Mon 16 Mar\n\n   1 heated mail\n")


def test_as_html_it_is_a_page_for_a_browser_with_its_picture(triage: Triage, holding: World) -> None:
    holding.forward(minutes=1)
    page = triage("summary", "--html").out
    html5lib.HTMLParser(strict=True).parse(page)
    assert 'src="data:image/png;base64,' in page
    assert "cid:" not in page


def test_for_programs_it_is_all_of_it(triage: Triage, holding: World) -> None:
    holding.forward(minutes=1)
    facts = triage("summary", "--json").json
    assert set(facts) == {"subject", "text", "html"}
    assert facts["html"].strip() == triage("summary", "--html").out.strip()
