"""Labelled texts, written for this project, that the request classifier is trained on before it is shipped."""
