"""An incident as its row keeps it, also where an earlier version of Sentinel wrote it; every reader of the table
reads through here.
"""

from typing import Any

import msgspec

from sentinel.incidents.incident import Incident

_decode = msgspec.json.Decoder(Incident).decode


def read_incident(body: bytes) -> Incident:
    """The incident in a row.

    Version 3 of the store may hold the pages that ring by contact alone, without the rung. Which rung failed cannot be
    told of them any more, so they are let go of: the ladder climbs at its own pace, as it does for a page of which
    nothing is heard.

    Raises
    ------
    msgspec.ValidationError
        For what no version wrote.
    """
    try:
        return _decode(body)
    except msgspec.ValidationError:
        plain: dict[str, Any] = msgspec.json.decode(body)
        ringing = plain.get("ringing")
        if not isinstance(ringing, list) or all(isinstance(each, dict) for each in ringing):
            raise
        return _decode(msgspec.json.encode(plain | {"ringing": [each for each in ringing if isinstance(each, dict)]}))
