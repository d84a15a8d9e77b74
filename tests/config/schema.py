"""JSON Schema of the configuration, built once a worker: a second, which some thirty tests would each take."""

from functools import cache

from jsonschema import Draft202012Validator

from sentinel.config.json_schema import json_schema


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(json_schema())
