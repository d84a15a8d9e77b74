"""As much of IMAP (RFC 3501, 2177) as reading new mails asks: sign in, look, fetch, and wait until something comes."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sentinel.errors import SourceError

PATIENCE = 60.0
"""Seconds that a server may take for an answer."""
LARGEST = 2**20
"""Bytes of a mail that are read."""
LINE = 2**16
MOST = 8 * 2**20
"""Bytes of one answer."""
_LITERAL = re.compile(rb"\{(\d{1,10})\}\r\n$")


class Refused(Exception):
    """The server says NO or BAD to a command; its own words."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it stands: what its numbers belong to, and the number that the next mail will have."""

    validity: int
    next_uid: int


class ImapClient:
    """One connection; commands one after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str) -> None:
        self._reader = reader
        self._writer = writer
        self._name = name
        self._count = 0
        self._can_idle = False

    async def sign_in(self, user: str, password: str) -> None:
        """Raises `Refused` for credentials that are not believed."""
        greeting = await self._line()
        if not greeting.upper().startswith((b"* OK", b"* PREAUTH")):
            raise SourceError(f"{self._name} lets nobody in: {greeting.decode('utf-8', 'replace').strip()[:120]}")
        await self._command(f"LOGIN {_quoted(user)} {_quoted(password)}")
        said = b" ".join(await self._command("CAPABILITY")).upper()
        self._can_idle = b" IDLE" in said

    async def open(self, folder: str) -> Folder:
        """The folder, to be read and not changed."""
        said = b" ".join(await self._command(f"EXAMINE {_quoted(folder)}"))
        validity, following = re.search(rb"UIDVALIDITY (\d+)", said), re.search(rb"UIDNEXT (\d+)", said)
        if validity is None:
            raise SourceError(f"{self._name} does not say what its numbers belong to (UIDVALIDITY)")
        return Folder(int(validity[1]), int(following[1]) if following else 0)

    async def search(self, what: str) -> list[int]:
        """Numbers of mails, rising."""
        found: list[int] = []
        for line in await self._command(f"UID SEARCH {what}"):
            if line.upper().startswith(b"* SEARCH"):
                found += [int(each) for each in line.split()[2:] if each.isdigit()]
        return sorted(set(found))

    async def fetch(self, uid: int) -> bytes:
        """A mail, its beginning at least; nothing of one that is gone."""
        said = await self._command(f"UID FETCH {uid} (BODY.PEEK[]<0.{LARGEST}>)")
        for line in said:
            head, marker, rest = line.partition(b"}\r\n")
            if marker and b"FETCH" in head.upper():
                size = int(head.rpartition(b"{")[2])
                return rest[:size]
        return b""

    async def wait(self, seconds: float) -> bool:
        """Until something comes, at most so long; False at once where the server cannot tell."""
        if not self._can_idle:
            return False
        tag = self._send("IDLE")
        try:
            async with asyncio.timeout(seconds):
                while not re.match(rb"\* \d+ (EXISTS|RECENT)", (line := await self._read()).upper()):
                    if line.startswith(tag):
                        raise Refused(line.decode("utf-8", "replace"))
        except TimeoutError:
            pass
        self._writer.write(b"DONE\r\n")
        await self._until(tag)
        return True

    def _send(self, command: str) -> bytes:
        self._count += 1
        tag = f"s{self._count}"
        self._writer.write(f"{tag} {command}\r\n".encode())
        return tag.encode() + b" "

    async def _command(self, command: str) -> list[bytes]:
        return await self._until(self._send(command))

    async def _until(self, tag: bytes) -> list[bytes]:
        """Everything up to the tagged answer."""
        lines: list[bytes] = []
        while not (line := await self._line()).startswith(tag):
            lines.append(line)
        if not line[len(tag) :].upper().startswith(b"OK"):
            raise Refused(line[len(tag) :].decode("utf-8", "replace").strip()[:200])
        return [*lines, line]

    async def _line(self) -> bytes:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._read()
        except TimeoutError:
            raise SourceError(f"{self._name} does not answer in time") from None

    async def _read(self) -> bytes:
        """One line, with what is announced in it to follow by its size."""
        whole = b""
        while True:
            try:
                line = await self._reader.readuntil(b"\n")
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                raise SourceError(f"{self._name} closed the connection") from error
            except asyncio.LimitOverrunError as error:
                raise SourceError(f"{self._name} sends no lines as mail servers do") from error
            whole += line
            if (literal := _LITERAL.search(line)) is None:
                return whole
            size = int(literal[1])
            if size + len(whole) > MOST:
                raise SourceError(f"{self._name} sends {size} bytes at once, which is no mail for people")
            try:
                whole += await self._reader.readexactly(size)
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                raise SourceError(f"{self._name} closed the connection") from error


@asynccontextmanager
async def connect(host: str, port: int, *, tls: bool) -> AsyncIterator[ImapClient]:
    """A connection, closed at the end.

    Raises
    ------
    SourceError
        When there is none to be had.
    """
    name = f"{host}:{port}"
    context = ssl.create_default_context() if tls else None
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(host, port, ssl=context, limit=LINE)
    except TimeoutError:
        raise SourceError(f"{name} does not answer in time") from None
    except OSError as error:
        raise SourceError(f"{name} cannot be reached: {error.strerror or type(error).__name__}") from None
    try:
        yield ImapClient(reader, writer, name)
    finally:
        writer.close()


def _quoted(text: str) -> str:
    """A text as IMAP wants it; line ends have no place in one."""
    plain = text.replace("\r", "").replace("\n", "")
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
