"""News of the store: what changed is read anew, and nothing else; who stumbles holds nobody up."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from sentinel.cluster.store_news import StoreNews
from sentinel.store.health import StoreFailing, Trouble
from tests.fakes import FakeClock


@dataclass
class Counter:
    """Numbers that a test sets."""

    numbers: dict[str, int] = field(default_factory=dict)
    counts: bool = True

    async def count(self) -> bool:
        return self.counts

    async def look(self) -> Mapping[str, int]:
        return dict(self.numbers)

    @asynccontextmanager
    async def heard(self, changed: Callable[[], None], lost: Callable[[], None]) -> AsyncIterator[None]:
        yield


@dataclass
class Reader:
    """Reads anew, or stumbles."""

    reads: int = 0
    trouble: Exception | None = None

    async def refresh(self) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.reads += 1


async def test_what_changed_is_read_anew(clock: FakeClock) -> None:
    """Once at the beginning, then whenever a number is another one; pages are told of each change."""
    counter, told = Counter(), list[int]()
    one, both = Reader(), Reader()
    news = StoreNews(counter, clock)
    news.told = lambda: told.append(1)
    news.follow("silences", one.refresh)
    news.follow("silences oncall", both.refresh)
    for number in (1, 1, 2):
        counter.numbers["oncall"] = number
        await news.look()
    assert (one.reads, both.reads, len(told)) == (1, 2, 2)


@pytest.mark.parametrize("trouble", [StoreFailing(Trouble.UNREACHABLE), ValueError("odd")])
async def test_whoever_cannot_read_tries_again(clock: FakeClock, trouble: Exception) -> None:
    """The others hear of what concerns them meanwhile."""
    failing, well = Reader(trouble=trouble), Reader()
    news = StoreNews(Counter({"silences": 1}), clock)
    news.follow("silences", failing.refresh)
    news.follow("silences", well.refresh)
    await news.look()
    failing.trouble = None
    await news.look()
    await news.look()
    assert (failing.reads, well.reads) == (1, 1)


async def test_a_database_that_may_not_count(clock: FakeClock) -> None:
    """Everything is read anew at each look."""
    reader, news = Reader(), StoreNews(Counter(counts=False), clock)
    news.follow("silences", reader.refresh)
    await news._count()
    await news.look()
    await news.look()
    assert reader.reads == 2
