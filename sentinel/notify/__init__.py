"""Where data leaves: messages rendered, leased from the outbox, sent through pools of their own, and accounted for."""
