"""Messages: an incident or an alert in words for one person."""
