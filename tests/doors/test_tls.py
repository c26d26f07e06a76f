"""Whom we trust: one context for many connections, and a new one where the authorities have changed."""

import os

from tests.certs import Authority
from triage.mail.tls import client_context


def test_connections_share_a_context(authority: Authority) -> None:
    assert client_context(authority.ca_file) is client_context(authority.ca_file)
    assert client_context(authority.ca_file) is not client_context()


def test_an_authority_that_was_renewed_is_trusted_without_a_restart(authority: Authority) -> None:
    before = client_context(authority.ca_file)
    os.utime(authority.ca_file, (0, 0))
    assert client_context(authority.ca_file) is not before
