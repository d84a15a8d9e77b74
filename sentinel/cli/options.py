"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

ConfigFile = Annotated[Path, typer.Option("-c", "--config", metavar="FILE", envvar="SENTINEL_CONFIG", help="Configuration file.")]
