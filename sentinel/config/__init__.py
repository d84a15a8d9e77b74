"""The configuration: what a person writes in YAML, checked once and frozen.

Read by ``assembly/`` and ``cli/``, which hand the parts on.
"""
