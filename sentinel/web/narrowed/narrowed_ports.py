"""Everything that a route may ask, narrowed to the brands of whoever asks: the one place where it is decided what of a
port is theirs.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import msgspec

from sentinel.config.schema import Config
from sentinel.engine.board import Board
from sentinel.engine.paging_preview import PagingPreview
from sentinel.escalation.recurring_silence import RecurringSilence, SourceMaintenance
from sentinel.escalation.roster import Roster
from sentinel.incidents.change import Change
from sentinel.incidents.incident import Incident
from sentinel.playbooks.playbook_set import PlaybookSet
from sentinel.playbooks.render import Rendered
from sentinel.scoring.level import Level
from sentinel.scoring.thresholds import Thresholds
from sentinel.tuning.question import Unanswered, WhatIfAnswer
from sentinel.web.access.brand_rights import BrandRights, refuse
from sentinel.web.narrowed.narrowed_author_ignores import NarrowedAuthorIgnores
from sentinel.web.narrowed.narrowed_board import narrowed_board, without_sector
from sentinel.web.narrowed.narrowed_config import narrowed_config, narrowed_playbooks, narrowed_roster, sources_of
from sentinel.web.narrowed.narrowed_devices import NarrowedDevices
from sentinel.web.narrowed.narrowed_duty import NarrowedOnCall, NarrowedSilences
from sentinel.web.narrowed.narrowed_incidents import (
    NarrowedAnnotations,
    NarrowedIncidents,
    NarrowedReports,
    NarrowedScores,
)
from sentinel.web.narrowed.narrowed_mentions import NarrowedAssistant, NarrowedMentions, NarrowedTalk, NarrowedViews
from sentinel.web.narrowed.narrowed_requests import NarrowedConsultations, NarrowedRequests
from sentinel.web.narrowed.steady_changes import SteadyChanges
from sentinel.web.narrowed.withheld import (
    NarrowedMetrics,
    NarrowedModel,
    WithheldAlerts,
    WithheldAudit,
    WithheldDoubts,
    WithheldMentions,
    WithheldPersons,
    WithheldSecondFactors,
    WithheldSessions,
    ails,
    no_reading,
    no_reload,
    no_reset,
    no_rotation,
    no_teaching,
)
from sentinel.web.ports.ports import Ports


def narrowed(ports: Ports, rights: BrandRights, people: Collection[str] = ()) -> Ports:
    """The ports for somebody with these rights; with every brand, the ports themselves.

    Every field is set here, none is copied: a port that is added must say what of it is whose.

    Parameters
    ----------
    people
        Contacts whose names are shown although no own brand pages them: whoever asks, whoever was told.
    """
    if rights.every:
        return ports
    view, incidents = NarrowedView(ports, rights, people), NarrowedIncidents(ports, rights)
    return Ports(
        config=view.config,
        roster=view.roster,
        board=view.board,
        incidents=incidents,
        command=incidents.command,
        annotations=NarrowedAnnotations(ports, incidents),
        scores=NarrowedScores(ports, rights),
        silences=NarrowedSilences(ports.silences, rights),
        recurring=view.recurring,
        maintenance=view.maintenance,
        author_ignores=NarrowedAuthorIgnores(ports.author_ignores, rights),
        persons=WithheldPersons(),
        heard=NarrowedMentions(ports, rights),
        talk=NarrowedTalk(ports, rights),
        assistant=NarrowedAssistant(ports, incidents),
        views=NarrowedViews(ports),
        requests=NarrowedRequests(ports, rights),
        consultations=NarrowedConsultations(ports, rights),
        oncall=NarrowedOnCall(ports.oncall, view.roster),
        foresee=view.foresee,
        drill=view.drill,
        mentions=WithheldMentions(),
        pressed=ports.pressed,  # whether there is room; whose the queue is, it does not say
        learning=NarrowedModel(ports.learning.serving),
        teach=no_teaching,
        doubts=WithheldDoubts(),
        playbook=view.playbook,
        reload=no_reload,
        reading=no_reading,
        playbooks=view.playbooks,
        what_if=view.what_if,
        ailments=lambda language: ails(ports, language),
        ready=ports.ready,
        metrics=NarrowedMetrics(ports.metrics, rights),
        changes=SteadyChanges(ports.changes, ports.clock),
        links=ports.links,  # a link is its own proof
        infrastructure=WithheldAlerts(),
        sessions=WithheldSessions(),
        shared_access=None,  # the guard asks the house's, no route does
        second_factors=WithheldSecondFactors(),
        recovery=ports.recovery,  # a link is its own proof
        devices=NarrowedDevices(ports.devices, people),
        audit=WithheldAudit(),
        reports=NarrowedReports(ports, incidents, rights),
        clock=ports.clock,
        starting=lambda _: "",  # how many mentions are still to be read is of all brands
        stuck=ports.stuck,
        reset_source=no_reset,
        rotate=no_rotation,
        ingest=ports.ingest,  # a network's signature is its own proof
        unwritten=ports.unwritten,
    )


@dataclass(frozen=True)
class NarrowedView:
    """What is asked of the daemon, for some brands; for one request, within which the configuration stays as it is."""

    ports: Ports
    rights: BrandRights
    people: Collection[str]

    @cached_property
    def _config(self) -> Config:
        return narrowed_config(self.ports.config(), self.ports.roster(), self.rights, self.people)

    def config(self) -> Config:
        """As if there were no other brands."""
        return self._config

    def roster(self) -> Roster:
        """Whom own brands page."""
        return narrowed_roster(self.ports.roster(), self._config.policies.values(), self.people)

    def recurring(self) -> tuple[RecurringSilence, ...]:
        """Hours that hold own brands' pages back; of those that others share, without the reason."""
        return tuple(
            each
            if self.rights.covers(each.brands)
            else msgspec.structs.replace(each, brands=self.rights.of(each.brands), reason=None, by="config")
            for each in self.ports.recurring()
            if not each.brands or self.rights.of(each.brands)
        )

    def maintenance(self) -> tuple[SourceMaintenance, ...]:
        """Hours in which a source that own brands use may be silent, without the reason: others may share it."""
        used = sources_of(self.ports.config(), self.rights)
        return tuple(
            msgspec.structs.replace(each, reason=None, by="config")
            for each in self.ports.maintenance()
            if each.source in used
        )

    def board(self) -> Board:
        """Own brands, and the sources that they use."""
        return narrowed_board(self.ports.board(), self.rights, sources_of(self.ports.config(), self.rights))

    def playbooks(self) -> PlaybookSet:
        """Those for everybody, and their own."""
        return narrowed_playbooks(self.ports.playbooks(), self.rights)

    def playbook(self, incident: Incident, language: str) -> Rendered | None:
        """That of an own incident."""
        if not self.rights.sees(incident.brand):
            return None
        return self.ports.playbook(without_sector(incident), language)

    def foresee(self, brand: str, level: Level, at: datetime) -> PagingPreview:
        """Whom an own brand would page."""
        self._require(brand)
        return self.ports.foresee(brand, level, at)

    async def drill(self, brand: str, level: Level, by: str) -> Change | Incident | None:
        """A rehearsal of an own brand; any other is gone."""
        return await self.ports.drill(brand, level, by) if self.rights.sees(brand) else None

    async def what_if(
        self, brand: str, thresholds: Thresholds, weights: Mapping[str, float], span: timedelta
    ) -> WhatIfAnswer | Unanswered:
        """Of an own brand's history; any other is gone."""
        if not self.rights.sees(brand):
            return Unanswered.GONE
        return await self.ports.what_if(brand, thresholds, weights, span)

    def _require(self, brand: str) -> None:
        if not self.rights.sees(brand):
            refuse()
