"""stub"""
commands = []
