"""What the torture and the soak are built of: a mailbox, an upstream, lines that break, daemons that die.

Runs on the run-time packages alone, beside Debian's Dovecot, as root too.
"""
