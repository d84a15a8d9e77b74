"""The store: tables and the few things done with them. Everything Sentinel must not forget goes through here."""
