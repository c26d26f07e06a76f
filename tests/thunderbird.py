"""A real Thunderbird, driven over its Marionette port, in a display of its own. No pytest in here.

    with Thunderbird(folder, rep_of(house)) as client:
        client.answers("Order 4711", "I have looked into it.")

It has a profile of its own, and is ended by its own process id. What a person clicks is clicked: Reply, Send.
"""

import base64
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any, Self

from tests.dovecot import USERS
from tests.journeys.house import REP, House

PREFERENCES: dict[str, object] = {
    "app.donation.eoy.version.viewed": 999,
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    "mail.compose.attachment_reminder": False,
    "mail.shell.checkDefaultClient": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.spotlight.firstRunDone": True,
    "mail.SpellCheckBeforeSend": False,
    "mail.inappnotifications.enabled": False,
    "mailnews.start_page.enabled": False,
    "mail.rights.version": 1,
    "marionette.port": 0,
}
PATIENCE = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a person sets in Thunderbird: the mailbox as it is, and the gate as outgoing server."""

    address: str
    name: str
    imap_port: int
    imap_password: str
    gate_port: int
    gate_password: str


def rep_of(house: House) -> Account:
    """The rep of that house."""
    return Account(
        address=REP,
        name="Robin Reyes",
        imap_port=house.dovecot.port,
        imap_password=USERS[REP],
        gate_port=house.gate_port,
        gate_password=house.gate_password,
    )


class Thunderbird:
    """Started by `with`; its account is set up as the page about mail clients says."""

    def __init__(self, folder: Path, account: Account) -> None:
        self._folder, self._account = folder, account
        self._numbers = count(1)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        try:
            lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in PREFERENCES.items())
            (self._folder / "user.js").write_text("".join(lines))
            display = self._stack.enter_context(_display())
            environ = {**os.environ, "HOME": str(self._folder), "DISPLAY": display}
            words = [
                "thunderbird",
                "--profile",
                str(self._folder),
                "--marionette",
                "--remote-allow-system-access",
            ]
            log = self._stack.enter_context((self._folder / "log").open("wb"))
            process = subprocess.Popen(words, env=environ, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
            self._stack.callback(_end, process)
            self._line = self._stack.enter_context(_connected(self._folder / "MarionetteActivePort"))
            self._file = self._stack.enter_context(self._line.makefile("rb"))
            self._read()  # its greeting
            self._ask("WebDriver:NewSession", {})
            self._ask("Marionette:SetContext", {"value": "chrome"})
            self._ask("WebDriver:SetTimeouts", {"script": int(PATIENCE * 1000)})
            self._run(SET_UP, asdict(self._account))
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def answers(self, subject: str, text: str) -> None:
        """Open the message of that subject, reply, write, and press Send; until the window is closed."""
        self._run(ANSWER, {"subject": subject, "text": text})

    def picture(self, folder: str, file: Path) -> None:
        """What its main window shows with that folder open."""
        self._run(OPEN, {"folder": folder})
        shot = self._ask("WebDriver:TakeScreenshot", {"full": False})
        file.write_bytes(base64.b64decode(shot["value"]))

    def _run(self, script: str, facts: dict[str, Any]) -> Any:
        """A script in Thunderbird itself; `facts` are its argument."""
        words = {"script": WRAPPED.format(script), "args": [facts], "sandbox": "system", "newSandbox": True}
        done = self._ask("WebDriver:ExecuteAsyncScript", words)["value"]
        assert "problem" not in done, done["problem"]
        return done["value"]

    def _ask(self, command: str, words: dict[str, Any]) -> Any:
        number = next(self._numbers)
        text = json.dumps([0, number, command, words]).encode()
        self._line.sendall(b"%d:%s" % (len(text), text))
        _, _, error, answer = self._read()
        assert error is None, error
        return answer

    def _read(self) -> Any:
        size = b""
        while (char := self._file.read(1)) not in (b":", b""):
            size += char
        return json.loads(self._file.read(int(size)))


@contextmanager
def _display() -> Iterator[str]:
    """An X server of its own, on a number that it finds itself."""
    ours, theirs = os.pipe()
    words = ["Xvfb", "-displayfd", str(theirs), "-screen", "0", "1280x640x24", "-nolisten", "tcp"]
    with subprocess.Popen(
        words, pass_fds=(theirs,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        os.close(theirs)
        try:
            with os.fdopen(ours) as told:
                yield f":{told.readline().strip()}"
        finally:
            process.terminate()


def _connected(port_file: Path) -> socket.socket:
    """The line to Marionette, as soon as Thunderbird says where it listens."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError, ValueError):
            port = int(port_file.read_text())
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE + 10)
        time.sleep(0.2)
    raise AssertionError("Thunderbird opened no port for Marionette")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


WRAPPED = """
const [facts, done] = arguments;
const {{ MailServices }} = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const {{ setTimeout }} = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");
const wait = (ms) => new Promise((go) => setTimeout(go, ms));
const until = async (look, what) => {{
  for (let i = 0; i < 600; i++) {{ const found = look(); if (found) return found; await wait(100); }}
  throw new Error("not seen: " + what);
}};
(async () => {{ {} }})().then((value) => done({{ value: value ?? null }}),
                             (error) => done({{ problem: String(error) + " " + (error.stack || "") }}));
"""

SET_UP = """
const server = MailServices.accounts.createIncomingServer(facts.address, "127.0.0.1", "imap");
server.port = facts.imap_port;
server.socketType = Ci.nsMsgSocketType.plain;
server.authMethod = Ci.nsMsgAuthMethod.passwordCleartext;
server.password = facts.imap_password;
const smtp = MailServices.outgoingServer.createServer("smtp");
smtp.QueryInterface(Ci.nsISmtpServer);
smtp.hostname = "127.0.0.1";
smtp.port = facts.gate_port;
smtp.username = facts.address;
smtp.socketType = Ci.nsMsgSocketType.plain;
smtp.authMethod = Ci.nsMsgAuthMethod.passwordCleartext;
smtp.password = facts.gate_password;
MailServices.outgoingServer.defaultServer = smtp;
const identity = MailServices.accounts.createIdentity();
identity.email = facts.address;
identity.fullName = facts.name;
identity.smtpServerKey = smtp.key;
const account = MailServices.accounts.createAccount();
account.incomingServer = server;
account.addIdentity(identity);
identity.fccFolderURI = server.serverURI + "/Sent";
MailServices.accounts.defaultAccount = account;
"""

ANSWER = """
const server = MailServices.accounts.defaultAccount.incomingServer;
server.performExpand(null);
const inbox = await until(() => server.rootFolder.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox), "the inbox");
const message = await until(() => {
  inbox.updateFolder(null);
  return [...inbox.messages].find((each) => each.mime2DecodedSubject == facts.subject);
}, "the message");
const main = await until(() => Services.wm.getMostRecentWindow("mail:3pane"), "the main window");
main.ComposeMessage(
  Ci.nsIMsgCompType.ReplyToSender, Ci.nsIMsgCompFormat.PlainText, inbox, [inbox.getUriForMsg(message)]);
const window = await until(() => Services.wm.getMostRecentWindow("msgcompose"), "the window to write in");
await until(() => window.gMsgCompose?.editor && window.composeEditorReady, "the editor");
window.gMsgCompose.editor.beginningOfDocument();
window.gMsgCompose.editor.insertText(facts.text + "\\n");
window.document.getElementById("button-send").click();
await until(() => window.closed, "the window closes after Send");
"""

OPEN = """
const root = MailServices.accounts.defaultAccount.incomingServer.rootFolder;
const folder = await until(() => {
  MailServices.accounts.defaultAccount.incomingServer.performExpand(null);
  return root.descendants.find((each) => each.URI.endsWith("/" + facts.folder));
}, "the folder");
const main = Services.wm.getMostRecentWindow("mail:3pane");
const pane = main.document.getElementById("tabmail").currentAbout3Pane;
pane.displayFolder(folder.URI);
await until(() => { folder.updateFolder(null); return folder.getTotalMessages(false); }, "a message in it");
await wait(1500);
pane.threadTree.selectedIndex = 0;
await wait(2500);
"""
