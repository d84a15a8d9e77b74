"""Watches the watcher: the round that mends and tells, the heartbeat to the outside, the page that tests itself."""
