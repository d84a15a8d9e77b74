"""YAML by libyaml where PyYAML was built with it, ten times faster: for files that ship, or are looked at more closely
when they turn out to be faulty.
"""

from typing import Any

import yaml

LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """Plain values.

    Examples
    --------
    >>> read_yaml("brands: [{name: Acme}]")
    {'brands': [{'name': 'Acme'}]}
    """
    return yaml.load(text, LOADER)  # noqa: S506  # either one is safe


def read_yaml_node(text: str) -> tuple[yaml.Node | None, Any]:
    """The node that a text is, with its positions, and the values that it stands for."""
    loader = LOADER(text)
    try:
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()
