"""A way to a server that can be cut as a network is: nothing is refused, nothing arrives."""

import asyncio
from contextlib import suppress

CHUNK = 65536


class Relay:
    """Listens on a port of its own and hands on what comes.

    Parameters
    ----------
    behind
        The server's port.
    """

    def __init__(self, behind: int) -> None:
        self._behind = behind
        self._out = asyncio.Event()
        self._in = asyncio.Event()
        self.publishes = 0
        """Messages with headers that a client sent: what is published to a stream, each try of it."""
        self.mend()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    async def begin(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """From now on everything is held back."""
        self._out.clear()
        self._in.clear()

    def hold_answers(self) -> None:
        """What the server says is held back; what it is told arrives."""
        self._in.clear()

    def mend(self) -> None:
        """What was held back goes on."""
        self._out.set()
        self._in.set()

    def sever(self) -> None:
        """Every connection breaks, and what was held back is lost; new ones are let through."""
        for writer in self._writers:
            writer.transport.abort()
        self.mend()

    async def end(self) -> None:
        """Nobody is let through any more."""
        if self._server is not None:
            self._server.close()
        self.sever()
        if self._serving:
            await asyncio.wait(self._serving)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        if (task := asyncio.current_task()) is not None:
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        with suppress(OSError):
            await self._out.wait()
            inward, outward = await asyncio.open_connection("127.0.0.1", self._behind)
            self._writers.add(outward)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._copy(reader, outward, self._out))
                tasks.create_task(self._copy(inward, writer, self._in))
            self._writers.discard(outward)
        self._writers.discard(writer)
        writer.close()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, open: asyncio.Event) -> None:
        with suppress(OSError):
            while read := await reader.read(CHUNK):
                self.publishes += read.count(b"HPUB ")
                await open.wait()
                if writer.transport.is_closing():
                    return
                writer.write(read)
                await writer.drain()
        writer.close()
