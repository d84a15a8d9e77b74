"""The JSON Schema of the whole configuration file, for editors: sources by their type, values that may come from a file."""

import json
from typing import Any

from sentinel.config.schema import Config, SourceSettings
from sentinel.config.secrets import LISTS
from sentinel.registry import discover
from sentinel.sources.base import Source

Node = dict[str, Any]
TITLE = "Sentinel configuration"


def json_schema() -> Node:
    """The schema as plain values (JSON Schema 2020-12)."""
    schema = Config.model_json_schema(mode="validation")
    definitions: Node = schema["$defs"]
    plugins = {name: plugin.settings_model for name, plugin in discover("sentinel.sources", Source).items()}
    choices = []
    for name, model in plugins.items():
        node = model.model_json_schema(mode="validation")
        definitions |= node.pop("$defs", {})
        node["properties"]["type"] = {"const": name, "description": "What kind of source this is."}
        definitions[f"Source_{name}"] = node
        choices.append({"$ref": f"#/$defs/Source_{name}"})
    definitions.pop(SourceSettings.__name__, None)
    schema["properties"]["sources"]["additionalProperties"] = {"oneOf": choices}
    for node in (schema, *definitions.values()):
        _from_files(node)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": TITLE} | {k: v for k, v in schema.items() if k != "title"}


def json_schema_text() -> str:
    """As it is committed."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _from_files(node: Node) -> None:
    """Lists of secrets may be read from a file instead: then they are not required."""
    properties: Node = node.get("properties", {})
    for name in [each for each in properties if each in LISTS]:
        properties[f"{name}_file"] = {
            "type": "string",
            "description": f"A file with one of the {name} a line, instead of writing them here.",
        }
        if name in node.get("required", []):
            node["required"] = [each for each in node["required"] if each != name]
            node["anyOf"] = [{"required": [name]}, {"required": [f"{name}_file"]}]
    if not node.get("required", ["x"]):
        del node["required"]
