"""Mail that none of us wrote, from other programs' tests as Debian packages them: all of it is read.

`.ci/run` installs the packages, so nothing is skipped there. Elsewhere: `apt install` what the skip names.
"""

import os
from pathlib import Path

import pytest

from tests.laws import cuts_mail, judges_text, reads_mail
from triage.reading.messages import parse

PACKAGES = {
    "libpython3.11-testsuite": ("lib/python3*/test/test_email/data/msg_*.txt", 45),
    "python3-flufl.bounce": ("lib/python3/dist-packages/flufl/bounce/tests/data/*.txt", 100),
    "python3-dkim": ("lib/python3/dist-packages/dkim/tests/data/*.m*", 6),
}
"""By package: where its messages lie below /usr, and how many there are at least."""


@pytest.mark.parametrize("package", PACKAGES)
def test_mail_of_others_is_read(package: str) -> None:
    pattern, least = PACKAGES[package]
    letters = sorted(Path("/usr").glob(pattern))
    if not letters and "CI" not in os.environ:
        pytest.skip(f"Debian's {package} is not installed")
    assert len(letters) >= least
    for letter in letters:
        raw = letter.read_bytes()
        reads_mail(raw)
        cuts_mail(raw)
        message = parse(raw)
        judges_text(message.new_text, message.subject)
