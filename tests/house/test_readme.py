"""The README says what is so: settings, commands, files, and pictures."""

import re
from pathlib import Path

import pytest
import typer.main
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot import cli
from bot.settings import Settings

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _table(heading: str) -> list[list[str]]:
    """The rows of the table below a heading, without its own."""
    found = re.search(re.escape(heading) + r"\n\|[-| ]+\|\n((?:\|.*\|\n)+)", README)
    assert found is not None, f"no table {heading}"
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in found[1].splitlines()]


def _default(field: FieldInfo) -> str:
    """A default as the table writes it; nothing for what is unset."""
    default = field.default
    assert not isinstance(default, SecretStr), "a secret has no default"
    return f"`{default}`" if default not in (None, "") else ""


def test_the_table_of_settings_is_the_settings() -> None:
    listed = [[cell.strip() for cell in row] for row in _table("| variable | default | meaning |")]
    known = [[f"`{name.upper()}`", _default(field), field.description] for name, field in Settings.model_fields.items()]
    assert listed == known


def test_every_command_is_in_the_table_of_commands() -> None:
    listed = " ".join(row[0] for row in _table("| command | what it does |"))
    groups = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
    for name, group in groups.items():
        assert f"`{name}" in listed, f"{name} is missing"
        for command in getattr(group, "commands", {}):
            assert re.search(rf"`({name} )?{command}\b", listed), f"{name} {command} is missing"


@pytest.mark.parametrize("path", sorted(set(re.findall(r'(?:\]\(|src=")([^)"#:]+)[)"]', README))))
def test_what_it_points_to_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "images").glob("*.png")), ids=lambda path: path.name)
def test_a_picture_is_light(path: Path) -> None:
    assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert path.stat().st_size < 300_000
    assert path.relative_to(ROOT).as_posix() in README, "a picture nobody sees"


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
