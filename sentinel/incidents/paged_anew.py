"""Pages anew: when the links in pages so far stop working, whoever was paged and may still take the incident gets a
page with a link that works, once.
"""

from datetime import datetime

from sentinel.incidents.change import Change
from sentinel.incidents.climbing import finish
from sentinel.incidents.draft import ChangeDraft
from sentinel.incidents.incident import Incident, OpenPage, State
from sentinel.incidents.notices import page_again
from sentinel.incidents.rules import Rules
from sentinel.incidents.timeline import What, Why


def paged_anew(incident: Incident, rules: Rules, now: datetime) -> Change | None:
    """A new epoch, so that pages which still wait do not go out with the old link, and a page to everybody told so far.

    Nothing where nobody may be paged now: somebody has it, it is snoozed or silenced, or its level pages nobody.
    """
    waits = incident.state is State.OPEN and incident.snooze is None and incident.suppression is None
    if not waits or not incident.told or incident.policy.ladder(incident.level) is None:
        return None
    draft = ChangeDraft(incident, now)
    draft.void_promises()
    draft.tip(None)  # no page of this change is measured against a mention
    draft.note(What.LINKS_RENEWED, Why.SECRETS)
    draft.set_ringing(())
    rang = {ring.contact: ring for ring in incident.ringing}
    for contact in incident.told:
        if contact in rules.contacts:
            page_again(draft, rules, rang.get(contact, OpenPage(contact, 1, 0)))
    still = {ring.contact for ring in draft.incident.ringing}
    draft.set_ringing(tuple(ring for ring in incident.ringing if ring.contact in still))
    finish(draft, rules)
    return draft.done()
