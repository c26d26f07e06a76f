"""Mail, servers and neighbours on the machine that mean harm."""
