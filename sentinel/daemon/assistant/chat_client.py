"""One question to an OpenAI-compatible server, bounded in time and size; what goes wrong is a value."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import aiohttp
import msgspec

from sentinel.config.assistant import AssistantSettings
from sentinel.daemon.assistant.question import ChatLine
from sentinel.http_session import client_session

MOST = 256 * 1024
"""Bytes of an answer that are read."""


class ChatOutcome(StrEnum):
    """What became of a call: the metric's label."""

    ANSWERED = "answered"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    STATUS = "status"
    TOO_LARGE = "too_large"
    INVALID = "invalid"
    """No answer of the kind that was asked for."""
    REFUSED = "refused"
    """The model would not, or said nothing."""
    GONE = "gone"
    """A post that it was asked about went meanwhile: the answer was thrown away."""


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """The outcome, the text of an answer, and how many tokens the server says it took."""

    outcome: ChatOutcome
    text: str = ""
    tokens: int = 0


class _Said(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Said
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    total_tokens: int = 0


class _Completion(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage | None = None


_decode = msgspec.json.Decoder(_Completion).decode


async def ask_chat(settings: AssistantSettings, chat: Sequence[ChatLine]) -> ModelAnswer:
    """Ask once."""
    body = {
        "model": settings.model,
        "messages": chat,
        "max_tokens": settings.max_tokens,
        "temperature": 0,
        "stream": False,
    }
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if settings.key is not None:
        headers["Authorization"] = f"Bearer {settings.key.get_secret_value()}"
    timeout = aiohttp.ClientTimeout(total=settings.timeout.total_seconds())
    try:
        async with (
            client_session(timeout=timeout) as session,
            session.post(
                f"{settings.url}/chat/completions",
                data=msgspec.json.encode(body),
                headers=headers,
                allow_redirects=False,
            ) as response,
        ):
            if response.status != 200:
                return ModelAnswer(ChatOutcome.STATUS)
            raw = bytearray()
            async for piece in response.content.iter_chunked(16_384):
                raw += piece
                if len(raw) > MOST:
                    return ModelAnswer(ChatOutcome.TOO_LARGE)
    except TimeoutError:
        return ModelAnswer(ChatOutcome.TIMEOUT)
    except (aiohttp.ClientError, OSError, ValueError):
        return ModelAnswer(ChatOutcome.UNREACHABLE)
    return read_completion(bytes(raw))


def read_completion(raw: bytes) -> ModelAnswer:
    """What a server's answer says.

    Examples
    --------
    >>> read_completion(b'{"choices": [{"message": {"content": "Hola"}}], "usage": {"total_tokens": 9}}')
    ModelAnswer(outcome=<ChatOutcome.ANSWERED: 'answered'>, text='Hola', tokens=9)
    """
    try:
        read = _decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return ModelAnswer(ChatOutcome.INVALID)
    tokens = max(0, min(read.usage.total_tokens, 10**7)) if read.usage is not None else 0
    if not read.choices:
        return ModelAnswer(ChatOutcome.INVALID, tokens=tokens)
    said = read.choices[0]
    if said.message.refusal or said.finish_reason == "content_filter" or not (said.message.content or "").strip():
        return ModelAnswer(ChatOutcome.REFUSED, tokens=tokens)
    return ModelAnswer(ChatOutcome.ANSWERED, said.message.content or "", tokens)
