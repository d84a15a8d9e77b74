"""Requests as bytes: what no well-behaved client would send, byte for byte."""

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True)
class RawAnswer:
    """What came back before the connection was closed; status 0 is nothing at all."""

    status: int
    head: str
    body: bytes

    @property
    def names(self) -> list[str]:
        """Each header's name, in order, in small letters."""
        return [line.partition(":")[0].lower() for line in self.head.split("\r\n")[1:] if line]

    def header(self, name: str) -> str:
        """The header's values, joined."""
        lines = [line.partition(":") for line in self.head.split("\r\n")[1:]]
        return ", ".join(value.strip() for key, _, value in lines if key.lower() == name.lower())


def a_request(method: str, path: str, headers: dict[str, str], body: bytes, port: int) -> bytes:
    """One request; ``Host``, ``Content-Length`` and ``Connection`` are as a browser has them, unless ``headers`` say
    otherwise.
    """
    said = {"Host": f"127.0.0.1:{port}", "Connection": "close", "Content-Length": str(len(body))} | headers
    if "Transfer-Encoding" in said:
        del said["Content-Length"]
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


async def send(port: int, request: bytes, patience: float = 60.0) -> RawAnswer:
    """Send it and read until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(patience):
            try:
                writer.write(request)
                await writer.drain()
                whole = await reader.read()
            except ConnectionError:
                whole = b""
    finally:
        writer.close()
    head, _, body = whole.partition(b"\r\n\r\n")
    text = head.decode("latin-1")
    return RawAnswer(int(text.split(" ")[1]) if text else 0, text, body)
