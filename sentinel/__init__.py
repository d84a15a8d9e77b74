"""Sentinel: wakes the right person when a brand catches fire, and hands them what to say."""

__version__ = "0.1.0"
