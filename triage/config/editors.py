"""What editors complete and check the human's files by."""

from triage.config.checking import JsonSchema, json_schema
from triage.config.schema import ConfigFile
from triage.judging.rules import TeamRules


def config_schema() -> JsonSchema:
    """JSON Schema of `config.yaml`."""
    return json_schema(ConfigFile)


def rules_schema() -> JsonSchema:
    """JSON Schema of a rules file."""
    return json_schema(TeamRules)
