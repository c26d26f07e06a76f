"""Who is a customer: the writer, and the whole company unless strangers share the domain."""

import pytest

from triage.judging.customers import Customer, belongs, domain_of
from triage.judging.free_mail import FREE_MAIL


def customer(*addresses: str) -> Customer:
    return Customer.of(addresses, free_mail=FREE_MAIL)


@pytest.mark.parametrize(
    ("address", "included"),
    [
        ("dana@acme.example", True),
        ("Dana@ACME.example", True),
        ("her.boss@acme.example", True),
        ("dana@sub.acme.example", False),
        ("dana@notacme.example", False),
        ("", False),
    ],
)
def test_a_company_is_one_customer(address: str, *, included: bool) -> None:
    assert customer("dana@acme.example").includes(address) is included


def test_strangers_at_a_free_mail_domain_are_not_one_customer() -> None:
    dana = customer("dana@gmail.com")
    assert dana.includes("dana@gmail.com")
    assert not dana.includes("somebody.else@gmail.com")
    assert dana.label == "dana@gmail.com"


def test_from_and_reply_to_are_both_the_customer() -> None:
    dana = customer("dana@gmail.com", "orders@acme.example")
    assert dana.includes("dana@gmail.com")
    assert dana.includes("anyone@acme.example")
    assert dana.label == "acme.example"


def test_the_same_company_writes_from_two_desks() -> None:
    assert customer("dana@acme.example").overlaps(customer("lee@acme.example"))
    assert not customer("dana@gmail.com").overlaps(customer("lee@gmail.com"))


def test_each_address_and_domain_stands_once() -> None:
    twice = customer("Dana@Acme.example", "dana@acme.example", "lee@acme.example")
    assert twice.addresses == ("dana@acme.example", "lee@acme.example")
    assert twice.domains == ("acme.example",)


def test_a_list_names_addresses_or_domains() -> None:
    assert belongs("Dana@Acme.example", {"acme.example"})
    assert belongs("Dana@Acme.example", {"dana@acme.example"})
    assert not belongs("dana@acme.example", {"lee@acme.example"})


@pytest.mark.parametrize(
    ("address", "domain"), [("a@B.example", "b.example"), ('"a@b"@c.example', "c.example"), ("none", "none")]
)
def test_the_domain_stands_behind_the_last_at_sign(address: str, domain: str) -> None:
    assert domain_of(address) == domain
