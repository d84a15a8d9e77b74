"""The assembly: builds every object from the configuration and connects the rooms.

The only room that knows all of them.
"""
