"""Incidents: what is wrong with a brand, from the first sign to the end. A step of the core: values in, values out."""
