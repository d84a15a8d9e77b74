"""Cuts a text into tokens and knows each: its hash, what the lexicon says of it, and its plain form.

First half of feature extraction; `sentinel.sentiment.features` counts and hashes what comes out of here.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import IntFlag
from functools import cache
from typing import Final, NamedTuple
from zlib import crc32

from sentinel.sentiment.lexicon import GAP, WIDEST_GAP, SetPhrase, WordRole, fold, load_lexicon

HEAD: Final = 2000
TAIL: Final = 500
"""Characters looked at: the head and, as verdicts stand at the end, the tail."""
MOST_TOKENS, LAST_TOKENS = 400, 100
"""Tokens looked at; of a longer text the last hundred are among them."""
_WIDEST: Final = 2 * (HEAD + TAIL)
"""Characters left after compatibility forms are spelt out: one character may become eighteen."""
LONGEST_WORD: Final = 40
"""Characters by which words are told apart; a longer token hardly comes again, and is not remembered."""
KNOWN_WORDS: Final = 60_000
"""Words remembered for each language before the memory is emptied; about 15 MB."""

TOKEN: Final = re.compile(
    r"https?://\S{1,200}|www\.\S{1,200}"  # addresses
    r"|[@#]\w{1,60}"  # handles and hashtags
    r"|[<>]?[:;=][-'o^]?[()\[\]dp/\\|*3sx]+(?!\w)|<3|</3|[-._]_+[-._]|>[._]<|t_t|\\o/"  # emoticons, of lowered text
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*"  # words
    r"|\d+(?:[.,:]\d+)*%?"  # numbers
    r"|[.,;:…]+|[!?¡¿]+|[^\w\s]"  # punctuation, then every other sign (emoji) by itself
)
_STRETCH: Final = re.compile(r"(.)\1{2,}")
_LAUGH: Final = re.compile(r"(?:(?:ja|je|ji|ha|he|hu|ks|js|rs){2,}[a-z]*|k{3,}|lo+l+|lmf?ao+|xd+|rofl)$")
_LAUGHS_BEGIN: Final = frozenset("jhkrlxs")
_ESCAPE: Final = re.compile(r"\\u([0-9a-f]{4})")


class TokenKind(IntFlag):
    """What sort of token it is; shares one integer with the lexicon's `WordRole`, above its bits."""

    STRETCHED = 1 << 32
    LAUGHTER = 1 << 33
    URL = 1 << 34
    HANDLE = 1 << 35
    HASHTAG = 1 << 36
    NUMBER = 1 << 37
    STOP = 1 << 38
    EMOJI = 1 << 39
    ASKS = 1 << 40
    EXCLAIMS = 1 << 41
    DOTS = 1 << 42
    OPENS = 1 << 43
    PHRASE = 1 << 44
    SEALED = 1 << 45
    OPENS_WIDE = 1 << 46
    """A set phrase may begin with it and any word after it."""
    FOLLOWS = 1 << 47
    """May be the second word of a set phrase."""


_WEIGHED: Final = frozenset(
    {
        WordRole.CONTRAST,
        WordRole.IRONY,
        WordRole.QUESTION,
        WordRole.OWED,
        WordRole.AWAITS,
        WordRole.RESCUE,
        WordRole.SWING,
        WordRole.REPEAT,
        WordRole.SPAN,
    }
)
"""Roles that matter by what stands beside them; how many there are says little."""
COUNTED: Final = (
    *((role.name.lower(), int(role), 3) for role in WordRole if role.name and role not in _WEIGHED),
    ("handles", int(TokenKind.HANDLE), 3),
    ("hashtags", int(TokenKind.HASHTAG), 3),
    *(
        (name, int(TokenKind[name.upper()]), 1)
        for name in ("asks", "exclaims", "dots", "stretched", "laughter", "url", "number")
    ),
)
"""What is counted of a text: a name, the bit that a word must have, and the count at which to stop."""
FIELD: Final = 16
"""Bits of a count in a sum of `KnownWord.tally`; `MOST_TOKENS` fit."""


class KnownWord(NamedTuple):
    """What is known of a token.

    ``hash`` (32 bits), lexicon ``valence``, ``bits`` of `WordRole` and `TokenKind`, ``tally`` (a one in the field of
    each counted role, so that adding tallies counts all roles at once), and its plain ``form``.
    """

    hash: int
    valence: int
    bits: int
    tally: int
    form: str


def lowered_of(text: str) -> str:
    """What is cut into tokens: head and tail of a text, lowered; broken characters become signs, never errors."""
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]} {text[-TAIL:]}"
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    lowered = text.lower()
    if "\\u" in lowered:  # escapes that some export left in the text
        lowered = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), lowered)
    return lowered[:_WIDEST]


def tokens_of(text: str) -> list[str]:
    """The lowered tokens of the head and tail of a text, at most `MOST_TOKENS`; none of them holds white space."""
    tokens = TOKEN.findall(lowered_of(text))
    return tokens if len(tokens) <= MOST_TOKENS else tokens[: MOST_TOKENS - LAST_TOKENS] + tokens[-LAST_TOKENS:]


class Vocabulary(dict[str, KnownWord]):
    """Token → `KnownWord` for one language; a bounded memory, so that a word is worked out once.

    Examples
    --------
    >>> known = vocabulary("es")
    >>> known["MALÍSIMOOOO".lower()].form, known["@acme"].form, known["estafa"].valence < 0
    ('malisimoo', '@', True)
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self._lexicon = load_lexicon(language)
        self.phrases = self._lexicon.phrases
        self.may_open = self._lexicon.may_open
        self._salt = crc32(language.encode())
        self._places = _places(language)

    def __missing__(self, token: str) -> KnownWord:
        word = self._work_out(token)
        if len(token) <= LONGEST_WORD:
            if len(self) >= KNOWN_WORDS:
                self.clear()
            self[token] = word
        return word

    def warm(self) -> None:
        """Work the lexicon's own words out now, a few hundredths of a second, rather than one by one as texts come."""
        for word in self._lexicon.words():
            self[word]

    def _work_out(self, token: str) -> KnownWord:
        form, kind = _plain_word(token) if token.isalpha() else plain(token)
        entry = self._lexicon.look_up(form.removeprefix("#"))
        if kind and not entry.valence:
            if kind & _STRETCHED:  # "buenoo" is known as "bueno"
                entry = self._lexicon.look_up(re.sub(r"(.)\1+", r"\1", form))
            elif kind & _EMOJI:
                entry = self._lexicon.look_up(token)
            elif kind & _HASHTAG:
                entry = self._lexicon.take_apart(form.removeprefix("#"))
        if "'" in form and not any(entry):  # an elision: "d'attente" is known as "attente"
            entry = self._lexicon.look_up(form.rpartition("'")[2])
        bits = entry.roles | kind | self._places.get(form, 0)
        hashed = crc32(form.encode("utf-8", "surrogatepass"), self._salt)
        return KnownWord(hashed, entry.valence, bits, _tally(bits) if bits else 0, form)

    def join_phrases(self, words: list[KnownWord], places: Iterable[int] | None = None) -> list[int]:
        """In place: the last word of each set phrase takes the worth of the whole, its others keep none of their own.
        Gives the places within phrases, which begin at some of ``places``, where it is known.
        """
        phrases = self.phrases
        free, last, joined = 0, len(words) - 1, list[int]()
        if places is None:
            places = [place for place, word in enumerate(words) if word.bits & OPENS]
        for place in places:
            if free <= place < last:
                seconds, end = phrases[words[place].form], 0
                if opened := seconds.get(words[place + 1].form):
                    end = _join(words, place, place + 2, opened)
                if not end and (opened := seconds.get(GAP)):
                    end = _join(words, place, place + 1, opened, WIDEST_GAP)
                if end:
                    free = end
                    joined += range(place, end)
        return joined


# Plain integers: arithmetic on enum members would cost more than the rest of working a word out.
_STRETCHED, _LAUGHTER, _URL, _HANDLE, _HASHTAG, _NUMBER, _STOP, _EMOJI, _ASKS, _EXCLAIMS, _DOTS = map(
    int, list(TokenKind)[:11]
)
OPENS, OPENS_WIDE, FOLLOWS = int(TokenKind.OPENS), int(TokenKind.OPENS_WIDE), int(TokenKind.FOLLOWS)
_PHRASE: Final = int(TokenKind.PHRASE)
_SEALED: Final = int(TokenKind.SEALED)
_NEGATOR: Final = int(WordRole.NEGATOR)
_TURNS: Final = int(WordRole.RESCUE) | int(WordRole.OWED) | int(WordRole.SWING)
"""What a set phrase's last word would be by itself and is not in it: "you have surpassed yourselves" rescues nobody."""


def _join(words: list[KnownWord], place: int, start: int, opened: list[SetPhrase], gap: int = 0) -> int:
    """Where the words after the longest phrase that stands at a place begin, once it is joined; 0 when none does.

    The phrase goes on at ``start``, or up to ``gap`` words later.
    """
    following = {GAP, *[word.form for word in words[start : start + gap + 1]]}
    for rest, entry in opened:
        if rest and rest[0] not in following:  # most phrases end here
            continue
        end = _end(words, start, rest, gap)
        if end:
            last = words[end - 1]
            bits = last.bits & ~_TURNS | entry.roles | _PHRASE
            for covered in range(place, end - 1):
                if words[covered].bits & _NEGATOR:  # its negation is part of what the phrase is worth
                    bits |= _SEALED
                if words[covered].valence:
                    words[covered] = words[covered]._replace(valence=0)
            words[end - 1] = KnownWord(last.hash, entry.valence, bits, last.tally | _tally(entry.roles), last.form)
            return end
    return 0


def _end(words: list[KnownWord], start: int, rest: tuple[str, ...], gap: int) -> int:
    """The place after a phrase whose words from ``start`` on are ``rest``, the first of them up to ``gap`` words
    later; 0 for none.
    """
    for skipped in range(gap + 1):
        end = start + skipped
        for number, form in enumerate(rest):
            if form == GAP:
                return _end(words, end, rest[number + 1 :], WIDEST_GAP)
            if end >= len(words) or words[end].form != form:
                break
            end += 1
        else:
            return end
        if start + skipped >= len(words) or words[start + skipped].bits & _STOP:
            return 0
    return 0


@cache
def _places(language: str) -> dict[str, int]:
    """Where words may stand in set phrases, as bits of `TokenKind`."""
    phrases = load_lexicon(language).phrases
    places = {first: OPENS | (OPENS_WIDE if GAP in seconds else 0) for first, seconds in phrases.items()}
    for second in {each for seconds in phrases.values() for each in seconds}:
        places[second] = places.get(second, 0) | FOLLOWS
    return places


@cache
def _tally(bits: int) -> int:
    return sum(1 << FIELD * place for place, (_, bit, _) in enumerate(COUNTED) if bits & bit)


@cache
def vocabulary(language: str) -> Vocabulary:
    """The shared memory of words of a language."""
    return Vocabulary(language)


def plain(token: str) -> tuple[str, int]:
    """A token's form (folded, shortened, placeholders for addresses, handles, numbers) and the bits of its kind."""
    first = token[0]
    if first.isalpha():
        if token.startswith(("http", "www.")) and len(token) > 4 and not token.isalpha():
            return "http", _URL
        return _plain_word(token)
    if first == "@" and len(token) > 1:
        return "@", _HANDLE
    if first == "#" and len(token) > 1:
        return "#" + _plain_word(token[1:])[0], _HASHTAG
    if first.isdecimal():
        return "0", _NUMBER
    return _plain_sign(token)


def _plain_word(token: str) -> tuple[str, int]:
    form = token[:LONGEST_WORD].replace("’", "'")
    short = fold(form)
    kind = _STRETCHED if len(short) < len(form) and _STRETCH.search(form) else 0
    if form[0] in _LAUGHS_BEGIN and _LAUGH.match(form):
        return short[:4], kind | _LAUGHTER
    return short, kind


def _plain_sign(token: str) -> tuple[str, int]:
    if token[0] in "?¿!¡":
        return token[:3], _STOP | (_ASKS if "?" in token else 0) | (_EXCLAIMS if "!" in token else 0)
    if token[0] in ".,;:…" and not token.strip(".,;:…"):
        many = token.startswith(("…", ".."))
        return ("…" if many else token[0]), _STOP | (_DOTS if many else 0)
    return token[:3], _EMOJI if (len(token) > 1 or ord(token) > 0x2000) else 0
