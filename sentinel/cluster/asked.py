"""What is asked of the owner of a partition, and its answer, as the store keeps them in between."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from sentinel.incidents.annotations import AccountIgnored, Annotation, Judgement, Note, Reply, Tick
from sentinel.incidents.change import Change
from sentinel.incidents.command import Command, Refusal, StepFailed
from sentinel.incidents.incident import Incident
from sentinel.scoring.level import Level

WAITS = timedelta(seconds=10)
"""For how long somebody waits for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDrill:
    """A drill of a brand."""

    brand: str
    level: Level
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksRenewed:
    """Links are signed under another secret: whoever was paged and may still take an incident is paged anew."""


AskedThing = Command | StepFailed | AskedDrill | Annotation
AskedOfOwner = AskedThing | LinksRenewed
"""Of one partition's owner, or of every one's."""
_KINDS: Mapping[str, type[AskedOfOwner]] = {
    "command": Command,
    "step_failed": StepFailed,
    "drill": AskedDrill,
    "note": Note,
    "reply": Reply,
    "tick": Tick,
    "judgement": Judgement,
    "account": AccountIgnored,
    "links_renewed": LinksRenewed,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


class _Kept(msgspec.Struct, frozen=True):
    kind: str
    body: msgspec.Raw


class CommandAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of it: a change, why there is none, or the incident that runs already; how many incidents were paged
    anew; nothing at all where there was nothing to do.
    """

    change: Change | None = None
    refusal: Refusal | None = None
    running: Incident | None = None
    paged: int = 0

    @property
    def value(self) -> Change | Refusal | Incident | None:
        """As whoever asks an engine gets it."""
        return self.change or self.refusal or self.running

    @classmethod
    def of(cls, value: Change | Refusal | Incident | None) -> "CommandAnswer":
        """Around what an engine gave."""
        match value:
            case Change():
                return cls(change=value)
            case Refusal():
                return cls(refusal=value)
            case _:
                return cls(running=value)


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Kept).decode
_decode_answer = msgspec.json.Decoder(CommandAnswer).decode


def write_asked(asked: AskedOfOwner) -> bytes:
    """As the store keeps it."""
    return _encode(_Kept(_NAMES[type(asked)], msgspec.Raw(_encode(asked))))


def read_asked(body: bytes) -> AskedOfOwner:
    """What is asked.

    Raises
    ------
    msgspec.MsgspecError
        For what no version wrote.
    """
    kept = _decode(body)
    if (kind := _KINDS.get(kept.kind)) is None:
        raise msgspec.ValidationError(f"nobody knows how to do {kept.kind!r}")
    return msgspec.json.decode(kept.body, type=kind)


def write_answer(answer: CommandAnswer) -> str:
    """As the store keeps it."""
    return _encode(answer).decode()


def read_answer(text: str) -> CommandAnswer:
    """What became of it."""
    return _decode_answer(text)
