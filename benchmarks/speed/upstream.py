"""The upstream as a process: says its port; for each number on stdin, a line when so many mails have come.

python -m benchmarks.speed.upstream none|tls FOLDER PASSWORD ADDRESS...   (FOLDER gets the authority's PEM)
"""

import sys
from pathlib import Path

from tests.certs import Authority
from tests.upstream import Upstream

PATIENCE = 900.0
"""Seconds that mails may take to come."""


def main(security: str, folder: str, password: str, *addresses: str) -> None:
    users = dict.fromkeys(addresses, password)
    authority = Authority(Path(folder), name="upstream")
    if security == "tls":
        context = authority.server_context("127.0.0.1")
        upstream = Upstream(security="tls", tls_context=context, users=users)
    else:
        upstream = Upstream(users=users)
    with upstream:
        print(upstream.port, flush=True)
        for line in sys.stdin:
            print(len(upstream.wait_for(int(line), PATIENCE)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
