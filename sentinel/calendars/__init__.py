"""Calendars of events, read from iCalendar files (RFC 5545) as they are found in the wild."""
