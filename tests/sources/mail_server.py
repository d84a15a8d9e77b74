"""A mail server on this machine, as far as reading asks: LOGIN, EXAMINE, SEARCH, FETCH and IDLE."""

import asyncio
import re
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """Holds mails by number; tells whoever is idle of new ones."""

    mails: dict[int, bytes] = field(default_factory=dict)
    validity: int = 7
    password: str = "s3cret"
    idle: bool = True
    greeting: bytes = b"* OK ready\r\n"
    leaves_at: str | None = None
    """The command at which it shuts down."""
    commands: list[str] = field(default_factory=list)
    port: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> "MailServer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def deliver(self, uid: int, mail: bytes) -> None:
        self.mails[uid] = mail
        self._news.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(self.greeting)
        if not self.greeting.startswith(b"* OK"):
            writer.close()
            return
        try:
            while line := (await reader.readline()).decode():
                tag, _, command = line.strip().partition(" ")
                if self.leaves_at is not None and command.startswith(self.leaves_at):
                    writer.write(b"* BYE shutting down\r\n")
                    return
                self.commands.append(re.sub(r"LOGIN .*", "LOGIN", command))
                if command == "IDLE" and self.idle:
                    await self._idle(reader, writer)
                for each in self._answer(command):
                    writer.write(each)
                good = self.password in command if command.startswith("LOGIN") else "nofolder" not in command
                writer.write(f"{tag} {'OK done' if good else 'NO [AUTHENTICATIONFAILED] invalid'}\r\n".encode())
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _idle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"+ idling\r\n")
        async with asyncio.TaskGroup() as tasks:

            async def tell() -> None:
                await self._news.wait()
                self._news.clear()
                writer.write(f"* {len(self.mails)} EXISTS\r\n".encode())

            telling = tasks.create_task(tell())
            await reader.readline()
            telling.cancel()

    def _answer(self, command: str) -> list[bytes]:
        if command == "CAPABILITY":
            return [b"* CAPABILITY IMAP4rev1" + (b" IDLE" if self.idle else b"") + b"\r\n"]
        if command.startswith("EXAMINE"):
            return [f"* OK [UIDVALIDITY {self.validity}] ok\r\n* OK [UIDNEXT 99] next\r\n".encode()]
        if command.startswith("UID SEARCH"):
            found = re.search(r"UID (\d+):\*", command)
            uids = [uid for uid in self.mails if not found or uid >= int(found[1])] or (
                [max(self.mails)] if found else []
            )
            return [f"* SEARCH {' '.join(map(str, uids))}\r\n".encode()]
        if command.startswith("UID FETCH"):
            uid = int(command.split()[2])
            mail = self.mails[uid]
            return [f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(mail)}}}\r\n".encode() + mail + b")\r\n"]
        return []
