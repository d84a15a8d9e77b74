"""A proxy that writes down what it was asked for and whose word it was: HTTP by address, everything else by tunnel."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Proxy:
    """``asked`` has each request's first line and headers, as they came. What is asked of a host ending in ``.invalid``
    comes from ``behind``, a port of this machine.
    """

    port: int = 0
    behind: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def targets(self) -> list[str]:
        """Method and address of each request."""
        return [" ".join(each.split(" ")[:2]) for each in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.asked.append(head.decode("latin-1"))
            method, target, _ = head.split(b"\r\n", 1)[0].split(b" ")
            server, upstream = await asyncio.open_connection("127.0.0.1", self.behind)
            if method == b"CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                parts = urlsplit(target)
                path = (parts.path or b"/") + (b"?" + parts.query if parts.query else b"")
                first, rest = head.split(b"\r\n", 1)
                upstream.write(first.replace(target, path, 1) + b"\r\n" + rest)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_copy(reader, upstream))
                tasks.create_task(_copy(server, writer))
        writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def a_proxy(behind: int = 0) -> AsyncIterator[Proxy]:
    proxy = Proxy(behind=behind)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
