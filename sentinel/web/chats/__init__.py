"""Chats that tell Sentinel when somebody presses a button in one of its messages."""
