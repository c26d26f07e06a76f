"""What each process of a crew that judges begins with: whoever imports this has loaded all that it takes.

Those that are forked afterwards share it. So nothing may touch it, not even the collector of garbage, which
has next to nothing to do there: to read and judge a mail leaves no cycles.
"""

import gc
from datetime import UTC, datetime

from triage.judging.customers import Insiders
from triage.judging.past import Reader
from triage.judging.verdicts import Measure
from triage.reading.heat import Tuning

MAIL = b"From: dana@acme.example\r\n\r\nWhere is order 4711? This is unacceptable.\r\n"
SELDOM = 100_000
"""Objects more than there were, before the collector looks through them."""

gc.disable()
all_is_heated = Measure(tuning=Tuning(heated_at=0.0))  # and so the main issue is looked for
Reader(insiders=Insiders(rep=frozenset()), measure=all_is_heated).received(
    [(datetime.fromtimestamp(0, UTC), MAIL)]
)
gc.freeze()
gc.set_threshold(SELDOM)
gc.enable()
