"""How `init` gets in: by a password, or by a sign-in at Google or Microsoft.

Both are tried at both servers before anything is written; what it has to know for that is `answers`' to say.
"""

import os
from typing import TYPE_CHECKING

import click

from triage.cli.answers import Answers, say, somebody_is_there
from triage.errors import BadInput, LoginRefused, Unreachable, UpstreamUnavailable

if TYPE_CHECKING:
    from triage.daemon.setting_up import Plan
    from triage.mail.oauth import Grant

TRIES = 3
"""How often a person may mistype the password."""


def password_of(plan: "Plan", answers: Answers) -> str:
    """The password that both servers took. Raises what they said, with what their provider wants."""
    from triage.mail.providers import by_host

    provider = by_host(plan.imap.host)
    advice = provider.login if provider else ""
    if advice:
        say(advice)
    tries = TRIES if answers.source is None and somebody_is_there() else 1
    for left in reversed(range(tries)):
        word = _password(plan.address, answers)
        try:
            _prove(plan, word, advice)
        except LoginRefused as refused:
            if not left:
                raise LoginRefused(" ".join(filter(None, (f"{refused}.", advice)))) from None
            say(f"{refused}. Try again.")
        else:
            return word
    raise AssertionError("the last try returns or raises")


def sign_in(plan: "Plan", answers: Answers) -> "Grant | None":
    """What the provider gave, after both servers took it; None where the person signs in later."""
    from triage.cli.signing_in import signed_in
    from triage.daemon.logins import client_at

    if plan.oauth is None or answers.sign_in == "later":
        return None
    user = plan.user or plan.address
    grant = signed_in(client_at(plan.oauth), user, way=answers.sign_in, say=say)
    try:
        _prove(plan, grant.access, "")
    except LoginRefused as refused:
        raise LoginRefused(f"{refused}. Nothing was written. Was it {user} who signed in?") from None
    return grant


def _prove(plan: "Plan", word: str, advice: str) -> None:
    from triage.daemon.setting_up import prove

    try:
        prove(plan, word)
    except UpstreamUnavailable as refused:
        mend = "The mailbox works: to go on without sending, say --no-smtp."
        raise Unreachable(f"{plan.smtp}: {refused}. {mend} {advice}".rstrip()) from None


def _password(address: str, answers: Answers) -> str:
    from triage.mail.logins import secret

    if answers.source:
        kind, value = answers.source
        return secret(kind, value, account=address, environ=os.environ)
    if not somebody_is_there():
        raise BadInput(
            "There is nobody to ask: say where the password is, with --password-env, --password-file or "
            "--password-command."
        )
    return str(click.prompt("The password of your mailbox", hide_input=True, err=True))
