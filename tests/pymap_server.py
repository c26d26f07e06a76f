"""pymap, a server in pure Python that runs wherever Python does: the same that `triage demo` runs on."""

from triage.cli.demo.mailbox_server import Pymap

__all__ = ["Pymap"]
