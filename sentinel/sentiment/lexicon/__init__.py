"""Word lists with valence and role, one file a language, and what reads them; the features of the sentiment model look words up here."""

from sentinel.sentiment.lexicon.lexicon import Entry, Lexicon, Role, load_lexicon

__all__ = ["Entry", "Lexicon", "Role", "load_lexicon"]
