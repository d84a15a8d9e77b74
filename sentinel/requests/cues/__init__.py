"""Cues: words and phrases of each language that show what a text asks for; text files, a line ``name: words``."""
