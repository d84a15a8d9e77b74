"""Evidence: one signal's reason in a form that can be said in any language."""

import msgspec


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence to be: ``key`` names it in the message catalogues (``evidence.volume``), ``facts`` fill it."""

    signal: str
    key: str
    facts: tuple[tuple[str, float | str], ...]
