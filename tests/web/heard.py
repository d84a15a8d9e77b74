"""Where a stand keeps what was heard, and views of it: in memory, found by the very marks and words of the store."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from sentinel.config.schema import Config
from sentinel.daemon.consultation_keeper import NotAsked
from sentinel.mention import Author, Kind, Mention
from sentinel.requests.consultation import AreaAnswer, Consultation, QuickAnswer, consultation_id
from sentinel.requests.consultation_steps import answerable, step_answered, step_asked
from sentinel.requests.priority import Priority
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestRecord, RequestState, RequestStep
from sentinel.sentiment.sentiment import Label
from sentinel.store.assistant_store import AssistantText
from sentinel.store.consultation_store import ConsultedMention
from sentinel.store.heard_mention import HeardAs, HeardMention, Hearing, MentionFilter, Standing
from sentinel.store.mention_marks import asked_marks, marks_of
from sentinel.store.request_store import Stepped
from sentinel.store.saved_views import EVERYBODY, SavedView, view_id
from sentinel.store.searched_words import SearchedPart, SearchedWords, words_in
from tests.fakes import START, FakeClock


def heard_as(
    brand: str,
    label: Label = Label.NEGATIVE,
    standing: Standing = Standing.COUNTED,
    priority: Priority = Priority.NORMAL,
) -> HeardAs:
    return HeardAs(brand=brand, label=label, probability=0.91, standing=standing, priority=priority)


def a_heard(
    number: int,
    text: str,
    *brands: HeardAs,
    at: datetime = START,
    author: str = "ana.bsky.social",
    source: str = "bluesky",
    lang: str = "es",
    grave: str | None = None,
    asks: RequestKind = RequestKind.COMPLAINT,
    **fields: object,
) -> HeardMention:
    """Heard a minute after it was published."""
    mention = Mention(
        source=source,
        id=f"h{number}",
        text=text,
        published_at=at - timedelta(minutes=1),
        kind=Kind.POST,
        author=Author(handle=author, followers=1234),
        url=f"https://bsky.app/profile/{author}/post/{number}",
        **fields,  # type: ignore[arg-type]
    )
    hearing = Hearing(brands=brands, lang=lang, grave=grave, asks=asks)
    return HeardMention(number=number, mention=mention, heard_at=at, at=at, hearing=hearing)


@dataclass
class StandHeard:
    """Implements the web's `HeardPort`."""

    kept: list[HeardMention] = field(default_factory=list)

    async def find(
        self,
        wanted: MentionFilter,
        *,
        before: int | None = None,
        limit: int = 50,
        brands: Collection[str] | None = None,
    ) -> list[HeardMention]:
        found = [each for each in self._of(wanted, brands) if before is None or each.number < before]
        return [_seen(each, brands) for each in found[:limit]]

    async def those(self, numbers: Collection[int]) -> list[HeardMention]:
        return [each for each in self.kept if each.number in numbers]

    async def count(
        self, wanted: MentionFilter, *, beyond: int = 0, most: int = 1000, brands: Collection[str] | None = None
    ) -> int:
        return min(most, sum(each.number > beyond for each in self._of(wanted, brands)))

    async def get(self, number: int, *, brands: Collection[str] | None = None) -> HeardMention | None:
        return next((_seen(each, brands) for each in self._of(MentionFilter(), brands) if each.number == number), None)

    async def newest(self) -> int:
        return max((each.number for each in self.kept), default=0)

    def _of(self, wanted: MentionFilter, brands: Collection[str] | None) -> list[HeardMention]:
        asked, groups = SearchedWords.read(wanted.text), asked_marks(wanted, brands)
        found = []
        for each in sorted(self.kept, key=lambda each: -each.number):
            marks = set(marks_of(each.mention, each.hearing, each.request).split())
            late = wanted.since is not None and each.heard_at < wanted.since
            early = wanted.until is not None and each.heard_at >= wanted.until
            if late or early or not all(marks.intersection(group) for group in groups):
                continue
            if asked is None or _says(asked, words_in(f"{each.mention.title or ''} {each.mention.text}")):
                found.append(each)
        return found


@dataclass
class StandAssistant:
    """Implements the web's `AssistantPort`: what a machine phrased, by incident."""

    texts: dict[str, list[AssistantText]] = field(default_factory=dict)

    async def of(self, incident_id: str) -> list[AssistantText]:
        return self.texts.get(incident_id, [])


@dataclass
class StandRequests:
    """Implements the web's `RequestPort` over what was heard."""

    heard: StandHeard
    clock: FakeClock

    async def act(
        self,
        number: int,
        state: RequestState | None,
        by: str,
        *,
        note: str = "",
        kind: RequestKind | None = None,
        seen: int | None = None,
    ) -> Stepped | None:
        each = next((each for each in self.heard.kept if each.number == number), None)
        if each is None:
            return None
        step = RequestStep(state=state, by=by, at=self.clock.now(), note=note, kind=kind)
        if each.request.moved_since(seen, step) or (record := each.request.after(step)) is None:
            return Stepped(each.mention, each.heard_at, each.request, took=False)
        self.heard.kept[self.heard.kept.index(each)] = msgspec.structs.replace(each, request=record)
        return Stepped(each.mention, each.heard_at, record, took=True)


@dataclass
class StandConsultations:
    """Implements the web's `ConsultationPort` over what was heard; nobody is told."""

    heard: StandHeard
    config: Callable[[], Config]
    clock: FakeClock
    kept: dict[str, Consultation] = field(default_factory=dict)

    async def ask(self, number: int, area: str, question: str, by: str) -> RequestRecord | NotAsked:
        each, settings = self._heard(number), self.config().areas.get(area)
        if each is None or settings is None:
            return NotAsked.GONE if each is None else NotAsked.AREA
        now = self.clock.now()
        one = Consultation(
            id=consultation_id(number, area, now),
            number=number,
            area=area,
            by=by,
            question=question or f"¿{each.asks}?",
            at=now,
            until=now + settings.answer_within,
            remind_every=settings.remind_every,
            labels=settings.labels(area),
            asked=settings.contacts,
            told=(by,),
        )
        if (record := each.request.after(step_asked(one))) is None:
            return NotAsked.STANDS
        self.kept[one.id] = one
        self._took(each, record)
        return record

    async def find(self, name: str) -> tuple[Consultation, ConsultedMention] | None:
        one = self.kept.get(name)
        each = self._heard(one.number) if one else None
        return (one, ConsultedMention(each.mention, each.hearing, each.request)) if one and each else None

    async def answer(self, name: str, contact: str, quick: QuickAnswer | None, text: str) -> bool:
        found = await self.find(name)
        if found is None or not answerable(found[0], found[1].record):
            return False
        now = self.clock.now()
        after = found[0].answered(AreaAnswer(by=contact, at=now, quick=quick, text=text))
        self.kept[name] = after
        each = self._heard(after.number)
        record = each.request.after(step_answered(found[0], after, now)) if each else None
        if each and record:
            self._took(each, record)
        return True

    def _heard(self, number: int) -> HeardMention | None:
        return next((each for each in self.heard.kept if each.number == number), None)

    def _took(self, each: HeardMention, record: RequestRecord) -> None:
        self.heard.kept[self.heard.kept.index(each)] = msgspec.structs.replace(each, request=record)


@dataclass
class StandViews:
    """Implements the web's `SavedViewPort`."""

    kept: dict[str, SavedView] = field(default_factory=dict)
    full: bool = False

    async def all(self, owner: str) -> Sequence[SavedView]:
        return [each for each in self.kept.values() if each.owner in (owner, EVERYBODY)]

    async def save(self, owner: str, name: str, query: dict[str, str], now: datetime) -> SavedView | None:
        if self.full:
            return None
        view = SavedView(id=view_id(owner, name), owner=owner, name=name, query=query, made_at=now)
        self.kept[view.id] = view
        return view

    async def delete(self, owner: str, view: str) -> bool:
        if view in self.kept and self.kept[view].owner == owner:
            del self.kept[view]
            return True
        return False


def _seen(each: HeardMention, brands: Collection[str] | None) -> HeardMention:
    if brands is None:
        return each
    kept = tuple(one for one in each.hearing.brands if one.brand in brands)
    shared = len(kept) < len(each.hearing.brands)
    return msgspec.structs.replace(
        each,
        hearing=msgspec.structs.replace(each.hearing, brands=kept),
        request=each.request.outline() if shared else each.request,
        shared=shared,
    )


def _says(asked: SearchedWords, words: list[str]) -> bool:
    return all(_has(part, words) for part in asked.wanted) and not any(_has(part, words) for part in asked.unwanted)


def _has(part: SearchedPart, words: list[str]) -> bool:
    size = len(part.words)
    for start in range(len(words) - size + 1):
        said = words[start : start + size]
        if part.begins and said[:-1] == list(part.words[:-1]) and said[-1].startswith(part.words[-1]):
            return True
        if said == list(part.words):
            return True
    return False
