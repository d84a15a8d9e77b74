"""Says something of an incident on behalf of a program or a person, and puts a refusal into facts; shared by API and
pages.
"""

from sentinel.errors import NoSuchIncident
from sentinel.incidents.annotations import Annotation, Judgement
from sentinel.incidents.command import Refusal
from sentinel.incidents.incident import Incident
from sentinel.playbooks.escape import web_address
from sentinel.web.acting import Declined
from sentinel.web.ports.ports import Ports

DID = {
    "note": "incident.did_note",
    "replied": "incident.did_reply",
    "verdict": "incident.did_verdict",
    "tick": "incident.did_tick",
}
"""What is said, and what the audit log calls that."""
LONGEST_NOTE = 2000
LONGEST_LINK = 1000


async def say(ports: Ports, annotation: Annotation) -> Incident | Declined[Incident]:
    """Returns once it is on disk.

    Raises
    ------
    NoSuchIncident
        For an id that nobody knows.
    StoreFailing
        When it cannot be written; then it was not said.
    """
    answer = await ports.annotations.say(annotation)
    if not isinstance(answer, Refusal):
        if isinstance(annotation, Judgement) and answer.timeline and not answer.incident.drill:
            ports.metrics.verdict(answer.incident.brand, annotation.verdict)
        return answer.incident
    now = await ports.incidents.get(annotation.incident)
    if now is None:
        raise NoSuchIncident(annotation.incident)
    reply = now.reply if answer is Refusal.ALREADY_REPLIED else None
    return Declined(refusal=answer, incident=now, by=reply.by if reply else None, at=reply.at if reply else None)


def link_of(text: str | None) -> str | None:
    """A link that somebody typed, as it may be shown: http or https, else ``None``."""
    return web_address(text) if text and len(text) <= LONGEST_LINK else None
