"""What was asked and not done, as a value: the same for a program that is answered and for a person who is told."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """Why nothing was changed.

    Parameters
    ----------
    key
        The sentence of ``asked.yaml`` that tells a person, with its ``facts``.
    error
        What a program reads: the thing, the value and the fix.
    """

    key: str
    error: str
    status: int = 400
    facts: dict[str, object] = field(default_factory=dict)
