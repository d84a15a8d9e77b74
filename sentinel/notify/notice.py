"""Notice about Sentinel itself: what it cannot see or write, a test, and that it is well again; about no incident."""

from sentinel.notify.base import Message, MessageKind, Urgency
from sentinel.notify.fit import MOST, fit
from sentinel.phrases.phrases import say

_OF_PAGES = frozenset(("test", "stale", "recovered"))
_GOOD_NEWS = frozenset(("recovered", "store_mended", "store_back", "self_test_well"))
_NOTICES = {
    "test": MessageKind.TEST,
    "self_test": MessageKind.PAGE,
    "stale": MessageKind.PAGE,
    "still_stale": MessageKind.PAGE,
    "store_failing": MessageKind.PAGE,
    "store_away": MessageKind.PAGE,
    "store_found": MessageKind.PAGE,
    "store_unopened": MessageKind.PAGE,
    "self_test_failed": MessageKind.PAGE,
}


def notice(language: str, key: str, **facts: object) -> Message:
    """A message that is about no incident, in the words of ``page.yaml`` or ``watch.yaml``.

    What blinds or mutes Sentinel is a page.
    """
    file = "page" if key in _OF_PAGES else "watch"
    urgency = Urgency.QUIET if key in _GOOD_NEWS else Urgency.ALERT
    title, body = (say(language, f"{file}.{part}_{key}", **facts) for part in ("title", "body"))
    return Message(
        kind=_NOTICES.get(key, MessageKind.UPDATE),
        urgency=urgency,
        language=language,
        title=title,
        body=fit(body, MOST),
    )
