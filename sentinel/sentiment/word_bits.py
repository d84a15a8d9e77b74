"""Word bits: those of a word's bits that tell how it weighs upon the words around it, as plain integers.

Arithmetic on members of `WordRole` and `TokenKind` would cost more than all the rest of adding words up.
"""

from typing import Final

from sentinel.sentiment.lexicon import WordRole
from sentinel.sentiment.words import TokenKind

NEGATOR: Final = int(WordRole.NEGATOR)
INTENSIFIER: Final = int(WordRole.INTENSIFIER)
CONTRAST: Final = int(WordRole.CONTRAST)
ENDS_SCOPE: Final = int(TokenKind.STOP) | CONTRAST
EMOJI: Final = int(TokenKind.EMOJI)
IRONY, THANKS = int(WordRole.IRONY), int(WordRole.THANKS)
PHRASE: Final = int(TokenKind.PHRASE)
SEALED: Final = int(TokenKind.SEALED)
OWED, AWAITS, RESCUE, SWING = int(WordRole.OWED), int(WordRole.AWAITS), int(WordRole.RESCUE), int(WordRole.SWING)
SPECIAL: Final = OWED | RESCUE | SWING
TROUBLE: Final = (
    int(WordRole.TROUBLE) | int(WordRole.REPEAT) | int(WordRole.SPAN) | int(WordRole.AWAITS) | int(WordRole.CRISIS)
)
DENIES: Final = NEGATOR | AWAITS
MOCKS: Final = IRONY | THANKS
"""Words that open sarcasm as often as praise: what follows them decides."""
HARMS: Final = int(WordRole.TROUBLE) | int(WordRole.REPEAT)
MARKS: Final = ENDS_SCOPE | DENIES | IRONY | THANKS
COUNTS_FOR_ITSELF: Final = NEGATOR | PHRASE
"""Bits that tell whether a word's valence counts: that of a negator does not, unless it closes a set phrase."""
