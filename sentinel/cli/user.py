"""``sentinel user``: what the configuration needs of a person who signs in."""

import sys

import typer

from sentinel.errors import BadInput
from sentinel.web.access.passwords import LONGEST, hash_password

app = typer.Typer(help="People who sign in to the pages: access.users of the configuration.", no_args_is_help=True)
SHORTEST = 8
"""Characters (NIST SP 800-63B); a longer one is worth more than an odd one."""


@app.callback()
def user() -> None:
    """People who sign in to the pages: access.users of the configuration."""


@app.command("hash")
def hash_() -> None:
    """Ask for a password (or read its one line from standard input) and print the hash for access.users."""
    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(f"the password has {len(password)} characters; give it {SHORTEST} to {LONGEST}")
    typer.echo(hash_password(password))
