"""The human's files: `config.yaml`, `rules/` and `templates/` -> one frozen `Config`, or all that is wrong.

Here alone it is known where files lie, how they are written and how a mistake in them is told. What a
rule means is `triage.judging.rules`; what a secret is, is never known here: `triage.mail.logins` fetches it.

Reading and checking takes libraries that nothing else needs: they are imported by whoever calls for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from triage.config.accounts import Account, Endpoints, Imap, Login, OAuth, Password, Smtp
from triage.config.resources import Stamp, config_path, find, place, resource_root, stamp, store_path
from triage.config.schema import DesktopNotices, Doors, Gate, Web
from triage.config.values import check_email, check_url, local_zone
from triage.config.whole import Config, Team, load

if TYPE_CHECKING:
    from triage.config.editors import config_schema, rules_schema
    from triage.config.rules import default_rules, read_rules
    from triage.config.teams import default_team
    from triage.config.templates import default_templates
else:
    _READERS = {
        "config_schema": "editors",
        "default_rules": "rules",
        "default_team": "teams",
        "default_templates": "templates",
        "read_rules": "rules",
        "rules_schema": "editors",
    }

    def __getattr__(name: str) -> Any:
        if name not in _READERS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_READERS[name]}"), name)


__all__ = [
    "Account",
    "Config",
    "DesktopNotices",
    "Doors",
    "Endpoints",
    "Gate",
    "Imap",
    "Login",
    "OAuth",
    "Password",
    "Smtp",
    "Stamp",
    "Team",
    "Web",
    "check_email",
    "check_url",
    "config_path",
    "config_schema",
    "default_rules",
    "default_team",
    "default_templates",
    "find",
    "load",
    "local_zone",
    "place",
    "read_rules",
    "resource_root",
    "rules_schema",
    "stamp",
    "store_path",
]
