"""Word lists with valence and role, a folder a language, and what reads them; the features look words up here."""

from sentinel.sentiment.lexicon.lexicon import (
    GAP,
    NEAR,
    WIDEST_GAP,
    MoodLexicon,
    SetPhrase,
    WordRole,
    WordWorth,
    fold,
    load_lexicon,
)

__all__ = [
    "GAP",
    "NEAR",
    "WIDEST_GAP",
    "MoodLexicon",
    "SetPhrase",
    "WordRole",
    "WordWorth",
    "fold",
    "load_lexicon",
]
