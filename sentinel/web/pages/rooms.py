"""The pages around the incident's own, in one table: what `server.py` serves beside incidents, phones and the API."""

from aiohttp import web

from sentinel.web.pages import (
    campaigns,
    configuration,
    models,
    oncall,
    oncall_acting,
    playbooks,
    silences,
    status,
    teach,
    wall,
    what_if,
)

ROUTES: tuple[web.RouteDef, ...] = (
    *status.ROUTES,
    *wall.ROUTES,
    *oncall.ROUTES,
    *oncall_acting.ROUTES,
    *silences.ROUTES,
    *campaigns.ROUTES,
    *playbooks.ROUTES,
    *models.ROUTES,
    *teach.ROUTES,
    *configuration.ROUTES,
    *what_if.ROUTES,
)
