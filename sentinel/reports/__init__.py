"""Reports for whoever was not there: an incident told afterwards, a brand's week and month.

No I/O; ``now`` is an argument.
"""
