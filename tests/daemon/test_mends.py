"""The mend of a refused login: where the right password belongs, and what the provider wants besides."""

from typing import Any

import pytest

from triage.config import Account, Imap, Login, Password
from triage.daemon.checkup.mends import mend
from triage.errors import LoginRefused


@pytest.mark.parametrize(
    ("password", "place"),
    [
        ({"keyring": True}, "by `triage login rep@example.com`"),
        ({"env": "MAIL"}, "in the environment variable MAIL"),
        ({"command": "pass show mail"}, "where the command of `login.password` looks"),
    ],
)
def test_the_right_password_goes_where_the_config_looks(password: dict[str, Any], place: str) -> None:
    imap = Imap(host="imap.example.com")
    login = Login(user="rep", password=Password(**password))
    account = Account(address="rep@example.com", imap=imap, login=login)
    said = mend(LoginRefused("no"), imap, account)
    assert said == f"look at `login.user`, and keep the right password {place}"


def test_what_a_great_provider_wants_is_said_too() -> None:
    imap = Imap(host="imap.gmail.com")
    said = mend(LoginRefused("no"), imap, Account(address="rep@gmail.com", imap=imap))
    assert "app password" in said
    assert not said.endswith(".")
