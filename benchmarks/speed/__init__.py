"""How fast, beside what a person would use instead: `python -m benchmarks.speed`, or `make bench`.

One module a part: its function `measure(share)` yields what it found as `rows.Row` and `rows.Curve`. Ours and
the peer are measured in turn, in one run, on the same servers with nothing between; the figure is the median.
Peers: what `--group bench` of pyproject.toml installs; Debian's dovecot-imapd, isync and postfix.
"""
