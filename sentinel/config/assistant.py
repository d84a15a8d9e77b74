"""Settings of the assistant: a language model behind an address that phrases what people said. Off by default."""

from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from sentinel.config.base import Settings
from sentinel.config.units import Interval, format_duration

LONGEST = timedelta(minutes=2)
LOCAL = ("localhost", "127.0.0.1", "::1")


class AssistantSettings(Settings):
    """A language model that phrases a summary and a draft reply for each alert and crisis, on the incident's page
    alone, marked as written by a machine. No page waits for it, nothing it writes is sent or acted on. It is sent posts
    of the incident without their authors."""

    url: str | None = None
    """Beginning of an OpenAI-compatible address, such as `http://127.0.0.1:11434/v1` of a server of your own. Default:
    there is no assistant."""
    model: str = ""
    """What the server calls the model. Needed where there is an address."""
    key: SecretStr | None = None
    """Sent as a bearer token; best as `key_file`. Servers of your own want none."""
    timeout: Interval = timedelta(seconds=30)
    """After this an answer is given up; two minutes at most."""
    max_tokens: int = Field(400, ge=50, le=4000)
    """Of one answer."""
    calls_per_day: int = Field(40, ge=1, le=10_000)
    """An incident takes two. What goes beyond waits for the next day, in UTC."""
    tokens_per_day: int = Field(100_000, ge=1_000)
    """As the server counts them, of questions and answers; where it does not, as their length suggests."""

    @field_validator("url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{value[:80]!r} is no web address; write one such as http://127.0.0.1:11434/v1")
        if parts.username is not None or parts.password is not None:
            raise ValueError("holds a name or password; write the secret as key_file")
        if parts.query or parts.fragment:
            raise ValueError("must end before any ? or #; /chat/completions is added to it")
        return value.rstrip("/")

    @field_validator("timeout")
    @classmethod
    def _bearable(cls, value: timedelta) -> timedelta:
        if value > LONGEST:
            raise ValueError(f"must be at most {format_duration(LONGEST)}, got {format_duration(value)}")
        return value

    @model_validator(mode="after")
    def _whole(self) -> "AssistantSettings":
        if self.url is None:
            if self.model or self.key is not None:
                raise ValueError("has a model or key, and no url to ask; add url, or leave all of it out")
            return self
        if not self.model.strip():
            raise ValueError("has a url and no model; add model, as the server calls it")
        parts = urlsplit(self.url)
        if self.key is not None and parts.scheme == "http" and parts.hostname not in LOCAL:
            raise ValueError("would send its key readable over http; use https, or a server on this machine")
        return self
