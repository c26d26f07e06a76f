"""Wiring: the only room that knows all the others. `running.build` makes a `Daemon` from a `Config`.

A thread for each account watches its mailbox, the gate has its own, the timers knock, and a small pool sends.
What takes long to read is read in a process beside it (`apart`), which is there while there is mail.
Nothing is imported here: a command takes what it needs from the file that has it, and loads no more.
"""
