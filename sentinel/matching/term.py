"""Terms: what a person writes to say "this is about us", turned into forms that can be looked for in folded text.

`Matcher` looks for all forms of all terms at once and asks each hit whether it really `stands` there.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from sentinel.matching.folding import fold
from sentinel.matching.letters import are_joined, is_word


class TermKind(StrEnum):
    """How a form has to stand in a text."""

    WORD = "word"
    """A word or phrase, whole; ``#`` and ``@`` before it do not matter."""
    HANDLE = "handle"
    """The very handle: ``@acme`` is neither ``@acme_es`` nor ``@acme.example.org`` nor part of an e-mail address."""
    HASHTAG = "hashtag"
    """The very hashtag."""


@dataclass(frozen=True, slots=True)
class WrittenForm:
    """One way in which a term may be written.

    Parameters
    ----------
    kind
        How it has to stand.
    literal
        Folded; phrases hold spaces, which stand for a hyphen too.
    """

    kind: TermKind
    literal: str

    @property
    def pattern(self) -> str:
        """What to look for in a folded text whose hyphens have become spaces."""
        return self.literal.replace("-", " ")

    def stands(self, text: str, start: int, end: int) -> bool:
        """Whether the pattern, found at ``text[start:end]``, is the term and not a piece of something longer.

        ``text`` is folded and has a character that is of no word at either end.
        """
        before, after = text[start - 1], text[end]
        if self.kind is TermKind.WORD:
            return not (are_joined(before, text[start]) or are_joined(text[end - 1], after))
        if text[start:end] != self.literal or are_joined(before, "a"):
            return False
        if self.kind is TermKind.HASHTAG:
            return not is_word(after)
        goes_on = after in ".-@" and are_joined("a", text[end + 1])
        return not (goes_on or are_joined("a", after))


def forms_of(term: str) -> tuple[WrittenForm, ...]:
    """The forms of a term; none when it holds nothing to look for.

    A word or phrase is also found without its apostrophes and abbreviating full stops, and run together as a hashtag or
    handle. Marks at its ends do not count (``Yahoo!``), those within do (``AT&T``), as do ``+`` and ``#`` (``Canal+``,
    ``C#``).

    Examples
    --------
    >>> [form.literal for form in forms_of("McDonald’s")]
    ["mcdonald's", 'mcdonalds', '#mcdonalds', '@mcdonalds']
    >>> [form.literal for form in forms_of("El Corte-Inglés")]
    ['el corte ingles', '#elcorteingles', '@elcorteingles']
    >>> forms_of("!!!")
    ()
    """
    folded = fold(term)
    if not any(map(is_word, folded)):
        return ()
    if folded[0] in "@#":
        sigil = folded[0]
        literal = sigil + folded.lstrip("@# ").rstrip(_LOOSE + "@-")
        return (WrittenForm(TermKind.HANDLE if sigil == "@" else TermKind.HASHTAG, literal),)
    words = fold(folded.replace("-", " ").strip(_LOOSE))
    literals = dict.fromkeys((words, _DROPPED.sub("", words)))
    run_together = _SEPARATORS.sub("", words)
    forms = [WrittenForm(TermKind.WORD, literal) for literal in literals]
    if run_together != words and len(run_together) >= _SHORTEST_TAG and all(map(is_word, run_together)):
        forms += [WrittenForm(TermKind.HASHTAG, "#" + run_together), WrittenForm(TermKind.HANDLE, "@" + run_together)]
    return tuple(forms)


_LOOSE = " !?.,:;'\"()[]{}¡¿…|"
_DROPPED = re.compile(r"'|\.(?= )")
_SEPARATORS = re.compile(r"[ '.]")
_SHORTEST_TAG = 4
"""Letters. Shorter ones (``U.S.``) run together into everyday words."""
