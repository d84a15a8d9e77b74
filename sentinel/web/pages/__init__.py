"""Pages for people: each turns the board or an incident into words and hands them to a template."""
