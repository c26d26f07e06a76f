"""The built wheel carries all that the program reads, and works from any folder without the repository."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked where nothing of the repository is."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(build, check=True, timeout=300, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, *words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, "-m", "triage", *words],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_it_carries_rules_templates_and_the_example(installed: Path) -> None:
    data = installed / "triage" / "_data"
    assert (data / "rules" / "default.yaml").is_file()
    assert (data / "templates" / "replies" / "delivery.txt").is_file()
    assert (data / "templates" / "setup" / "config.yaml").is_file()
    assert (data / "config.example.yaml").is_file()
    assert list(installed.glob("*.dist-info/licenses/LICENSE"))


def test_it_is_the_wheel_that_runs(installed: Path, tmp_path: Path) -> None:
    code = "import triage; print(triage.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(str(installed))


def test_suggest_works_from_another_folder(installed: Path, tmp_path: Path) -> None:
    mail = tmp_path / "complaint.eml"
    mail.write_text(
        "From: Dana Lee <dana@acme.example>\nSubject: Order 4711\n\n"
        "Where is order 4711? This is unacceptable.\n"
    )
    done = run(installed, "suggest", str(mail), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "4711" in done.stdout


def test_a_teams_rules_may_extend_the_shipped_ones(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "field.yaml").write_text("extends: default\ncooldown: {minutes: 20}\n")
    config = tmp_path / "config.yaml"
    config.write_text(
        "accounts: [{address: rep@example.com, imap: {host: imap.example.com}}]\n"
        "teams: {field: {rules: field.yaml}}\n"
    )
    config.chmod(0o600)
    done = run(installed, "config", "check", "--config", str(config), folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_demo_truly_happens(installed: Path, tmp_path: Path) -> None:
    done = run(installed, "demo", "--once", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
