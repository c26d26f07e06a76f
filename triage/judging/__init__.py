"""What should happen? Pure decisions: facts, rules and `now` in, a decision with its reasons out."""
