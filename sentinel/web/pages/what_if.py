"""``/config/what-if``: other thresholds and weights for a brand, tried over the stored history, and the lines to paste
if they please.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import yaml
from aiohttp import web

from sentinel.config.schema import Config
from sentinel.registry import discover
from sentinel.scoring.thresholds import Thresholds
from sentinel.signals.base import Signal
from sentinel.tuning.question import ScoringResult, Unanswered, WhatIfAnswer
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, visitor_of
from sentinel.web.http.form import read_form
from sentinel.web.pages.asked import Fields, Unclear, one_of
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import Words, words_for

PATH = "/config/what-if"
SPANS = {"1": timedelta(days=1), "7": timedelta(days=7), "30": timedelta(days=30)}
USUAL = "7"
MOST_SIGNALS = 14
"""Fields that a form has room for beside the others."""
HEAVIEST = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfForm:
    """How the form begins: the brand's present thresholds, and the present weight of each signal."""

    brands: list[str]
    brand: str
    thresholds: dict[str, float]
    weights: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What somebody tried: the answer, and the YAML that makes it so."""

    answer: WhatIfAnswer
    rows: list[tuple[str, ScoringResult]]
    lines: str


async def get_what_if(request: web.Request) -> web.Response:
    """The form with the present figures of a brand."""
    words = words_for(request)
    if not visitor_of(request).may(Role.ADMIN):
        return _page(request, words, None, status=403)
    return _page(request, words, present_form(ports_of(request).config(), request.query.get("brand", "")))


async def post_what_if(request: web.Request) -> web.Response:
    """Try it; the page comes when the answer is there, or its time is up."""
    _, fields = await read_form(request, Role.ADMIN)
    ports, words = ports_of(request), words_for(request)
    config = ports.config()
    form = present_form(config, fields.get("brand", ""))
    try:
        brand = one_of(fields, "brand", form.brands)
        span = SPANS[one_of(fields, "span", SPANS)]
        thresholds = _thresholds(fields)
        weights = {
            name: weight
            for name in form.weights
            if (weight := _figure(fields, f"weight_{name}", HEAVIEST)) != form.weights[name]
        }
    except Unclear as unclear:
        return _page(request, words, form, fields=fields, notice=unclear.said(words), status=unclear.status)
    note(request, what="settings.what_if", about=brand)
    answer = await ports.what_if(brand, thresholds, weights, span)
    if isinstance(answer, Unanswered):
        return _page(
            request, words, form, fields=fields, notice=words.said(f"settings.unanswered_{answer}"), status=503
        )
    rows = [("row_now", answer.now), ("row_other", answer.other)]
    tried = Tried(answer=answer, rows=rows, lines=_lines(brand, thresholds, config.scoring.weights, weights))
    return _page(request, words, form, fields=fields, tried=tried)


def present_form(config: Config, brand: str = "") -> WhatIfForm:
    """The form for a brand, or for the first one."""
    names = [each.name for each in config.brands]
    chosen = brand if brand in names else names[0]
    levels = config.thresholds_of(chosen)
    return WhatIfForm(
        brands=names,
        brand=chosen,
        thresholds={level.value: score for level, score in levels.steps},
        weights={name: config.scoring.weights.get(name, 1.0) for name in _signals()},
    )


@cache
def _signals() -> tuple[str, ...]:
    return tuple(discover("sentinel.signals", Signal))[:MOST_SIGNALS]


def _thresholds(fields: Fields) -> Thresholds:
    figures = [_figure(fields, level, 100.0) for level, _ in Thresholds().steps]
    try:
        return Thresholds(*figures)
    except ValueError:
        raise Unclear("thresholds_rise") from None


def _figure(fields: Fields, name: str, most: float) -> float:
    """A number from 0 on; a decimal comma counts as well."""
    text = fields.get(name, "").strip().replace(",", ".")
    try:
        found = float(text)
    except ValueError:
        raise Unclear("no_figure", value=text[:40], most=most) from None
    if not (math.isfinite(found) and 0 <= found <= most):
        raise Unclear("no_figure", value=text[:40], most=most)
    return found


def _lines(brand: str, thresholds: Thresholds, before: Mapping[str, float], weights: Mapping[str, float]) -> str:
    """To paste into the configuration; weights count for every brand."""
    levels = {level.value: _short(score) for level, score in thresholds.steps}
    told: dict[str, object] = {"brands": [{"name": brand, "thresholds": levels}]}
    if weights:
        told["scoring"] = {"weights": {name: _short(weight) for name, weight in {**before, **weights}.items()}}
    return str(yaml.safe_dump(told, sort_keys=False, allow_unicode=True, default_flow_style=None, width=120)).strip()


def _short(value: float) -> float:
    return int(value) if value == int(value) else value


def _page(
    request: web.Request,
    words: Words,
    form: WhatIfForm | None,
    *,
    fields: Fields | None = None,
    tried: Tried | None = None,
    notice: str | None = None,
    status: int = 200,
) -> web.Response:
    return page(
        request,
        "what_if.html",
        words,
        title=words.said("settings.what_if"),
        status=status,
        form=form,
        fields=fields or {},
        tried=tried,
        s=words.sayer("settings"),
        a=words.sayer("asked"),
        notice=notice,
        failed=status >= 400,
        spans=list(SPANS),
        usual=USUAL,
    )


ROUTES: tuple[web.RouteDef, ...] = (web.get(PATH, get_what_if), web.post(PATH, post_what_if))
