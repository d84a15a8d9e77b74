"""The self-check: what is wrong with the daemon itself, who is told, the heartbeat to the outside, the page that tests
the way.
"""
