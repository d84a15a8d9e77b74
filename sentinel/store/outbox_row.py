"""One row of the outbox: a decided message as columns, and back."""

import msgspec
from sqlalchemy import Row

from sentinel.notify.base import Button, Delivery, Message, MessageKind, Urgency
from sentinel.notify.enclosure import Enclosed
from sentinel.store.schema import from_micros, to_micros
from sentinel.store.standing import Standing, queued

_buttons = msgspec.json.Decoder(tuple[Button, ...]).decode
_enclosed = msgspec.json.Decoder(Enclosed).decode


def row_of(delivery: Delivery) -> dict[str, object]:
    """A decided message as a row that was never tried."""
    message = delivery.message
    return {
        "key": delivery.key,
        "incident": delivery.incident,
        "epoch": delivery.epoch,
        "step": delivery.step,
        "round": delivery.round,
        "contact": delivery.contact,
        "kind": message.kind.value,
        "urgency": message.urgency.value,
        "language": message.language,
        "title": message.title,
        "body": message.body,
        "link": message.link,
        "brief": message.brief,
        "buttons": msgspec.json.encode(message.buttons) if message.buttons else None,
        "encloses": msgspec.json.encode(message.encloses).decode() if message.encloses else None,
        "created_at": to_micros(delivery.created_at),
        "tipped_at": to_micros(delivery.tipped_at) if delivery.tipped_at else None,
    } | values_of(queued(delivery))


def values_of(standing: Standing) -> dict[str, object]:
    """The columns that sends change."""
    return {
        "state": standing.state.value,
        "channel": standing.channel,
        "attempts": standing.attempts,
        "ambiguous": standing.ambiguous,
        "not_before": to_micros(standing.not_before),
        "done_at": to_micros(standing.done_at) if standing.done_at else None,
        "detail": standing.detail,
        "receipt": standing.receipt,
    }


def delivery_of(row: Row[tuple[object, ...]]) -> Delivery:
    """The message that a row keeps."""
    return Delivery(
        id=row.id,
        key=row.key,
        incident=row.incident,
        epoch=row.epoch,
        step=row.step,
        round=row.round,
        contact=row.contact,
        message=Message(
            kind=MessageKind(row.kind),
            urgency=Urgency(row.urgency),
            language=row.language,
            title=row.title,
            body=row.body,
            link=row.link,
            brief=row.brief or "",
            buttons=_buttons(row.buttons) if row.buttons else (),
            encloses=_enclosed(row.encloses) if row.encloses else None,
        ),
        channel=row.channel,
        attempts=row.attempts,
        ambiguous=bool(row.ambiguous),
        created_at=from_micros(row.created_at),
        tipped_at=from_micros(row.tipped_at) if row.tipped_at is not None else None,
        waited=bool(row.not_before > row.created_at and not (row.attempts or row.channel or row.ambiguous)),
    )
