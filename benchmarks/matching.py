"""Measures matching: what five thousand terms cost against ten, some of them with conditions and in posts with
hashtags, and what the search for copies costs.

Run ``python benchmarks/matching.py``. All figures come from one run on made-up posts; the ratio is what must hold (at
most 3).
"""

import json
import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import TypeVar

from sentinel.matching.brand import Brand
from sentinel.matching.duplicates import Voices
from sentinel.matching.folding import fold
from sentinel.matching.matcher import Matcher
from sentinel.matching.term import Term
from sentinel.mention import Mention

T = TypeVar("T")
POSTS = 4_000
NOW = datetime(2026, 8, 20, 12, tzinfo=UTC)


def main() -> None:
    """Print the figures as one JSON object."""
    chance = random.Random(7)
    words, invented = _vocabulary(chance, 8_000, 2, 9), _vocabulary(chance, 8_000, 4, 10)
    names = [_name(chance, words if chance.random() < 0.1 else invented) for _ in range(5_000)]
    everyday = names[:10] + [_name(chance, words) for _ in range(4_990)]
    posts = [_post(chance, words, names[:10]) for _ in range(POSTS)]
    mentions = [Mention(source="made", id=str(n), text=text, published_at=NOW) for n, text in enumerate(posts)]
    few, many, common = (_matcher(terms) for terms in (names[:10], names, everyday))
    ten, thousands, ordinary = _compare([few.match, many.match, common.match], mentions)
    article = " ".join(chance.choices(words, k=20_000))[:100_000]
    figures = {
        "posts": POSTS,
        "mean_characters": round(sum(map(len, posts)) / POSTS),
        "fold_us": min(_cost(fold, posts) for _ in range(5)),
        "match_10_terms_us": ten,
        "match_5000_terms_us": thousands,
        "ratio": round(thousands / ten, 2),
        "match_5000_everyday_words_us": ordinary,
        "brands_a_post_then": round(sum(len(common.match(each)) for each in mentions) / POSTS, 1),
        "ratio_everyday_words": round(ordinary / ten, 2),
        "match_100_kB_ms": round(_cost(many.brands_of, [article]) / 1_000, 2),
        "copies_us": min(_cost(partial(_heard, Voices()), posts) for _ in range(5)),
    }
    print(json.dumps(figures, indent=2))


def _vocabulary(chance: random.Random, size: int, shortest: int, longest: int) -> list[str]:
    return ["".join(chance.choices("aeiouáñrstlnmdcp", k=chance.randint(shortest, longest))) for _ in range(size)]


def _name(chance: random.Random, words: list[str]) -> str:
    """One to three words."""
    return " ".join(chance.sample(words, chance.choice((1, 1, 2, 3))))


def _heard(voices: Voices, text: str) -> bool:
    return voices.is_copy(text, NOW)


def _matcher(names: list[str]) -> Matcher:
    """Ten terms a brand."""
    return Matcher([Brand(name=names[at], any=_terms(names[at : at + 10])) for at in range(0, len(names), 10)])


def _terms(names: list[str]) -> tuple[str | Term, ...]:
    """Of ten one must stand near another word, one also with its capital, and one is a part of hashtags."""
    near = Term(word=names[0], near_to=(names[5], names[6]), near=6)
    capital = Term(word=names[1], case=True, near_to=(names[7],), near=6)
    return (*names[2:], near, capital, f"#*{names[1].split()[0]}*")


def _post(chance: random.Random, words: list[str], brands: list[str]) -> str:
    """A dozen or two words, one of the ten brands among them, now and then a handle, a hashtag and a link."""
    said = [*chance.choices(words, k=chance.randint(6, 24)), chance.choice(brands)]
    if chance.random() < 0.5:
        said.insert(0, f"@{chance.choice(words)}")
    if chance.random() < 0.2:
        said.append(f"https://example.org/{chance.getrandbits(40):x}")
    if chance.random() < 0.5:
        said.append("#" + "".join(word.capitalize() for word in chance.choices(words, k=3)))
    chance.shuffle(said)
    return " ".join(said).capitalize()


def _compare(works: list[Callable[[Mention], object]], items: list[Mention]) -> list[float]:
    """The least cost of each, taken in turns so that a busy machine bears on all."""
    runs = [[_cost(work, items) for work in works] for _ in range(7)]
    return [min(costs) for costs in zip(*runs, strict=True)]


def _cost(work: Callable[[T], object], items: Iterable[T]) -> float:
    """Microseconds an item."""
    items = list(items)
    begun = perf_counter()
    for item in items:
        work(item)
    return round((perf_counter() - begun) / len(items) * 1e6, 2)


if __name__ == "__main__":
    main()
