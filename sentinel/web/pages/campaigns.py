"""``/campaigns``: the calendar of what will be talked about anyway, as the configuration has it: what runs now, what
comes, what was.
"""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from sentinel.config.campaigns import CampaignSettings
from sentinel.escalation.wall import ends_at, starts_at
from sentinel.web.access.visible import ports_of
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import words_for

MOST_OVER = 30
MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignLine:
    """One campaign, with its ends as instants and how far it has come, in per cent."""

    campaign: CampaignSettings
    starts_at: datetime
    ends_at: datetime
    come: float


async def get_campaigns(request: web.Request) -> web.Response:
    """The page; what stands in the file is changed there."""
    words, config = words_for(request), ports_of(request).config()
    lines = []
    for each in config.campaigns:
        begins, ends = starts_at(each.span[0], config.zone), ends_at(each.span[1], config.zone)
        come = min(1.0, max(0.0, (words.now - begins) / (ends - begins)))
        lines.append(CampaignLine(campaign=each, starts_at=begins, ends_at=ends, come=round(100 * come, 1)))
    lines.sort(key=lambda each: each.starts_at)
    over = [each for each in reversed(lines) if each.ends_at <= words.now]
    return page(
        request,
        "campaigns.html",
        words,
        title=words.said("campaigns.title"),
        s=words.sayer("campaigns"),
        any=bool(lines),
        running=[each for each in lines if each.starts_at <= words.now < each.ends_at][:MOST],
        coming=[each for each in lines if each.starts_at > words.now][:MOST],
        over=over[:MOST_OVER],
    )


ROUTES: tuple[web.RouteDef, ...] = (web.get("/campaigns", get_campaigns),)
