"""What to do and say: playbooks in Markdown, chosen with evidence, filled with the incident's facts; a person
decides.
"""
