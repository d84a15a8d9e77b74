"""``python -m sentinel.tuning.what_if_process``: answers one `WhatIfQuestion` from standard input in a process of its
own, at the lowest priority.

Folding weeks of history takes a processor for seconds; beside the daemon it would keep mentions waiting. What it may
use is bounded.
"""

import asyncio
import os
import resource
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec

from sentinel.clock import SystemClock
from sentinel.engine.engine import Engine
from sentinel.matching.matcher import Matcher
from sentinel.mention import Mention
from sentinel.sentiment.seed import load_seed
from sentinel.store.database import Database
from sentinel.store.journal import Journal
from sentinel.store.window import position_before
from sentinel.tuning.first_reading import FirstReading, RepeatedReading
from sentinel.tuning.outcome import outcome_of
from sentinel.tuning.question import WhatIfAnswer, WhatIfQuestion, told

MOST = 200_000
"""Mentions of the brand that are heard; the newest of more."""
SECONDS = 120
"""Of a processor, whoever started this may be gone."""
MEMORY = 3 * 2**30
TICK = timedelta(seconds=30)
"""The score is computed no more often than this: the same pages half a minute apart, for half of the work."""


def answer(question: WhatIfQuestion, mentions: Sequence[Mention], *, complete: bool = True) -> WhatIfAnswer:
    """Fold them twice; each text is classified once."""
    reading, setup = FirstReading(), replace(question.setup, tick=max(question.setup.tick, TICK))
    other = replace(setup, brands=tuple(replace(each, scoring=question.other) for each in setup.brands))
    now = outcome_of("now", Engine(setup, load_seed()), lambda: mentions, reading, since=question.since)
    then = outcome_of(
        "other", Engine(other, load_seed()), lambda: mentions, RepeatedReading(reading.said), since=question.since
    )
    return WhatIfAnswer(
        now=told(now, question.since, question.zone),
        other=told(then, question.since, question.zone),
        mentions=len(mentions),
        complete=complete,
    )


async def history(question: WhatIfQuestion) -> list[Mention]:
    """What the journal holds about the brand, in the order in which it was observed."""
    matcher = Matcher([each.brand for each in question.setup.brands])
    database = await Database.open(question.store)
    try:
        journal, found = Journal(database, SystemClock()), list[Mention]()
        after = await position_before(database, question.heard_since)
        while entries := await journal.read(after):
            after = entries[-1].seq
            found += [each.mention for each in entries if each.mention is not None and matcher.match(each.mention)]
        return found
    finally:
        await database.close()


def main() -> None:
    """Read the question, write the answer."""
    os.nice(19)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    question = msgspec.json.decode(sys.stdin.buffer.read(), type=WhatIfQuestion)
    mentions = asyncio.run(history(question))
    found = answer(question, mentions[-MOST:], complete=len(mentions) <= MOST)
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    main()
