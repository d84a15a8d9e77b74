"""Told sentences: the two, out of people's own posts, that say best what happened.

The first is the most central: it says most of what most people say, and the first topic among it. The second is the
gravest that says something concrete; where nothing grave is said, the most central one of another topic. Never of a
copy, of an account that floods, of an insult, of a question, nor of who neither complains nor tells of anything grave:
the quiet hour before speaks of other things. Two sentences are of two people.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from sentinel.harmless import quotable
from sentinel.mention import Kind
from sentinel.requests.cue_list import NAMES, cue_list
from sentinel.requests.request_kind import RequestKind
from sentinel.sentiment.sentiment import Label
from sentinel.signals.lexicon.lexicon import LANGUAGES, UNTOLD, lexicon
from sentinel.signals.words import passes_on, words_of
from sentinel.topics.phrase_counts import PhraseKey
from sentinel.topics.said_post import SaidPost
from sentinel.topics.voices import VoicedPost, tells
from sentinel.topics.wording import READ

SHORTEST, LONGEST = 25, 180
"""Characters of a sentence."""
LEAST = 4
"""Telling words of one."""
FLOOD, FLOOD_SHARE = 5, 0.05
"""Posts from which an account floods, and the share of all that they must be."""
LOOKED_AT = 400
"""Posts of a topic whose sentences are weighed."""
ALIKE = 0.6
"""Share of the shorter one's words from which two sentences say the same."""
CONCRETE = 0.15
"""What a figure, or a name in the middle of a sentence, adds each."""
_END = re.compile(r"(?<=[.!?…])\s+|\n+|\s+[|•]\s+")
_BEFORE = re.compile(r"^(?:(?:RT|@\S+|#\w+|[,:;.\-–—]+)\s+)+")
_BEHIND = re.compile(r"(?:(?:^|\s+)[#@]\w[\w.-]*)+\s*$")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_NAME = re.compile(r"(?<=[a-zß-ÿ,] )[A-ZÀ-Þ][a-zß-ÿ]{2,}")
_INSULT = NAMES.index("insults")


class ToldSentence(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence of a post; ``grave`` where it was chosen for how grave it is."""

    text: str
    post: SaidPost
    grave: bool = False


@dataclass(frozen=True, slots=True)
class _Weighed:
    text: str
    roots: frozenset[str]
    post: VoicedPost
    central: float
    grave: float


def told_sentences(posts: Sequence[VoicedPost], topics: Sequence[PhraseKey]) -> tuple[ToldSentence, ...]:
    """The two, or as many as there are.

    Parameters
    ----------
    topics
        The topics' roots, the first one first.
    """
    speaking = [each for each in posts if not each.copy]
    written = Counter(each.person for each in posts)
    most = max(FLOOD - 1, FLOOD_SHARE * len(posts))
    said = Counter(
        root for each in speaking for root in {mark for marks in each.marks for mark in marks if tells(mark)}
    )
    able = [each for each in speaking if written[each.person] <= most and _speaks_for_itself(each.post)]

    def of(key: PhraseKey) -> list[_Weighed]:
        there = [each for each in able if any(key <= set(marks) for marks in each.marks)]
        return [each for post in there[:LOOKED_AT] for each in _weighed(post, said, len(speaking)) if key <= each.roots]

    first = next((best for key in topics if (best := _best(of(key))) is not None), None)
    if first is None:
        return ()
    grave = [one for post in able if post.post.grave for one in _weighed(post, said, len(speaking)) if one.grave]
    second = _best([each for each in grave if _differs(each, first)], by_grave=True)
    chosen = second is not None
    for key in topics[1:]:
        second = second or _best([each for each in of(key) if _differs(each, first)])
    found = [ToldSentence(text=first.text, post=first.post.post)]
    if second is not None:
        found.append(ToldSentence(text=second.text, post=second.post.post, grave=chosen))
    return tuple(found)


def sentences_of(text: str) -> Iterator[str]:
    """A text's sentences, without the handles, tags and addresses at their edges.

    Examples
    --------
    >>> list(sentences_of("@acme Seguimos sin luz en toda la calle. ¿Y ahora? #Acme https://t.co/x"))
    ['Seguimos sin luz en toda la calle.', '¿Y ahora?']
    """
    for piece in _END.split(_ADDRESS.sub(" ", text[:READ])):
        sentence = quotable(_BEHIND.sub("", _BEFORE.sub("", piece.strip())))
        if sentence:
            yield sentence


def _speaks_for_itself(post: SaidPost) -> bool:
    troubled = post.label is Label.NEGATIVE or post.grave
    own = post.mention.kind is not Kind.REPOST and not passes_on(post.mention.text)
    return troubled and own and post.asks is not RequestKind.ABUSE


def _weighed(post: VoicedPost, said: Counter[str], people: int) -> Iterator[_Weighed]:
    for text in sentences_of(post.post.mention.text):
        if not SHORTEST <= len(text) <= LONGEST or text.endswith("?") or text.isupper():
            continue
        roots = post.roots_of(text)
        words = words_of(text)
        if sum(map(tells, roots)) < LEAST or _insults(words, post.post.lang):
            continue
        central = sum(said[root] for root in roots if tells(root)) / people / (len(roots) + LEAST)
        concrete = CONCRETE * (bool(re.search(r"\d", text)) + bool(_NAME.search(text)))
        grave = _gravity(words, post.post.lang) if post.post.grave else 0.0
        yield _Weighed(text, roots, post, central * (1 + concrete), grave * (1 + concrete))


def _best(found: Sequence[_Weighed], *, by_grave: bool = False) -> _Weighed | None:
    """The one of most weight; of equals, the first that was said."""
    return max(found, key=lambda each: each.grave * each.central if by_grave else each.central, default=None)


def _differs(one: _Weighed, other: _Weighed) -> bool:
    fewer = min(len(one.roots), len(other.roots))
    return one.post.person != other.post.person and len(one.roots & other.roots) < ALIKE * fewer


def _insults(words: Sequence[str], lang: str) -> bool:
    lists = (lang,) if lang in ("es", "en", "pt") else ("es", "en", "pt")
    return any(_INSULT in cue_list(each).found(words) for each in lists)


def _gravity(words: Sequence[str], lang: str) -> float:
    known = (lang,) if lang in LANGUAGES else UNTOLD
    return max((found.weight for each in known if (found := lexicon(each).gravest(words)) is not None), default=0.0)
