"""A server that answers like an OpenAI-compatible one, as badly as it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

GOOD = "Hay un **apagón** en toda España.\n\nMira [aquí](https://evil.example) o https://evil.example/x"


def completion(text: str | None, **more: object) -> dict[str, Any]:
    """One choice, and what it cost."""
    choice = {"message": {"role": "assistant", "content": text}, **more}
    return {"choices": [choice], "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}}


@dataclass
class ModelServer:
    """``mode`` is how it answers; ``asked`` what it was asked."""

    mode: str = "good"
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.keys.append(request.headers.get("Authorization", ""))
        match self.mode:
            case "hangs":
                await self.gate.wait()
            case "500":
                return web.Response(status=500, text="no")
            case "huge":
                return web.json_response(completion("x" * 400_000))
            case "no_json":
                return web.Response(text="<html>Welcome</html>", content_type="application/json")
            case "other_json":
                return web.json_response({"result": [1, 2]})
            case "refuses":
                return web.json_response(completion(None, finish_reason="content_filter"))
            case "silent":
                return web.json_response(completion("   "))
            case "moves":
                raise web.HTTPFound("http://127.0.0.1:9/elsewhere")
        return web.json_response(completion(GOOD))


@asynccontextmanager
async def model_server(mode: str = "good") -> AsyncIterator[ModelServer]:
    server = ModelServer(mode)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield server
    finally:
        server.gate.set()
        await runner.cleanup()
