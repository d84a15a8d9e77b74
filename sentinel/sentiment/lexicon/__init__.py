"""Word lists with valence and role, a folder a language, and what reads them; the features of the sentiment model look
words up here.
"""

from sentinel.sentiment.lexicon.lexicon import Entry, Lexicon, Phrase, Role, fold, load_lexicon

__all__ = ["Entry", "Lexicon", "Phrase", "Role", "fold", "load_lexicon"]
