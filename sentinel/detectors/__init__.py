"""Detectors: how unusual a number is. River's verbs, `score_one` before `learn_one`; one algorithm a file."""
