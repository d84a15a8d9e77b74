"""The JSON Schema of the whole configuration file, for editors: sources by their type, values that may come from
outside the file.
"""

import json
import re
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from sentinel.config.schema import MOST_WEIGHT, Config, Store
from sentinel.config.source_settings import ConfiguredSource, SourceSettings
from sentinel.config.units import format_duration
from sentinel.notify.base import Notifier
from sentinel.registry import discover
from sentinel.signals.base import Signal

Node = dict[str, Any]
_REFERENCE: Node = {
    "type": "string",
    "pattern": r"\$\{[A-Za-z_]",
    "description": "Taken from the environment: ${NAME} or ${NAME:-default}.",
}
_OR_REFERENCE: Node = {"$ref": "#/$defs/Reference"}
_ISO_DURATION = re.compile(r"P(?=[0-9T])[0-9.DHMST]+")
"""Pydantic's form of a duration, which is not ours."""
_OF_THE_KEY = ("description", "default", "examples")


def json_schema() -> Node:
    """The schema as plain values (JSON Schema 2020-12)."""
    schema = Config.model_json_schema(mode="validation")
    definitions: Node = schema["$defs"]
    choices: Node = {}
    for name, plugin in discover("sentinel.sources", ConfiguredSource).items():
        node = plugin.settings_model.model_json_schema(mode="validation")
        definitions |= node.pop("$defs", {})
        node["properties"]["type"] = {"const": name, "description": "What kind of source this is."}
        definitions[f"Source_{name}"] = node
        choices[name] = {"$ref": f"#/$defs/Source_{name}"}
    del definitions[SourceSettings.__name__]
    definitions["Store"]["properties"]["url"]["default"] = Store().url.get_secret_value()
    schema["properties"]["sources"]["additionalProperties"] = _by_type(choices)
    definitions["Weights"] = _weights()
    definitions["Scoring"]["properties"]["weights"] |= {"$ref": "#/$defs/Weights"}
    del definitions["Scoring"]["properties"]["weights"]["additionalProperties"]
    definitions["ContactSettings"]["properties"]["channels"]["examples"] = [_channels()]
    enums = {f"#/$defs/{name}" for name, node in definitions.items() if "enum" in node}
    for node in (schema, *definitions.values()):
        _from_outside(node, enums)
    definitions["Reference"] = _REFERENCE
    schema["patternProperties"] = {"^x-": {"description": "Yours: a place for anchors, which is not read."}}
    schema["required"].remove("brands")  # they may stand in included files
    if not schema["required"]:
        del schema["required"]
    schema["anyOf"] = [{"required": ["brands"]}, {"required": ["include"]}]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Sentinel configuration"}


def json_schema_text() -> str:
    """As it is committed."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _weights() -> Node:
    """Every signal, and nothing else."""
    node = {"type": "number", "minimum": 0, "maximum": MOST_WEIGHT, "default": 1.0}
    signals = discover("sentinel.signals", Signal).items()
    told = {name: {**node, "description": (plugin.__doc__ or "").partition("\n\n")[0]} for name, plugin in signals}
    return {"type": "object", "properties": told, "additionalProperties": False}


def _channels() -> list[str]:
    """One of each notifier's."""
    plugins = discover("sentinel.notify", Notifier).values()
    return [plugin.example.format(host="host.example", secret="SECRET") for plugin in plugins]


def _by_type(choices: Node) -> Node:
    """One of several, told apart by `type`: an editor then complains of the one that is meant."""
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": list(choices)}},
        "allOf": [{"if": {"properties": {"type": {"const": name}}}, "then": ref} for name, ref in choices.items()],
    }


def _from_outside(node: Node, enums: set[str]) -> None:
    """What is no text may be ``${NAME}`` all the same, and what is secret may stand in a file, so that it need not
    stand here.
    """
    properties: Node = node.get("properties", {})
    for name, each in list(properties.items()):
        each.pop("title", None)
        if "description" in each:
            each["description"] = " ".join(each["description"].split())
        _show_default(each)
        properties[name] = _or_reference(each, enums)
        if not _is_secret(each):
            continue
        one_a_line = ", one a line" if each.get("type") == "array" else ""
        properties[f"{name}_file"] = {
            "type": "string",
            "description": f"A file with the {name}{one_a_line}, instead of writing it here.",
        }
        either: Node = {"not": {"required": [name, f"{name}_file"]}}
        if name in node.get("required", []):
            node["required"].remove(name)
            either = {"oneOf": [{"required": [name]}, {"required": [f"{name}_file"]}]}
        node.setdefault("allOf", []).append(either)
    if not node.get("required", ["any"]):
        del node["required"]


def _show_default(node: Node) -> None:
    """As it would be written; a part's defaults are shown key by key only, where its secrets are not asterisks."""
    default = node.get("default")
    if isinstance(default, dict):
        del node["default"]
    elif isinstance(default, str) and _ISO_DURATION.fullmatch(default):
        node["default"] = format_duration(TypeAdapter(timedelta).validate_python(default))


def _or_reference(node: Node, enums: set[str]) -> Node:
    """``node``, or a reference where text would not do; inside lists and mappings too."""
    for inside in ("items", "additionalProperties"):
        if isinstance(node.get(inside), dict):
            node[inside] = _or_reference(node[inside], enums)
    if not _refuses_text(node, enums):
        return node
    own = {key: value for key, value in node.items() if key in _OF_THE_KEY}
    rest = {key: value for key, value in node.items() if key not in _OF_THE_KEY}
    return {**own, "anyOf": [*rest.get("anyOf", [rest]), _OR_REFERENCE]}


def _refuses_text(node: Node, enums: set[str]) -> bool:
    if "anyOf" in node:
        return any(_refuses_text(each, enums) for each in node["anyOf"])
    return (
        node.get("type") in ("integer", "number", "boolean")
        or "enum" in node
        or "pattern" in node
        or node.get("$ref") in enums
    )


def _is_secret(node: Node) -> bool:
    inside = [node, node.get("items"), *node.get("anyOf", [])]
    return any(isinstance(each, dict) and each.get("format") == "password" for each in inside)
