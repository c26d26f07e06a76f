"""The human's files: `config.yaml`, `rules/` and `templates/` -> one frozen `Config`, or all that is wrong.

Here alone it is known where files lie, how they are written and how a mistake in them is told. What a
rule means is `triage.judging.rules`; what a secret is, is never known here: `triage.mail.logins` fetches it.
"""

from triage.config.accounts import Account, Imap, Login, OAuth, Password, Smtp
from triage.config.loading import Config, Stamp, find, load, place, stamp
from triage.config.resources import config_path, resource_root, store_path
from triage.config.rules import default_rules, read_rules, rules_schema
from triage.config.schema import DesktopNotices, Doors, Gate, Web, schema
from triage.config.teams import Team, default_team, local_zone
from triage.config.templates import default_templates
from triage.config.values import check_email, check_url

__all__ = [
    "Account",
    "Config",
    "DesktopNotices",
    "Doors",
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
    "schema",
    "stamp",
    "store_path",
]
