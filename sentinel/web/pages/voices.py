"""The quoted voices with how the machine reads them, so that two taps can say that they mean something else."""

from dataclasses import dataclass
from hashlib import blake2b

from sentinel.incidents.incident import Incident
from sentinel.mention import Mention
from sentinel.sentiment.sentiment import Label
from sentinel.web.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceReading:
    """How the model reads a quoted voice, and where to say that it means something else."""

    voice: str
    said: Label
    address: str


def voice_of(mention: Mention) -> str:
    """A short name for a mention, safe in a form."""
    return blake2b("\x00".join(mention.key).encode(), digest_size=8).hexdigest()


def quoted(incident: Incident, voice: str) -> Mention | None:
    """The sample that a page quoted; the incident may quote others by now."""
    return next((each for each in incident.samples if voice_of(each) == voice), None)


def reading_of(ports: Ports, mention: Mention, address: str) -> VoiceReading:
    """What the serving model makes of it now."""
    said = ports.learning.serving.sentiment_of(mention.text, mention.lang).label
    return VoiceReading(voice=voice_of(mention), said=said, address=address)
