"""An incident as its row keeps it, also where an earlier version of Sentinel wrote it; every reader and writer of the
table goes through here.
"""

from typing import Any

import msgspec

from sentinel.incidents.incident import Incident

FORM = 2
"""Of the body. Form 1, which says no number, kept every detail in a flat field of its own."""
_MARK = b'{"form":%d,' % FORM
_decode = msgspec.json.Decoder(Incident).decode
_encode = msgspec.json.Encoder().encode


def write_incident(incident: Incident) -> bytes:
    """The body of an incident's row."""
    return _MARK + _encode(incident).removeprefix(b"{")


def read_incident(body: bytes) -> Incident:
    """The incident in a row.

    Raises
    ------
    msgspec.ValidationError
        For what no version wrote.
    """
    if body.startswith(_MARK):
        return _decode(body)
    flat = msgspec.json.decode(body, type=dict[str, Any])
    if (form := flat.get("form", 1)) != 1:
        raise msgspec.ValidationError(f"an incident of form {form}, which is newer than this version of Sentinel")
    return _decode(_encode(_grouped(flat)))


def _grouped(flat: dict[str, Any]) -> dict[str, Any]:
    """Form 1 as form 2.

    The oldest rows hold the pages that ring by contact alone. Which step they were of cannot be told, so they are let
    go of: the ladder climbs at its own pace, as it does for a page of which nothing is heard.
    """
    get, changed_at = flat.get, flat.get("updated_at")
    groups: dict[str, Any] = {
        "recurrence": {
            "reopened_at": get("reopenings", []),
            "flapping": get("flapping", False),
            "calm_since": get("calm_since"),
        },
        "updates": {"due_at": get("update_due"), "sent_at": get("updated_people_at")},
        "overruled": get("defied"),
    }
    if get("acknowledged_by") is not None:
        groups["acknowledgement"] = {
            "by": get("acknowledged_by"),
            "at": get("acknowledged_at") or changed_at,
            "until": get("acknowledged_until"),
            "reminded": get("reminded", False),
        }
    if get("snoozed_until") is not None:
        groups["snooze"] = {"by": get("snoozed_by"), "until": get("snoozed_until")}
    if get("resolved_at") is not None:
        groups["resolution"] = {
            "by": get("resolved_by"),
            "at": get("resolved_at"),
            "holds_at": get("resolved_level"),
        }
    if get("verdict") is not None:
        groups["judgement"] = {"verdict": get("verdict"), "by": get("judged_by"), "at": get("judged_at")}
    if get("replied_at") is not None:
        groups["reply"] = {"by": get("replied_by"), "at": get("replied_at")}
    if get("suppressed_by") is not None:
        groups["suppression"] = {"silence": get("suppressed_by"), "until": get("suppressed_until") or changed_at}
    ringing = get("ringing", [])
    if isinstance(ringing, list) and any(isinstance(each, str) for each in ringing):
        groups["ringing"] = [each for each in ringing if isinstance(each, dict)]
    return flat | groups
