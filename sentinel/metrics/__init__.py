"""Metrics by what they are about, and the table that keeps thousands of series cheap; ``metrics.py`` puts them
together.
"""
