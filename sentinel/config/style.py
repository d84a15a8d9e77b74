"""Settings of how a brand writes, for the drafts of its answers."""

from typing import Annotated, Literal

from pydantic import Field

from sentinel.config.base import Settings

Phrase = Annotated[str, Field(min_length=1, max_length=80, pattern=r"[^\s*]")]


class StyleSettings(Settings):
    """How a brand writes. Drafts keep to it, and what a person writes is held against it before it is sent."""

    form: Literal["tú", "usted"] | None = None
    """How people are addressed in Spanish. Default: `tú`."""
    say: dict[Phrase, Phrase] = Field(default_factory=dict, max_length=200)
    """Words and what is said instead, such as `clientes: socios`. Whole words; case does not count."""
    never: tuple[Phrase, ...] = Field(default=(), max_length=200)
    """Words that are never said; `*` at the end stands for any ending."""
    signature: Annotated[str, Field(max_length=60)] = ""
    """At the end of an answer, such as `Ana, de Acme`."""
    words: tuple[Phrase, ...] = Field(default=(), max_length=1_000)
    """Names and terms that the spelling check takes for right, besides the brands' own."""
