"""The rep's local page: what is held, why, until when, and the buttons. Over the desk, on loopback only.

It shows facts of `desk.views` and writes intentions, as the commands do; it decides nothing and sends
nothing. `keys` is who may come in, `guard` what no browser may be tricked into, `pages` what is shown,
`server` the thread that waits for a browser, `serving` what serves it. `pages` and `serving` are imported
when the first browser comes: a daemon whose page nobody opens has no use for them.
"""

from triage.web.keys import PageKey
from triage.web.server import PageServer

__all__ = ["PageKey", "PageServer"]
