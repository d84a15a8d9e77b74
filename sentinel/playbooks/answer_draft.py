"""Answer draft: what to begin an answer to one mention with, by how it is meant, in the brand's form and words.

The sentences stand in ``phrases/<language>/replies.yaml``, those of a tone a line each, in Spanish with the form of
address before a dot: ``known`` where an area of the house has answered, and what it said follows; ``unknown`` before.
"""

import zlib
from dataclasses import dataclass
from typing import Final

from sentinel.phrases.phrases import catalogue
from sentinel.playbooks.house_style import HouseStyle
from sentinel.playbooks.reply import Tone

_ANGRY: Final = 0.5
"""Probability of a negative mood from which somebody who asks for nothing grave is annoyed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDraft:
    """One way to begin; ``form`` is ``None`` where the language has only one."""

    tone: Tone
    form: str | None
    text: str


def tone_of(*, asks_to_know: bool, negative: float, grave: bool, laughs: bool) -> Tone:
    """How a mention is meant: a guess that a person corrects with one press.

    Parameters
    ----------
    asks_to_know
        Whether it is a question.
    negative
        Probability of a negative mood.
    grave
        Whether it speaks of harm, law, data or money.
    laughs
        Whether it laughs or applauds.

    Examples
    --------
    >>> tone_of(asks_to_know=False, negative=0.9, grave=False, laughs=True).value
    'ironic'
    >>> tone_of(asks_to_know=True, negative=0.2, grave=True, laughs=False).value
    'worried'
    """
    if grave:
        return Tone.WORRIED
    if negative >= _ANGRY:
        return Tone.IRONIC if laughs else Tone.ANGRY
    return Tone.ASKING if asks_to_know else Tone.WORRIED


def answer_draft(
    language: str, tone: Tone, style: HouseStyle, key: tuple[str, str], *, said: str = "", turn: int = 0
) -> AnswerDraft:
    """The draft for the mention of this key: always the same one for it, another for its neighbours.

    Parameters
    ----------
    language
        One that Sentinel speaks.
    said
        What an area of the house answered; it is put in as it stands.
    turn
        How often somebody wanted another one.
    """
    lines = _lines(language, f"{tone}_{'known' if said else 'unknown'}")
    fitting = [text for form, text in lines if form in (None, style.form)]
    form = style.form if any(form is not None for form, _ in lines) else None
    begin = fitting[(zlib.crc32("\0".join(key).encode("utf-8", "replace")) + turn) % len(fitting)]
    return AnswerDraft(tone=tone, form=form, text=style.applied(begin, said))


def _lines(language: str, key: str) -> list[tuple[str | None, str]]:
    found: list[tuple[str | None, str]] = []
    for line in catalogue(language)[f"replies.{key}"].splitlines():
        form, dot, text = line.strip().partition(" · ")
        found.append((form, text) if dot else (None, line.strip()))
    return [each for each in found if each[1]]
