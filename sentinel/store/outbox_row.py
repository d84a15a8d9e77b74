"""One row of the outbox: a decided message as columns, and back."""

from dataclasses import replace

import msgspec
from sqlalchemy import Row

from sentinel.notify.base import Button, Delivery, Message, MessageKind, Urgency
from sentinel.notify.channel_tries import ChannelTries
from sentinel.notify.enclosure import Enclosed
from sentinel.notify.progress import Progress, queued
from sentinel.store.schema import from_micros, to_micros

_buttons = msgspec.json.Decoder(tuple[Button, ...]).decode
_tries = msgspec.json.Decoder(tuple[ChannelTries, ...]).decode
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
        "rank": delivery.rank,
        "created_at": to_micros(delivery.created_at),
        "tipped_at": to_micros(delivery.tipped_at) if delivery.tipped_at else None,
    } | values_of(queued(delivery))


def values_of(progress: Progress) -> dict[str, object]:
    """The columns that sends change."""
    return {
        "state": progress.state.value,
        "channel": progress.channel,
        "attempts": progress.attempts,
        "ambiguous": progress.ambiguous,
        "tries": msgspec.json.encode(progress.tries).decode() if progress.tries else None,
        "not_before": to_micros(progress.not_before),
        "done_at": to_micros(progress.done_at) if progress.done_at else None,
        "detail": progress.detail,
        "receipt": progress.receipt,
    }


def delivery_of(row: Row[tuple[object, ...]]) -> Delivery:
    """The message that a row keeps."""
    delivery = Delivery(
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
        tries=_tries(row.tries) if row.tries else (),
        owner_epoch=row.owner_epoch,
    )
    return replace(delivery, waited=bool(row.not_before > row.created_at and not delivery.tried))
