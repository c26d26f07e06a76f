"""What we say: suggestions, letters, times and the manager's mail."""
