"""What Sentinel says to people: sentences by key, one folder of YAML a language, the same keys in each."""
