"""Everything that touches a mail server. Speaks bytes and strings; never learns the house's words."""
