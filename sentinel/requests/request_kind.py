"""Request kind: what a text asks of the brand."""

from enum import StrEnum


class RequestKind(StrEnum):
    """The eight kinds."""

    COMPLAINT = "complaint"
    """Something went wrong, and whoever writes wants it put right, or known."""
    QUESTION = "question"
    """Somebody wants to know something."""
    HELP = "help"
    """Somebody is stuck and wants something done in their own case."""
    PRAISE = "praise"
    """Thanks, or a compliment."""
    IDEA = "idea"
    """A wish, a proposal, a feature that is missed."""
    NEWS = "news"
    """An event about the brand is told or passed on."""
    ABUSE = "abuse"
    """Insult or threat, with nothing in it that could be acted on."""
    NONE = "none"
    """The brand is named, and nothing is asked."""
