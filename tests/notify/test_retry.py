"""The retry policy: over which channel a message goes next, when, and how long one send may take."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, product

import pytest

from sentinel.notify.base import Delivery, MessageKind, SendOutcome, SendReason, Status, Urgency
from sentinel.notify.dispatcher import IDLE
from sentinel.notify.progress import Progress, RowState
from sentinel.notify.retry import LONGEST_SEND, ONCE_MORE, after_send, longest_send
from tests.fakes import START
from tests.notify.test_dispatcher import a_delivery

CHART = 2.0
"""Seconds that a page waits for its chart."""
OK = SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK)
DOWN = SendOutcome(status=Status.RETRY, reason=SendReason.UNREACHABLE)
BUSY = SendOutcome(status=Status.RETRY, reason=SendReason.RATE_LIMITED, retry_after=90.0)
REFUSED = SendOutcome(status=Status.FAILED, reason=SendReason.REFUSED)
SILENT = SendOutcome(status=Status.UNKNOWN, reason=SendReason.TIMEOUT)


def as_it_stands(delivery: Delivery, progress: Progress) -> Delivery:
    """The delivery with what sends made of it."""
    sent = replace(
        delivery,
        channel=progress.channel,
        attempts=progress.attempts,
        ambiguous=progress.ambiguous,
        tries=progress.tries,
    )
    return replace(sent, waited=not sent.tried and progress.not_before > delivery.created_at)


def sends(
    delivery: Delivery, answers: list[list[SendOutcome]], max_attempts: int = 6
) -> Iterator[tuple[float, int, Progress]]:
    """(second, channel, what became of it) of each send; a channel that has no answer left repeats its last."""
    now = START
    while True:
        told = answers[delivery.channel]
        outcome = told.pop(0) if len(told) > 1 else told[0]
        progress = after_send(delivery, outcome, now, channels=len(answers), max_attempts=max_attempts)
        yield (now - START).total_seconds(), delivery.channel, progress
        if progress.final:
            return
        delivery, now = as_it_stands(delivery, progress), progress.not_before


def when(*answers: list[SendOutcome], max_attempts: int = 6) -> list[tuple[float, int]]:
    """(second, channel) of each send of a page."""
    return [(at, channel) for at, channel, _ in sends(a_delivery(), list(answers), max_attempts)]


def end(*answers: list[SendOutcome], kind: MessageKind = MessageKind.PAGE) -> RowState:
    """How a message ends."""
    return [progress for _, _, progress in sends(a_delivery(kind=kind), list(answers))][-1].state


@pytest.mark.parametrize("answer", [DOWN, BUSY, REFUSED])
def test_what_was_not_taken_goes_to_the_next_channel_at_once(answer: SendOutcome) -> None:
    """Refused, unreachable, too many: the second channel has it in the same instant, whatever tries are allowed."""
    for most in (1, 6, 50):
        assert when([answer], [OK], max_attempts=most) == [(0, 0), (0, 1)]


def test_what_may_have_arrived_goes_once_more_and_then_to_the_next_channel() -> None:
    """Nobody knows twice: the second send of it comes within five seconds, marked; then the other channel."""
    assert when([SILENT], [OK]) == [(0, 0), (1, 0), (1, 1)]
    marked = [progress.ambiguous for _, _, progress in sends(a_delivery(), [[SILENT], [OK]])]
    assert marked == [True, True, True]


def test_unknown_everywhere_is_not_failed() -> None:
    """Two sends a channel and no more; the person may have it, so the ladder is not told that nobody was reached."""
    assert when([SILENT], [SILENT]) == [(0, 0), (1, 0), (1, 1), (2, 1)]
    assert end([SILENT], [SILENT]) is end([SILENT]) is end([SILENT], [REFUSED]) is RowState.UNKNOWN
    assert end([REFUSED], [REFUSED]) is end([DOWN]) is RowState.FAILED


def test_a_question_that_may_have_arrived_goes_once_more() -> None:
    """Whoever asked waits for the answer."""
    assert end([SILENT], [OK], kind=MessageKind.DESK) is RowState.ACCEPTED


def test_news_that_may_have_arrived_is_not_told_twice() -> None:
    """It goes on to the next channel when it was refused, and is left alone when nobody knows."""
    assert end([SILENT], [OK], kind=MessageKind.UPDATE) is RowState.UNKNOWN
    assert end([REFUSED], [OK], kind=MessageKind.UPDATE) is RowState.ACCEPTED


def test_channels_are_asked_again_only_while_none_has_taken_it() -> None:
    """Both are down: each is asked again after its own wait, longer each time; the first that takes it ends it."""
    assert when([DOWN, DOWN, OK], [DOWN]) == [(0, 0), (0, 1), (5, 0), (5, 1), (15, 0)]
    assert len(when([DOWN], [DOWN], max_attempts=3)) == 6
    assert when([DOWN], [DOWN], [OK]) == [(0, 0), (0, 1), (0, 2)]


def test_a_channel_that_refused_is_not_asked_again() -> None:
    """The one that may take it later is."""
    assert when([REFUSED], [DOWN, DOWN, OK]) == [(0, 0), (0, 1), (5, 1), (15, 1)]


def test_each_channel_s_wish_is_heard() -> None:
    """A provider that asks for 90 seconds gets them, while the other one is asked meanwhile."""
    assert when([BUSY, OK], [DOWN], max_attempts=5) == [(0, 0), (0, 1), (5, 1), (15, 1), (35, 1), (75, 1), (90, 0)]


def test_waits_grow_to_five_minutes() -> None:
    """However many tries are allowed."""
    at = [second for second, _ in when([DOWN], max_attempts=50)]
    assert at[:5] == [0, 5, 15, 35, 75]
    assert max(later - earlier for earlier, later in pairwise(at)) == 300
    assert len(at) == 50


def test_refusal_after_a_doubtful_send_leaves_doubt() -> None:
    """The first may have arrived, the second certainly has not: it may be there."""
    assert end([SILENT, REFUSED]) is RowState.UNKNOWN


@pytest.mark.parametrize(("urgency", "most"), [(Urgency.CRISIS, 15), (Urgency.ALERT, 30)])
def test_a_hanging_channel_delays_the_next_one_for_so_long_at_most(urgency: Urgency, most: float) -> None:
    """A chart, two sends that hang as long as they may, the wait between them, and a look at the outbox."""
    page = a_delivery(urgency=urgency)
    for timeout in (15.0, 300.0):
        assert CHART + 2 * longest_send(page, timeout, 2) + ONCE_MORE.total_seconds() + IDLE <= most
        assert longest_send(page, timeout, 1) == timeout
    assert longest_send(page, 2.0, 2) == 2.0
    assert longest_send(replace(page, channel=1), 300.0, 2) == LONGEST_SEND[urgency]


def test_the_last_channel_has_all_its_time() -> None:
    """Nobody waits for its end; nor is news in a hurry."""
    first = after_send(a_delivery(urgency=Urgency.CRISIS), DOWN, START, channels=2, max_attempts=6)
    second = as_it_stands(a_delivery(urgency=Urgency.CRISIS), first)
    assert longest_send(second, 60.0, 2) == 60.0
    assert longest_send(a_delivery(kind=MessageKind.UPDATE), 60.0, 2) == 60.0


def test_every_course_ends() -> None:
    """Whatever three channels answer, in whatever order, it ends after a bounded number of sends, each channel tried
    no more often than is allowed and twice at most in doubt.
    """
    kinds = [DOWN, BUSY, REFUSED, SILENT]
    for answers in product(product(kinds, repeat=2), repeat=3):
        course = list(sends(a_delivery(), [list(each) for each in answers], max_attempts=4))
        last = course[-1][2]
        assert last.state in (RowState.FAILED, RowState.UNKNOWN)
        assert (last.state is RowState.UNKNOWN) == any(each.unknown for each in last.tries)
        assert {each.channel for each in last.tries} == {0, 1, 2}
        assert all(each.tries <= 4 and each.unknown <= 2 for each in last.tries)
        assert all(earlier[0] <= later[0] for earlier, later in pairwise(course))


def test_a_row_of_an_earlier_version_goes_on() -> None:
    """It knows how often its channel was tried, and nothing of the others."""
    old = replace(a_delivery(), channel=1, attempts=2)
    progress = after_send(old, DOWN, START + timedelta(seconds=9), channels=2, max_attempts=3)
    assert (progress.channel, progress.attempts) == (0, 0)
