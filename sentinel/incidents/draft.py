"""A change in the making: one method for each thing that can happen to an incident."""

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from sentinel.escalation.ladder import Climb
from sentinel.escalation.policy import Authority
from sentinel.escalation.silence import Silence
from sentinel.incidents.change_record import ChangeRecord
from sentinel.incidents.incident import (
    Acknowledgement,
    GivenVerdict,
    OpenPage,
    PublicReply,
    Recurrence,
    Resolution,
    Snooze,
    State,
    Suppression,
    Updates,
    Verdict,
)
from sentinel.incidents.transitions import RAISES_EPOCH, TRANSITIONS, Trigger
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.level import Level


@dataclass(slots=True)
class ChangeDraft(ChangeRecord):
    """A change in the making. `incident` is as the draft leaves it so far; `note` and `tell` say what happened."""

    # -- state, level and score

    def move(self, trigger: Trigger) -> bool:
        """Take the transition that the table has for ``trigger``; False when it says that nothing follows."""
        follows = TRANSITIONS[self.incident.state, trigger]
        if not isinstance(follows, State):
            return False
        epoch = self.incident.epoch + (trigger in RAISES_EPOCH)
        self.incident = replace(self.incident, updated_at=self.now, state=follows, epoch=epoch)
        return True

    def void_promises(self) -> None:
        """A new epoch without a transition: pages and links that were made so far do nothing any more."""
        self.incident = replace(self.incident, updated_at=self.now, epoch=self.incident.epoch + 1)

    def set_level(self, level: Level) -> None:
        """The brand is at this level now."""
        peak = max(self.incident.peak_level, level, key=lambda each: each.rank)
        self.incident = replace(self.incident, updated_at=self.now, level=level, peak_level=peak)

    def tip(self, tipped_at: datetime | None) -> None:
        """The newest mention that raised the score was observed then."""
        self.incident = replace(self.incident, updated_at=self.now, tipped_at=tipped_at)

    def show(self, assessment: Assessment) -> None:
        """Take over what an assessment found; when its score is unknown the last known reasons stay."""
        i = self.incident
        if assessment.score is None:
            self.incident = replace(i, updated_at=self.now, score=None, unseen=assessment.unseen)
            return
        self.incident = replace(
            i,
            updated_at=self.now,
            score=assessment.score,
            peak_score=max(i.peak_score, assessment.score),
            contributions=assessment.contributions,
            evidence=assessment.evidence,
            unseen=assessment.unseen,
            gates=assessment.gates,
            warming=assessment.warming,
            samples=assessment.samples or i.samples,
            mentions=assessment.mentions,
            negatives=assessment.negatives,
            authors=assessment.authors,
        )

    def cap(self, campaign: str | None) -> None:
        """This campaign caps the level now, or none does any more."""
        self.incident = replace(self.incident, updated_at=self.now, campaign=campaign)

    # -- what people do

    def acknowledge(self, by: str, until: datetime | None) -> None:
        """Somebody has it: the climb ends."""
        taken = Acknowledgement(by=by, at=self.now, until=until)
        self.incident = replace(
            self.incident, updated_at=self.now, acknowledgement=taken, climb=None, paused=None, exhausted=False
        )

    def remind(self) -> None:
        """Whoever has it is told that their acknowledgement is about to run out."""
        taken = self.incident.acknowledgement
        if taken is not None:
            self.incident = replace(self.incident, updated_at=self.now, acknowledgement=replace(taken, reminded=True))

    def drop_acknowledgement(self) -> None:
        """Nobody has it any more."""
        self.incident = replace(self.incident, updated_at=self.now, acknowledgement=None)

    def snooze(self, by: str, until: datetime) -> None:
        """Nobody is paged until then: the climb ends."""
        self.incident = replace(
            self.incident, updated_at=self.now, snooze=Snooze(by=by, until=until), climb=None, paused=None
        )

    def end_snooze(self) -> None:
        """Nothing is snoozed any more."""
        self.incident = replace(self.incident, updated_at=self.now, snooze=None)

    def resolve(self, by: str | None) -> None:
        """It is over; the level of a manual resolve is kept, below which it holds. Whatever waited waits no longer."""
        i = self.incident
        self.incident = replace(
            i,
            updated_at=self.now,
            resolution=Resolution(by=by, at=self.now, holds_at=i.level if by else None),
            climb=None,
            paused=None,
            snooze=None,
            suppression=None,
            updates=replace(i.updates, due_at=None),
            recurrence=replace(i.recurrence, flapping=False, calm_since=None),
        )

    def release_resolution(self) -> None:
        """A manual resolve has held until the brand was calm: it counts like any other end, from now on."""
        over = self.incident.resolution
        if over is not None:
            over = replace(over, at=self.now, holds_at=None)
            self.incident = replace(self.incident, updated_at=self.now, resolution=over)

    def judge(self, verdict: Verdict, by: str | None) -> None:
        """Somebody says what it was."""
        given = GivenVerdict(verdict=verdict, by=by, at=self.now)
        self.incident = replace(self.incident, updated_at=self.now, judgement=given)

    def reply(self, by: str) -> None:
        """Somebody says that the first public reply is out."""
        self.incident = replace(self.incident, updated_at=self.now, reply=PublicReply(by=by, at=self.now))

    # -- coming back, going quiet

    def reopen(self, reopened_at: tuple[datetime, ...], *, flapping: bool) -> None:
        """It is not over after all. Whoever judged it had not seen all of it."""
        self.incident = replace(
            self.incident,
            updated_at=self.now,
            recurrence=Recurrence(reopened_at=reopened_at, flapping=flapping),
            resolution=None,
            judgement=None,
            acknowledgement=None,
            paused=None,
            exhausted=False,
        )

    def set_calm_since(self, calm_since: datetime | None) -> None:
        """The brand of a flapping incident is calm since then, or is not."""
        recurrence = replace(self.incident.recurrence, calm_since=calm_since)
        self.incident = replace(self.incident, updated_at=self.now, recurrence=recurrence)

    def suppress(self, silence: Silence) -> None:
        """A silence holds its pages back: nothing climbs."""
        held = Suppression(silence=silence.id, until=silence.ends_at)
        self.incident = replace(self.incident, updated_at=self.now, suppression=held, climb=None, paused=None)

    def end_suppression(self) -> None:
        """No silence holds its pages back."""
        self.incident = replace(self.incident, updated_at=self.now, suppression=None)

    def overrule(self, silence: str) -> None:
        """Somebody escalated in spite of this silence."""
        self.incident = replace(self.incident, updated_at=self.now, overruled=silence)

    # -- paging

    def climb(self, climb: Climb | None) -> None:
        """The ladder is climbed from here, or not at all."""
        self.incident = replace(self.incident, updated_at=self.now, climb=climb, paused=None)

    def pause_climb(self, climb: Climb) -> None:
        """The ladder is not climbed at this level; it would go on from here at a higher one."""
        self.incident = replace(self.incident, updated_at=self.now, climb=None, paused=climb)

    def begin_climb(self, climb: Climb) -> None:
        """The ladder is climbed from its first step."""
        self.incident = replace(self.incident, updated_at=self.now, climb=climb, paused=None, exhausted=False)

    def exhaust(self) -> None:
        """The ladder has no further step."""
        self.incident = replace(self.incident, updated_at=self.now, exhausted=True)

    def page(self, ring: OpenPage, authority: Authority | None) -> None:
        """A contact is paged now, perhaps with an authority."""
        i = self.incident
        self.incident = replace(
            i,
            updated_at=self.now,
            told=i.told if ring.contact in i.told else (*i.told, ring.contact),
            ringing=(*i.ringing, ring),
            last_page_at=self.now,
            authorities=i.authorities | {ring.contact: authority} if authority else i.authorities,
        )

    def set_ringing(self, ringing: tuple[OpenPage, ...]) -> None:
        """These pages may be ringing, no others."""
        self.incident = replace(self.incident, updated_at=self.now, ringing=ringing)

    def set_update_due(self, due_at: datetime | None) -> None:
        """The people who were paged hear more then, or need not."""
        updates = replace(self.incident.updates, due_at=due_at)
        self.incident = replace(self.incident, updated_at=self.now, updates=updates)

    def updated_people(self) -> None:
        """The people who were paged hear more now."""
        self.incident = replace(self.incident, updated_at=self.now, updates=Updates(sent_at=self.now))

    def wake_at(self, next_at: datetime | None) -> None:
        """The incident wants to be looked at again then."""
        self.incident = replace(self.incident, updated_at=self.now, next_at=next_at)
