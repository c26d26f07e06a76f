"""What can be measured; nothing in here is part of the program."""
