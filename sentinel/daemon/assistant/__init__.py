"""Assistant: a language model that phrases what people said; beside the fold, and in nobody's way."""
