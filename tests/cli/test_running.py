"""`run`'s log in a file: for the rep alone, with what stderr says, and not for ever larger."""

import logging
import stat
from pathlib import Path

from tests.cli.conftest import Triage
from triage.cli.running import LogFile


def test_why_it_did_not_start_stands_in_the_log_and_once_on_stderr(triage: Triage, tmp_path: Path) -> None:
    config, log = tmp_path / "config.yaml", tmp_path / "logs" / "triage.log"
    config.write_text("accounts: []\n")
    config.chmod(0o600)
    said = triage("run", "--config", str(config), "--log", str(log))
    assert (said.code, said.err.count("should not be empty")) == (2, 1)
    assert "ERROR" in log.read_text()
    assert "should not be empty" in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_large_log_is_begun_anew_and_one_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "triage.log"
    file.touch(0o644)
    log = LogFile(file, most=1000)
    for number in range(100):
        log.emit(logging.makeLogRecord({"levelname": "INFO", "msg": f"line {number}, and some more words"}))
    log.close()
    assert {each.name for each in tmp_path.iterdir()} == {"triage.log", "triage.log.1"}
    assert {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()} == {0o600}
    assert file.read_text().endswith("line 99, and some more words\n")
