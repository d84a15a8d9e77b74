"""The documentation site, from the files as they stand in a checkout: what MkDocs is told on the way (``make site``).

READMEs, changelog and the contributors' page become pages of it. A document may lead out of ``docs/``, to an example
or a playbook: what it leads to goes along as it is, so that no link ends in nothing. Pages in Spanish speak Spanish
around the text as well.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
PAGES = {
    "README.md": "index.md",
    "README.es.md": "es/index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
}
"""Documents outside ``docs/``, and where the site has them."""
ALONG = "files"
"""The site's folder of what documents lead to outside ``docs/``."""
_LINK = re.compile(r'(\]\(|(?:src|href)=")(?!https?:|mailto:|#)([^)"#\s]+)')


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Adds the documents from outside ``docs/``, and whatever any document leads to there."""
    for source, page in PAGES.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text(encoding="utf-8")))
    for file in list(files.documentation_pages()):
        here = _source_of(file.src_uri)
        for _, link in _LINK.findall(file.content_string):
            for target in _leads_to(_resolved(here, link)):
                if files.get_file_from_path(_on_site(target)) is None:
                    files.append(_along(config, target))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links as they stand in a checkout, turned into those of the site."""
    here, folder = _source_of(page.file.src_uri), posixpath.dirname(page.file.src_uri) or "."
    if page.file.src_uri.startswith(f"{ALONG}/"):
        return markdown
    return _LINK.sub(lambda found: found[1] + posixpath.relpath(_on_site(_resolved(here, found[2])), folder), markdown)


def on_page_context(context: dict[str, object], *, page: Page, config: MkDocsConfig, nav: object) -> dict[str, object]:
    """Search, contents and arrows in the page's own language."""
    config.theme["language"] = "es" if page.file.src_uri.startswith("es/") else "en"
    return context


def _source_of(page: str) -> str:
    """Where a page of the site stands in a checkout."""
    return next((source for source, inside in PAGES.items() if inside == page), f"docs/{page}")


def _on_site(target: str) -> str:
    """Where the site has a file or folder of a checkout; a playbook is shown as it is written."""
    if target in PAGES:
        return PAGES[target]
    if (ROOT / target).is_dir():
        return f"{ALONG}/{target}.md"
    if target.startswith("docs/"):
        return target.removeprefix("docs/")
    return f"{ALONG}/{target}.txt" if target.endswith(".md") else f"{ALONG}/{target}"


def _resolved(here: str, link: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(here), link))


def _leads_to(target: str) -> list[str]:
    """What goes along for a link: nothing, a file, or a folder with all that is in it."""
    if target.startswith("..") or target in PAGES or not (ROOT / target).exists():
        return []
    wanted = [target, *_inside(target)] if (ROOT / target).is_dir() else [target]
    return [each for each in wanted if not each.startswith("docs/") or (ROOT / each).is_dir()]


def _inside(folder: str) -> list[str]:
    found = (each for each in (ROOT / folder).rglob("*") if each.is_file() and "__pycache__" not in each.parts)
    return sorted(each.relative_to(ROOT).as_posix() for each in found)


def _along(config: MkDocsConfig, target: str) -> File:
    """A file as it is; a folder as the list of what is in it."""
    place = _on_site(target)
    if not (ROOT / target).is_dir():
        return File.generated(config, place, abs_src_path=str(ROOT / target))
    rows = "\n".join(
        f"* [{each.removeprefix(target + '/')}]({posixpath.relpath(_on_site(each), posixpath.dirname(place))})"
        for each in _inside(target)
    )
    return File.generated(config, place, content=f"# {target}\n\n{rows}\n", inclusion=InclusionLevel.NOT_IN_NAV)
