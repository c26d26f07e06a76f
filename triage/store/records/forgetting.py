"""Forgetting an address: every row that names it, and what hangs on these. `Store.scrub` cleans the file.

Looked for is the whole address, in every column of every table, so that no new column is overlooked.
"""

import json
import re
from collections.abc import Iterator, Mapping

from sqlalchemy import Table, Text, cast, delete, func, or_, select, union_all, update

from triage.errors import NotAllowed
from triage.judging.cooldown import Cooldown
from triage.judging.facts import MessageFacts
from triage.judging.holds import OPEN, HeldReply
from triage.store import schema as s
from triage.store.mapping import KINDS
from triage.store.records.rows import Rows

_FOLLOWING = (s.heard_days, s.told_days, s.reply_ids)
"""They follow by themselves."""


class Forgetting(Rows):
    """Erasing what is known of one person."""

    def forget_address(self, address: str) -> int:
        """Delete every row that names the address, or is about one that does; how many.

        Raises NotAllowed while a reply that would be deleted is still open.
        """
        tables = (table for table in s.metadata.sorted_tables if table not in _FOLLOWING)
        named = {table: self._naming(table, address) for table in tables}
        named[s.replies] |= named.pop(s.reply_bytes)
        named[s.cooldowns] |= self._about(s.cooldowns, "message", MessageFacts, named[s.messages])
        named[s.replies] |= self._about(s.replies, "cooldown", Cooldown, named[s.cooldowns])
        self._refuse_open(named[s.replies])
        named[s.tones] |= self._on_threads_of(named)
        named[s.notices] |= self._about(s.notices, "about", HeldReply, named[s.replies])
        for table, numbers in named.items():
            self._connection.execute(delete(table).where(table.c.id.in_(numbers)))
        self._unlink(named[s.cooldowns])
        return sum(map(len, named.values()))

    def _naming(self, table: Table, address: str) -> set[int]:
        """The rows in which the whole address stands: "ann@x.example" is not in "joann@x.example"."""
        columns = [cast(column, Text) for column in table.c if column is not table.c.id]
        escaped = json.dumps(address)[1:-1]  # as JSON columns hold what is not ASCII
        wanted = {address.lower(), escaped.lower()}
        spots = [func.instr(func.lower(column), each) > 0 for column in columns for each in wanted]
        whole = re.compile("|".join(rf"(?<![\w.+-]){re.escape(each)}(?![\w-]|\.\w)" for each in wanted))
        rows = self._connection.execute(select(table.c.id, *columns).where(or_(*spots)))
        return {row[0] for row in rows if any(whole.search(text.lower()) for text in _texts(row[1:]))}

    def _about(self, table: Table, column: str, kind: type, numbers: set[int]) -> set[int]:
        """The rows whose column names one of these by its id."""
        ids = [f"{KINDS[kind][1]}{number}" for number in numbers]
        return set(self._connection.scalars(select(table.c.id).where(table.c[column].in_(ids))))

    def _on_threads_of(self, named: Mapping[Table, set[int]]) -> set[int]:
        """How mail on these threads reads: it was written to whom is forgotten."""
        tables = (s.messages, s.cooldowns, s.outgoing, s.promises)
        threads = (select(t.c.thread).where(t.c.id.in_(named[t]), t.c.thread != "") for t in tables)
        on_them = s.tones.c.thread.in_(union_all(*threads))
        return set(self._connection.scalars(select(s.tones.c.id).where(on_them)))

    def _refuse_open(self, numbers: set[int]) -> None:
        r = s.replies.c
        held = list(self._connection.scalars(select(r.id).where(r.id.in_(numbers), r.state.in_(OPEN))))
        if held:
            names = ", ".join(f"{KINDS[HeldReply][1]}{number}" for number in held)
            raise NotAllowed(f"A reply to that address is still held: release or withdraw {names} first.")

    def _unlink(self, cooldowns: set[int]) -> None:
        """Nothing names a cool-down that is gone."""
        ids = [f"{KINDS[Cooldown][1]}{number}" for number in cooldowns]
        for table in (s.messages, s.outgoing):
            self._connection.execute(update(table).where(table.c.cooldown.in_(ids)).values(cooldown=""))


def _texts(values: tuple[object, ...]) -> Iterator[str]:
    for value in values:
        if isinstance(value, bytes):
            yield value.decode("utf-8", "replace")
        elif value is not None:
            yield str(value)
