"""Ask pip-audit whether a locked package is known to be vulnerable; say plainly where nobody could be asked.

    python .ci/audit.py requirements.lock

Exit 1 where one is. Where the advisories cannot be reached nothing was audited: that is said, and it is no
failure, as the rest of the check needs no network.
"""

import json
import subprocess
import sys
from pathlib import Path

PATIENCE = 180
"""Seconds for all answers together."""


def main(lock: Path) -> int:
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format=json"]
    try:
        done = subprocess.run(
            [*command, "--progress-spinner=off", "--timeout=10", f"--requirement={lock}"],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return not_audited(f"no answer within {PATIENCE} s")
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        reasons = done.stderr.strip().splitlines() or ["pip-audit said nothing"]
        return not_audited(reasons[-1][:200])
    return report(packages)


def not_audited(reason: str) -> int:
    print(f"NOT AUDITED: the advisories could not be asked ({reason})")
    return 0


def report(packages: list[dict[str, object]]) -> int:
    """Say what is known; a package that could not be looked up is no clean one."""
    skipped = [str(package["name"]) for package in packages if "skip_reason" in package]
    known = [(package["name"], package["vulns"]) for package in packages if package.get("vulns")]
    if len(skipped) == len(packages):
        return not_audited("they say nothing of any package")
    print(f"audited {len(packages) - len(skipped)} packages, {len(known)} with known vulnerabilities")
    if skipped:
        print(f"NOT AUDITED: {', '.join(skipped)}")
    for name, advisories in known:
        print(f"{name}: {json.dumps(advisories)}")
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
