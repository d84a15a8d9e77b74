"""An incident's checklist: the playbook's items with who ticked them; shared by API and pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from sentinel.incidents.incident import Incident
from sentinel.playbooks.checklist import Item, items
from sentinel.playbooks.render import Rendered
from sentinel.store.annotations import Ticked
from sentinel.web.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """``rendered`` is the playbook it was read from; its check boxes are ``items``, in order."""

    rendered: Rendered
    items: tuple[Item, ...]
    ticked: Mapping[str, Ticked]

    def item(self, key: str) -> Item | None:
        """The item of that name."""
        return next((each for each in self.items if each.key == key), None)


async def checklist_of(ports: Ports, incident: Incident, language: str) -> Checklist | None:
    """In a reader's language; ``None`` without a playbook."""
    rendered = ports.playbook(incident, language)
    if rendered is None:
        return None
    shared = ports.config().language.value
    team = ports.playbook(incident, shared) if language != shared else None
    ticked = {each.item: each for each in await ports.annotations.ticked(incident.id)}
    return Checklist(rendered=rendered, items=items(rendered, team), ticked=ticked)
