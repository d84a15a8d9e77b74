"""Terms: what a person writes to say "this is about us", turned into forms that can be looked for in folded text.

`Matcher` looks for all forms of all terms at once and asks each hit whether it really `stands` there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize

from sentinel.matching.folding import fold
from sentinel.matching.letters import are_joined, is_word


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word, phrase, handle or hashtag, and what must hold where it stands.

    Parameters
    ----------
    word
        As a person writes it.
    case
        Capitals count: ``Día`` is not *día*. The word all in capitals counts too, where not all else is.
    near_to
        One of these words or phrases stands near as well; none: nothing need stand there.
    near
        How many words away at most, on either side; ``None``: anywhere in the mention.

    Examples
    --------
    >>> Term(word="Día", case=True, near_to=("supermercado", "tienda"), near=6).word
    'Día'
    """

    word: str
    case: bool = False
    near_to: tuple[str, ...] = ()
    near: int | None = None

    @property
    def conditional(self) -> bool:
        """Whether finding the word is not enough."""
        return self.case or bool(self.near_to)


class TermKind(StrEnum):
    """How a form has to stand in a text."""

    WORD = "word"
    """A word or phrase, whole; ``#`` and ``@`` before it do not matter."""
    HANDLE = "handle"
    """The very handle: ``@acme`` is neither ``@acme_es`` nor ``@acme.example.org`` nor part of an e-mail address."""
    HASHTAG = "hashtag"
    """The very hashtag; a ``*`` at either end of it stands for any letters."""
    SITE = "site"
    """A name run together in the name of a site: ``elcorteingles.es``; the literal ends with the dot."""


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
        return (self.literal.strip("#*") if self.inside_words else self.literal).replace("-", " ")

    @property
    def has_losses(self) -> bool:
        """Whether only a text with lost letters can hold it."""
        return LOST in self.literal

    @property
    def inside_words(self) -> bool:
        """Whether it may stand within something longer."""
        return self.kind is TermKind.HASHTAG and "*" in self.literal

    def stands(self, text: str, start: int, end: int) -> bool:
        """Whether the pattern, found at ``text[start:end]``, is the term and not a piece of something longer.

        ``text`` is folded and has a character that is of no word at either end.
        """
        before, after = text[start - 1], text[end]
        if self.kind is TermKind.SITE:
            return not are_joined(before, text[start]) and text[end : end + 2].isalpha()
        if self.kind is TermKind.WORD:
            return not (are_joined(before, text[start]) or are_joined(text[end - 1], after))
        if self.inside_words:
            return self._stands_in_hashtag(text, start, end)
        if text[start:end] != self.literal or are_joined(before, "a"):
            return False
        if self.kind is TermKind.HASHTAG:
            return not is_word(after)
        goes_on = after in ".-@" and are_joined("a", text[end + 1])
        return not (goes_on or are_joined("a", after))

    def _stands_in_hashtag(self, text: str, start: int, end: int) -> bool:
        sign = text.rfind("#", max(0, start - _LONGEST_TAG), start)
        if sign < 0 or " " in text[sign:start]:  # most hits are in no hashtag: seen at a glance
            return False
        begin = start
        while is_word(text[begin - 1]):
            begin -= 1
        if text[begin - 1] != "#" or (begin < start and not self.literal.startswith("#*")):
            return False
        return self.literal.endswith("*") or not is_word(text[end])


def tightened(folded: str) -> str:
    """Folded text in which ``h & m`` is ``h&m`` and ``l' oreal`` is ``l'oreal``: spaces that people add at will.

    Examples
    --------
    >>> tightened("en h & m, l' oreal")
    "en h&m, l'oreal"
    """
    if "&" in folded:
        folded = _AROUND_AND.sub("&", folded)
    return _AFTER_ELISION.sub(r"\1'", folded) if "' " in folded else folded


def forms_of(term: str) -> tuple[WrittenForm, ...]:
    """The forms of a term; none when it holds nothing to look for.

    A word or phrase is also found without its apostrophes and abbreviating full stops, and run together as a hashtag or
    handle. Marks at its ends do not count (``Yahoo!``), those within do (``AT&T``), as do ``+`` and ``#`` (``Canal+``,
    ``C#``). A name with a hyphen is found run together too, one with ``&`` with the word for it, and as a tag without.
    So is one of several words in the name of a site, and one with accents where a program has lost them.

    Examples
    --------
    >>> [form.literal for form in forms_of("McDonald’s")]
    ["mcdonald's", 'mcdonalds', '#mcdonalds', '@mcdonalds']
    >>> [form.literal for form in forms_of("El Corte-Ingles")]
    ['el corte ingles', 'elcorteingles', '#elcorteingles', '@elcorteingles', 'elcorteingles.']
    >>> [form.literal for form in forms_of("Telefónica")]
    ['telefonica', 'telef\ufffdnica']
    >>> [form.literal for form in forms_of("H&M")]
    ['h&m', 'h and m', '#hm', '@hm', '#handm', '@handm', '#hym', '@hym']
    >>> forms_of("!!!"), forms_of("#*zara*")[0].pattern
    ((), 'zara')
    """
    folded = fold(term)
    if not any(map(is_word, folded)):
        return ()
    if folded[0] in "@#":
        sigil = folded[0]
        literal = sigil + folded.lstrip("@# ").rstrip(_LOOSE + "@-")
        return (WrittenForm(TermKind.HANDLE if sigil == "@" else TermKind.HASHTAG, literal),)
    words = _spelled(term)
    run_together = _SEPARATORS.sub("", words)
    literals = [words, _DROPPED.sub("", words)]
    if elided := _ELISION.match(words):
        literals.append(f"{elided[1]} {elided[2]}")
    if "-" in folded.strip(_LOOSE + "-") and len(run_together) >= _SHORTEST_JOINED and all(map(is_word, run_together)):
        literals.append(run_together)
    tags = [run_together] if run_together != words and len(run_together) >= _SHORTEST_TAG else []
    if "&" in words:
        literals.append(words.replace("&", " and "))
        tags = [run_together.replace("&", each) for each in ("", "and", "y")]
        if len(words) > _SHORTEST_TAG:
            literals.append(words.replace("&", " y "))
    literals += _with_losses(term, words)
    forms = [WrittenForm(TermKind.WORD, literal) for literal in dict.fromkeys(literals)]
    for tag in tags:
        if all(map(is_word, tag)):
            forms += [WrittenForm(TermKind.HASHTAG, "#" + tag), WrittenForm(TermKind.HANDLE, "@" + tag)]
    if " " in words and len(run_together) >= _SHORTEST_SITE and all(map(is_word, run_together)):
        forms.append(WrittenForm(TermKind.SITE, run_together + "."))
    return tuple(forms)


def _with_losses(term: str, words: str) -> Iterator[str]:
    """A term as it stands where a program could not read its accents, and put a mark for each."""
    composed = normalize("NFC", term)
    accented = {letter for letter in composed if "\xc0" <= letter < "\u0250" and letter.isalpha()}
    if accented and len(words) >= _SHORTEST_SPOILT:
        yield _spelled("".join(LOST if letter in accented else letter for letter in composed))


def _spelled(term: str) -> str:
    """A word or phrase as it is looked for."""
    return tightened(fold(fold(term).replace("-", " ").strip(_LOOSE)))


LOST = "\ufffd"
"""Stands for a letter that a program could not read."""
_LOOSE = " !?.,:;'\"()[]{}¡¿…|"
_DROPPED = re.compile(r"'|\.(?= )")
_SEPARATORS = re.compile(r"[ '.]")
_AROUND_AND = re.compile(" ?& ?")
_AFTER_ELISION = re.compile(r"\b(\w{1,2})' (?=\w)")
_ELISION = re.compile(r"(\w{1,2})'(\w{4,}.*)")
"""``L'Oréal``: people leave a space for the apostrophe. A short rest (``d'or``) would be two everyday words."""
_LONGEST_TAG = 280
_SHORTEST_TAG = 4
"""Letters. Shorter ones (``U.S.``) run together into everyday words; names with ``&`` are known by theirs: ``@att``."""
_SHORTEST_SITE = 6
_SHORTEST_SPOILT = 6
"""Letters of a name that cannot be taken for another without its accents' letters."""
_SHORTEST_JOINED = 5
"""Letters of a name with a hyphen that is looked for without it."""
