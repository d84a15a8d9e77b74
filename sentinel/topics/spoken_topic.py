"""Topics of many posts: phrases that together cover most of what is said, each named as people write it.

The best phrase first; then the best among posts in which no chosen phrase stands, and so on (greedy maximum coverage).
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from sentinel.harmless import one_line
from sentinel.matching.folding import without_accents
from sentinel.mention import Kind
from sentinel.requests.cue_list import LANGUAGES as CUED
from sentinel.requests.cue_list import NAMES, cue_list
from sentinel.sentiment.sentiment import Label
from sentinel.topics.phrase_counts import CountedPhrase, PhraseKey, SaidAt, enough
from sentinel.topics.said_post import SaidPost
from sentinel.topics.voices import VoicedPost

ALONE = 0.35
"""What a word that stands alone counts, of what it tells: a phrase says what about it."""
FRESH = 0.5
"""Share of a phrase's people whose posts hold no topic chosen before."""
ACCENTED, SMALL = 0.2, 0.25
"""Shares of those who write accents, or small letters, from which a topic is named so: many leave accents out, and a
sentence begins with a capital.
"""
SHOUT = 6
"""Characters from which capitals alone are shouting, and not an abbreviation."""
NEW, KNOWN = 0.25, 20
"""A topic is new when its share was at most so much of this before, among at least so many people."""
OFTEN, GROWN = 0.1, 2.0
"""A word alone, of which so many of all people speak, is no topic unless it has grown so many times: an airline's
*flight*.
"""
SAMPLES = 3
NAME = 60
"""Characters."""
_PRAISE = NAMES.index("praises")


class SpokenTopic(msgspec.Struct, frozen=True, kw_only=True):
    """One topic.

    ``people`` say it, of whom the posts of so many are ``negative`` or ``positive``; ``before`` is how many did in the
    time before, ``None`` where too few spoke to tell; ``samples`` are posts that say it.
    """

    name: str
    people: int
    negative: int
    positive: int
    before: int | None
    new: bool
    samples: tuple[SaidPost, ...]
    roots: PhraseKey = frozenset()


class EarlierTalk:
    """What was said in the time before, to compare with."""

    def __init__(self, posts: Sequence[VoicedPost]) -> None:
        self._stretches = [(each.person, set(marks)) for each in posts if not each.copy for marks in each.marks]
        self.people = people_of(posts)

    def saying(self, key: PhraseKey) -> int | None:
        """How many people said all of its words within one stretch; ``None`` where too few spoke."""
        return len({person for person, marks in self._stretches if key <= marks}) if self.people >= KNOWN else None


def spoken_topics(
    posts: Sequence[VoicedPost],
    counted: Sequence[CountedPhrase],
    earlier: EarlierTalk,
    *,
    label: Label | None = None,
    most: int = 5,
) -> tuple[SpokenTopic, ...]:
    """The topics, the most telling first; with a label, of those posts alone."""
    everybody = people_of(posts)
    chosen = _choose(posts, [each for each in counted if not _usual(each, everybody, earlier)], label, most)
    found = []
    for phrase, said in chosen:
        then = earlier.saying(phrase.key)
        labels = Counter(posts[at.place].post.label for at in said.values())
        found.append(
            SpokenTopic(
                name=_name(posts, said.values()),
                people=len(said),
                negative=labels[Label.NEGATIVE],
                positive=labels[Label.POSITIVE],
                before=then,
                new=then is not None and then / earlier.people <= NEW * len(phrase.said) / everybody,
                samples=_samples(posts, said, [each for _, each in chosen]),
                roots=phrase.key,
            )
        )
    return tuple(found)


def people_of(posts: Iterable[VoicedPost]) -> int:
    """How many people speak."""
    return len({each.person for each in posts if not each.copy})


def _choose(
    posts: Sequence[VoicedPost], counted: Sequence[CountedPhrase], label: Label | None, most: int
) -> list[tuple[CountedPhrase, dict[int, SaidAt]]]:
    """So many phrases that stand in different posts."""
    ranked = []
    people = len({each.person for each in posts if not each.copy and label in (None, each.post.label)})
    for phrase in counted:
        said = phrase.said
        if len(phrase.key) == 1 and _praises(posts, said):
            continue
        if label is not None:
            said = {person: at for person, at in said.items() if posts[at.place].post.label is label}
        if len(said) >= enough(people) and (label is None or _mostly(phrase, posts, label)):
            ranked.append((worth(phrase) * len(said), phrase, said))
    ranked.sort(key=lambda each: (-each[0], -len(each[1].key), sorted(each[1].key)))
    covered: set[int] = set()
    chosen: list[tuple[CountedPhrase, dict[int, SaidAt]]] = []
    while len(chosen) < most:
        best, gained = None, 0.0
        for worthy, phrase, said in ranked:
            if worthy <= gained:
                break  # none behind it can gain more
            fresh = sum(at.place not in covered for at in said.values()) / len(said)
            if fresh >= FRESH and (gain := worthy * fresh) > gained:
                best, gained = (phrase, said), gain
        if best is None:
            break
        chosen.append(best)
        covered.update(at.place for at in best[1].values())
    return chosen


def _usual(phrase: CountedPhrase, people: int, earlier: EarlierTalk) -> bool:
    """Whether it is a word that everybody always says of the brand."""
    share = len(phrase.said) / people
    if len(phrase.key) > 1 or share < OFTEN:
        return False
    then = earlier.saying(phrase.key)
    return then is not None and then / earlier.people * GROWN >= share


def _mostly(phrase: CountedPhrase, posts: Sequence[VoicedPost], label: Label) -> bool:
    """What is scolded more than praised is no strength, nor the other way round."""
    labels = Counter(posts[at.place].post.label for at in phrase.said.values())
    return labels[label] > labels[Label.NEGATIVE if label is Label.POSITIVE else Label.POSITIVE]


def _praises(posts: Sequence[VoicedPost], said: dict[int, SaidAt]) -> bool:
    """Whether a word alone says only that somebody is pleased: *love* is no topic."""
    at = next(iter(said.values()))
    word = posts[at.place].stretches[at.stretch][at.start].folded
    return any(_PRAISE in cue_list(each).found((word,)) for each in CUED)


def worth(phrase: CountedPhrase) -> float:
    """How much a person's saying it counts."""
    return phrase.tells * (ALONE if len(phrase.key) == 1 else 1.0)


def _name(posts: Sequence[VoicedPost], said: Iterable[SaidAt]) -> str:
    """The words that most people use for it, with their accents, in small letters where many write those."""
    forms: dict[str, Counter[str]] = {}
    for at in said:
        words = posts[at.place].stretches[at.stretch][at.start : at.end]
        folded = " ".join(word.folded for word in words)
        forms.setdefault(folded, Counter())[" ".join(word.written for word in words)] += 1
    _, written = min(forms.items(), key=lambda each: (-each[1].total(), len(each[0]), each[0]))
    return one_line(_written(written))[:NAME]


def _written(forms: Counter[str]) -> str:
    accented = Counter({form: count for form, count in forms.items() if without_accents(form) != form})
    if accented.total() >= ACCENTED * forms.total():
        forms = accented
    small = Counter({form: count for form, count in forms.items() if not form[:1].isupper()})
    if small.total() >= SMALL * forms.total():
        forms = small
    mixed = Counter({form: count for form, count in forms.items() if len(form) < SHOUT or not form.isupper()})
    form = min((mixed or forms).items(), key=lambda each: (-each[1], each[0]))[0]
    return form.lower() if len(form) >= SHOUT and form.isupper() else form


def _samples(
    posts: Sequence[VoicedPost], said: dict[int, SaidAt], topics: Sequence[dict[int, SaidAt]]
) -> tuple[SaidPost, ...]:
    """Posts that say it and most of the rest, of people who write for themselves, of a readable length."""

    def rank(at: SaidAt) -> tuple[bool, int, int, int]:
        post = posts[at.place]
        rest = sum((other := each.get(post.person)) is not None and other.place == at.place for each in topics)
        return (
            post.post.mention.kind is Kind.REPOST,
            -rest,
            abs(len(post.post.mention.text) - 140) // 40,
            at.place,
        )

    return tuple(posts[at.place].post for at in sorted(said.values(), key=rank)[:SAMPLES])
