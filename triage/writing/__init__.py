"""What do we say? Pure: facts in; suggested replies, notices and the manager's mail out."""
