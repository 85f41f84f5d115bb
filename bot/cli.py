"""Every command of `python -m bot`. Words here are for operators, in English.

Heavy things are imported inside the command that needs them: `--help` answers at once.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from bot import clock
from bot.errors import Misconfigured, Refusal
from bot.settings import Settings

app = typer.Typer(
    help="债权通: claims, status and offers for creditors, on web chat and Telegram.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
imports = typer.Typer(help="Bring in registers and offers from files.", no_args_is_help=True)
claims = typer.Typer(help="Look at claims and decide them.", no_args_is_help=True)
offers = typer.Typer(help="Publish offers and take them back.", no_args_is_help=True)
tickets = typer.Typer(help="Answer people.", no_args_is_help=True)
keys = typer.Typer(help="Data keys.", no_args_is_help=True)
app.add_typer(imports, name="import")
app.add_typer(claims, name="claims")
app.add_typer(offers, name="offers")
app.add_typer(tickets, name="tickets")
app.add_typer(keys, name="keys")

T = TypeVar("T")
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON object, for scripts.")]
By = Annotated[str, typer.Option("--by", help="Your name, as it will stand in the signed ledger.", envvar="OPERATOR")]


def main() -> None:
    """Run a command; a wrong setting ends it with one clear line and exit code 2."""
    try:
        app()
    except Misconfigured as wrong:
        typer.secho(f"cannot start: {wrong}", fg="red", err=True)
        sys.exit(2)


def _say(words: str) -> None:
    typer.echo(words)


def _fail(words: str, code: int = 1) -> typer.Exit:
    typer.secho(words, fg="red", err=True)
    return typer.Exit(code)
