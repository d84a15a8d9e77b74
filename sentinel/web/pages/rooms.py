"""Every page in one table: what people see and press; what programs ask is in ``web/endpoints.py``."""

from aiohttp import web

from sentinel.incidents.command import Action
from sentinel.web.pages import (
    acting,
    annotating,
    assets,
    audit,
    campaigns,
    configuration,
    incident,
    login,
    models,
    oncall,
    oncall_acting,
    persons,
    phone_acting,
    phone_annotating,
    playbooks,
    reports,
    silences,
    status,
    teach,
    wall,
    what_if,
)

PAGES: tuple[web.RouteDef, ...] = (
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
    web.get("/incidents/{id}", incident.get_incident_page),
    web.get("/fragments/incidents/{id}", incident.get_incident_fragment),
    web.post(f"/incidents/{{id}}/{{action:{'|'.join(Action)}}}", acting.post_form),
    *phone_acting.ROUTES,
    *login.ROUTES,
    *audit.ROUTES,
    *persons.ROUTES,
    *annotating.ROUTES,
    *phone_annotating.ROUTES,
    *reports.ROUTES,
    web.get("/static/{name}", assets.get_asset),
)
