"""The sentences of the pages around the incident: none that nobody says."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from sentinel.config.base import Language
from sentinel.escalation.lint import OnCallFlaw
from sentinel.playbooks.playbook import CrisisType
from sentinel.requests.consultation import DelegatedAuthority, QuickAnswer
from sentinel.requests.priority import Priority
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestState
from sentinel.store.heard_mention import Standing
from sentinel.store.searched_words import WHY
from sentinel.tuning.question import Unanswered
from sentinel.web.api.heard import FORMATS
from sentinel.web.mention_query import CHOICES
from sentinel.web.pages import configuration, incident_list, mentions, models, oncall, requests, silences, what_if
from tests.web.test_phrases import own

BY_NAME = {
    "asked": {f"search_{key}" for key in WHY},
    "mentions": {f"said_{said}" for said in mentions.SAID}
    | {f"{name}_{each}" for name in ("kind", "standing", "last") for each in CHOICES[name]}
    | {f"heard_{standing}" for standing in Standing}
    | {f"as_{form}" for form in FORMATS},
    "incidents": {f"{name}_{each}" for name in ("state", "verdict") for each in incident_list.CHOICES[name]},
    "oncall": {f"said_{said}" for said in oncall.SAID}
    | {f"flaw_{flaw}" for flaw in OnCallFlaw} - {"flaw_gap"}
    | {"why_override", "why_swap"},
    "requests": {f"kind_{kind}" for kind in RequestKind}
    | {f"priority_{priority}" for priority in Priority}
    | {f"waiting_{priority}" for priority in requests.WAITING}
    | {f"held_{state}" for state in requests.HELD}
    | {f"{what}_{state}" for what in ("state", "do", "did") for state in RequestState}
    | {"do_kind", "did_kind"},
    "consultation": {f"quick_{quick}" for quick in QuickAnswer}
    | {f"suggest_{kind}" for kind in RequestKind}
    | {f"may_{authority}" for authority in DelegatedAuthority}
    | {f"{what}_{part}" for what in ("title", "body") for part in ("answered", "ask")}
    | {"title_remind", "title_overdue", "body_until", "body_answered_to", "brand_none"}
    | {"late_title_one", "late_title_many", "late_body_one", "late_body_many", "late_more"},
    "silences": {f"said_{said}" for said in silences.SAID} | {f"lasts_{length}" for length in silences.LENGTHS},
    "models": {f"said_{said}" for said in models.SAID},
    "settings": {f"said_{said}" for said in configuration.SAID}
    | {f"span_{days}" for days in what_if.SPANS}
    | {f"unanswered_{why}" for why in Unanswered}
    | {"field_watch", "field_alert", "field_crisis"},
    "playbooks": {f"type_{type_}" for type_ in CrisisType} | {f"language_{language}" for language in Language},
}
"""Keys that are put together from a sort and a name."""
FILES = (
    "board",
    "asked",
    "oncall",
    "silences",
    "campaigns",
    "models",
    "settings",
    "playbooks",
    "mentions",
    "incidents",
    "brand",
    "requests",
    "consultation",
)


@pytest.mark.parametrize("file", FILES)
def test_every_sentence_is_said(file: str) -> None:
    """By its name between quotes, in a template or in the pages' code."""
    folder = Path(str(files("sentinel.web")))
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (*folder.rglob("*.html"), *folder.rglob("*.py")))
    quoted = set(re.findall(rf"[\"'](?:{file}\.)?(\w+)[\"']", sources))
    made = BY_NAME.get(file, set())
    assert made <= own("en", file).keys()
    assert sorted(own("en", file).keys() - quoted - made) == []
