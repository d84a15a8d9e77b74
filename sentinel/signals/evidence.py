"""Evidence: one signal's reason in a form that can be said in any language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence to be: ``key`` names it in the message catalogues (``evidence.volume``), ``facts`` fill it."""

    signal: str
    key: str
    facts: tuple[tuple[str, float | str], ...]
