"""Templates of brands: what a brand of a template leaves out stands in the template."""

from sentinel.config.explain import unknown
from sentinel.config.tree import Key, Plain, Tree


def fill_from_templates(tree: Tree) -> None:
    """Give each brand that names a template what it leaves out itself: keys and values are merged at every depth, lists
    and all else of the brand's own win.
    """
    assert isinstance(tree.value, dict)
    brands, templates = tree.value.get("brands"), tree.value.get("templates", {})
    if not isinstance(brands, list) or not isinstance(templates, dict):
        return  # said by the schema
    for index, brand in enumerate(brands):
        name = brand.get("template") if isinstance(brand, dict) else None
        if not isinstance(brand, dict) or not isinstance(name, str):
            continue
        template = templates.get(name)
        if name not in templates:
            tree.problems.append((("brands", index, "template"), unknown(name, templates, "template")))
            tree.spoiled |= {("brands", index, "policy")} - {("brands", index, key) for key in brand}
        elif isinstance(template, dict):
            brands[index] = _filled(tree, brand, template, ("brands", index), ("templates", name))


def _filled(tree: Tree, own: dict[str, Plain], given: dict[str, Plain], place: Key, origin: Key) -> dict[str, Plain]:
    out = dict(own)
    for key, value in given.items():
        mine = own.get(key)
        if key not in own:
            out[key] = value
            tree.origins[*place, key] = (tree, (*origin, key))
        elif isinstance(mine, dict) and isinstance(value, dict):
            out[key] = _filled(tree, mine, value, (*place, key), (*origin, key))
    return out
