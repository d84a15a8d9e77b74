"""The quoted voices with how the machine reads them, so that two taps can say that they mean something else."""

from dataclasses import dataclass
from hashlib import blake2b

from sentinel.incidents.incident import Incident
from sentinel.mention import Mention
from sentinel.sentiment.sentiment import Label
from sentinel.web.ignoring import IgnorableAccount
from sentinel.web.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceReading:
    """How the model reads a quoted voice, and where to say that it means something else."""

    voice: str
    said: Label
    address: str
    account: str
    """Whom the page offers to ignore; empty where nobody is named, or who reads is asked elsewhere."""
    ignoring: str
    """Where that is posted to."""


def voice_of(mention: Mention) -> str:
    """A short name for a mention, safe in a form."""
    return blake2b("\x00".join(mention.key).encode(), digest_size=8).hexdigest()


def quoted(incident: Incident, voice: str) -> Mention | None:
    """The sample that a page quoted; the incident may quote others by now."""
    return next((each for each in incident.samples if voice_of(each) == voice), None)


def reading_of(ports: Ports, mention: Mention, address: str, ignoring: str = "") -> VoiceReading:
    """What the serving model makes of it now."""
    said = ports.learning.serving.sentiment_of(mention.text, mention.lang).label
    account = IgnorableAccount.of(mention) if ignoring else None
    return VoiceReading(
        voice=voice_of(mention),
        said=said,
        address=address,
        account=account.name if account is not None else "",
        ignoring=ignoring,
    )
