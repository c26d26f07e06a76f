"""The verbs of the store. One `Records` is one transaction: it is committed whole or not at all.

By what they are about: `facts`, the `outbox`, `relations`, `promises`, `tones`, and `notices` with all that
is said; `forgetting` and `pruning` go through all of them. `rows` is below them.
"""

from triage.store.records.facts import Facts
from triage.store.records.forgetting import Forgetting
from triage.store.records.notices import Notices
from triage.store.records.outbox import Outbox
from triage.store.records.promises import Promises
from triage.store.records.pruning import Pruning
from triage.store.records.relations import Relations
from triage.store.records.tones import Tones


class Records(Facts, Outbox, Relations, Promises, Tones, Notices, Forgetting, Pruning):
    """What is known, within one transaction. Times are aware; ids are those that a person types."""
