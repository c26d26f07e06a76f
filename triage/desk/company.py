"""The company's data: erased where a person asks for it, handed over whole in an open format.

Neither needs a daemon, and neither touches the mail itself, which is the mail server's.
"""

from collections.abc import Iterator

from triage.desk.office import Office
from triage.desk.ports import Records
from triage.errors import BadInput

FORMAT = 1
"""The version of what `export` writes; docs/privacy.md says what stands in it."""


def forget(office: Office, address: str) -> int:
    """Erase an address everywhere in the store, so that no byte of it is left; how many records went.

    It is erased also where it is not known: what was deleted before may still lie in the file.
    """
    if "@" not in address.strip("@"):
        raise BadInput(f'"{address}" is no address; write it as dana@acme.example.')
    with office.store.begin() as records:
        erased = records.forget_address(address.lower())
    office.store.scrub()
    return erased


def exported(office: Office, records: Records) -> Iterator[dict[str, object]]:
    """Everything that is kept, one record at a time, behind one that says what this is."""
    yield {"kind": "export", "format": FORMAT, "at": office.clock.now()}
    for kind, record in records.everything():
        yield {"kind": kind, "record": record}
