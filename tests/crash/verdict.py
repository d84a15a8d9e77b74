"""What must hold when a run is over, whatever was killed in between: the five invariants, read from the store and from
the providers.

The fifth compares with a run of the same story that nobody killed. Compared are, per brand: how many incidents, their
state, level, who acknowledged, whether the ladder was exhausted; their milestones (opened, changed level, acknowledged,
lapsed, snoozed, resolved, reopened) in order, each with its epoch; which pages (contact, step, round, how often
climbed) reached a person at least once; and the journal: every mention that got its answer, once. Times, scores and ids
are not: a dead daemon decides later than a living one, an incident is named after the instant it opened at, and a score
is computed at a tick. Of a story in which people answer, the pages after the last answer are compared: a restart may
delay an answer, which then prevents less. A rung that was missed while nobody was there counts as kept when the
timeline says so, and the catch-all need not hear that a step failed when the ladder went on meanwhile.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from sentinel.incidents.incident import Incident, State
from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.scoring.level import Level
from tests.crash.run import Run
from tests.crash.store import Kept, Row
from tests.crash.stories import LADDER
from tests.crash.town import REPEAT

_MILESTONES = {
    What.OPENED,
    What.LEVEL,
    What.ACKNOWLEDGED,
    What.ACKNOWLEDGEMENT_EXPIRED,
    What.SNOOZED,
    What.SNOOZE_ENDED,
    What.RESOLVED,
    What.REOPENED,
}
Page = tuple[str, int, int]


def faults(run: Run, end: Kept, uncut: Kept) -> list[str]:
    """Everything that is wrong with a run, in words; empty when all is well."""
    found = [f"at crash {number}: {fault}" for number, store in enumerate(run.at_crash, 1) for fault in timers(store)]
    found += timers(end)
    found += _silence_after_answer(run, end)
    found += _duplicates(run, end)
    found += _reasons(end)
    found += _same_end(run, end, uncut)
    for store in run.at_crash:
        found += [
            f"incident {one.id} was committed and is gone" for one in store.incidents if one.id not in end.timeline
        ]
    return found


def timers(store: Kept) -> Iterator[str]:
    """1: every open, unacknowledged incident of a level that pages has a timer; a watch pages nobody and needs none."""
    for incident in store.incidents:
        pages = incident.state is State.OPEN and incident.level.rank >= Level.ALERT.rank
        if pages and (incident.next_at is None or incident.next_at <= incident.opened_at):
            yield f"1: open incident {incident.id} has no timer"
        if pages and incident.snooze is None and incident.climb is None:
            yield f"1: open incident {incident.id} climbs no ladder"


def _silence_after_answer(run: Run, end: Kept) -> Iterator[str]:
    """2: a page whose last look at its incident began after an answer of a person was committed is not sent for the
    epoch before it.
    """
    if run.answered_at is None:
        return
    rows = {row.key: row for row in end.rows}
    answers = (What.ACKNOWLEDGED, What.SNOOZED)
    answered = min((line.epoch for lines in end.timeline.values() for line in lines if line.what in answers), default=0)
    looked: dict[str, float] = {}
    for told in run.guest.told:
        if told["what"] == "look":
            looked[told["key"]] = told["at"]
        elif told["what"] == "before send" and told["kind"] == "page":
            row = rows[told["key"]]
            if row.epoch < answered and looked[told["key"]] > run.answered_at:
                yield f"2: {row.contact} was paged for step {row.step} after the answer"


def _duplicates(run: Run, end: Kept) -> Iterator[str]:
    """3: each row reaches a person once, but for sends that a crash cut off or that nobody knows about; every repeat
    says so.
    """
    seen = [each for each in run.guest.arrivals if each.seen]
    lines = [line for each in end.timeline.values() for line in each if line.what is What.DELIVERY]
    unknown = sum(": unknown" in (line.detail or "") for line in lines)
    cut = sum(row.state == "leased" for store in run.at_crash for row in store.rows)
    times = Counter(each.key for each in seen)
    if (extra := sum(count - 1 for count in times.values())) > cut + unknown:
        yield f"3: {extra} duplicates with {cut} sends cut off by {run.crashes} crashes and {unknown} ambiguous ones"
    plain = Counter(each.key for each in seen if REPEAT not in each.title)
    rows = {row.key: row for row in end.rows}
    for key, count in plain.items():
        if key not in rows:
            yield f"3: {key} reached a person and stands in no row"
        elif count > 1:
            yield f"3: {_name(rows[key])} came {count} times without being marked"
    for each in seen:
        if REPEAT in each.title and rows[each.key].kind != "page":
            yield f"3: news to {each.contact} was repeated"


def _reasons(end: Kept) -> Iterator[str]:
    """4: the timeline says of every row what became of it: why it was dropped, what the provider answered when it was
    not.
    """
    for row in end.rows:
        lines = end.timeline.get(row.incident or "", ())
        mine = [
            line for line in lines if line.contact == row.contact and line.step == row.step and line.epoch == row.epoch
        ]
        if row.state == "dropped" and not any(line.what is What.NOT_SENT for line in mine):
            yield f"4: {_name(row)} was dropped and the timeline does not say so"
        if row.state in ("accepted", "failed") and not any(line.what is What.DELIVERY for line in mine):
            yield f"4: {_name(row)} was {row.state} and the timeline does not say so"
        if row.state == "queued":
            yield f"4: {_name(row)} still waits"


def _same_end(run: Run, end: Kept, uncut: Kept) -> Iterator[str]:
    """5: as if nothing had happened."""
    if len(end.journal) != len(set(end.journal)):
        yield "5: the journal holds a mention twice"
    if missing := run.promised - {(source, id) for source, id, _ in end.journal}:
        yield f"5: the journal lacks {len(missing)} mentions that got their answer"
    for brand in {one.brand for one in uncut.incidents} | {one.brand for one in end.incidents}:
        ours, theirs = _of(end, brand), _of(uncut, brand)
        if [_essence(one) for one in ours] != [_essence(one) for one in theirs]:
            yield (
                f"5: {brand} ended as {[_essence(one) for one in ours]}, without "
                f"a crash as {[_essence(one) for one in theirs]}"
            )
        mine, expected = _milestones(end, ours), _milestones(uncut, theirs)
        if mine != expected:
            yield f"5: {brand} went through {mine}, without a crash through {expected}"
    yield from _same_pages(run, end, uncut)


def _same_pages(run: Run, end: Kept, uncut: Kept) -> Iterator[str]:
    """Where people answered, only the climb after the last answer is the same whatever was delayed; elsewhere all of
    them are.
    """
    answered = run.answered_at is not None
    ours, theirs = _pages(end, run, last=answered), _pages(uncut, run, last=answered)
    overdue = {
        line.step
        for lines in end.timeline.values()
        for line in lines
        if line.what is What.NOT_SENT and line.why is Why.OVERDUE
    }
    for page, count in (theirs - ours).items():
        if page[1] not in overdue:
            yield f"5: page {page} reached nobody ({count} fewer than without a crash)"
    for page, count in (ours - theirs).items():
        yield f"5: page {page} was sent {count} times more than without a crash"


def _pages(store: Kept, run: Run, *, last: bool) -> Counter[Page]:
    """Pages that a person got, one for each climb; without those by which the catch-all hears that a step failed."""
    seen = {each.key for each in run.guest.arrivals if each.seen}
    epochs = {incident.id: incident.epoch for incident in store.incidents}
    rungs = [row for row in store.rows if row.kind == "page" and (row.contact in LADDER or row.step > len(LADDER))]
    pages = [row for row in rungs if row.state == "accepted" or row.key in seen]
    return Counter(
        (row.contact, row.step, row.round) for row in pages if not last or row.epoch == epochs[row.incident or ""]
    )


def _of(store: Kept, brand: str) -> list[Incident]:
    return [one for one in store.incidents if one.brand == brand]


def _essence(one: Incident) -> tuple[object, ...]:
    taken = one.acknowledgement.by if one.acknowledgement else None
    return one.state.value, one.level.value, one.epoch, taken, one.exhausted, one.recurrence.flapping


def _milestones(store: Kept, incidents: Sequence[Incident]) -> list[tuple[str, int]]:
    return [(line.what.value, line.epoch) for one in incidents for line in store.timeline[one.id] if _counts(line)]


def _counts(line: TimelineEntry) -> bool:
    return line.what in _MILESTONES


def _name(row: Row) -> str:
    return f"{row.kind} to {row.contact} (step {row.step}, round {row.round}, epoch {row.epoch})"
