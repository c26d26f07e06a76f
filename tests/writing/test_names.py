import pytest

from triage.writing.names import greeting_name


@pytest.mark.parametrize(
    ("display_name", "first_name"),
    [
        ("Anna Meier", "Anna"),
        ("Meier, Anna", "Anna"),
        ("van der Berg, Jan", "Jan"),
        ("Anna Meier (ACME)", "Anna"),
        ("'Anna Meier' via Orders", "Anna"),
        ('"Anna Meier"', "Anna"),
        ("Dr. Anna Meier", "Anna"),
        ("John Smith, Ph.D.", "John"),
        ("John Smith Jr.", "John"),
        ("ANNA MEIER", "Anna"),
        ("anna meier", "Anna"),
        ("JEAN-PIERRE DUBOIS", "Jean-Pierre"),
        ("Jean-Pierre Dubois", "Jean-Pierre"),
        ("DeShawn Carter", "DeShawn"),
        ("Łukasz Żak", "Łukasz"),
        ("O'Neil, Siân", "Siân"),
        ("Anna", "Anna"),
        ("Dr. Meier", ""),
        ("J. Smith", ""),
        ("J Smith", ""),
        ("ACME", ""),
        ("ACME Purchasing", ""),
        ("Sales Team", ""),
        ("Miller & Sons", ""),
        ("anna.meier@example.com", ""),
        ("Anna2", ""),
        ("山田太郎", ""),
        ("{{ 7 * 7 }}", ""),
        ("<script>alert</script>", ""),
        ("Anna\r\nBcc: x@example.com", ""),
        ("\u202eAnna Meier", "Anna"),
        (",", ""),
        ("", ""),
    ],
)
def test_the_first_name_or_none(display_name: str, first_name: str) -> None:
    assert greeting_name(display_name) == first_name
