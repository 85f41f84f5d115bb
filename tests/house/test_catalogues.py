"""The catalogues are complete, and the check that says so sees what it should."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.catalogues import ROOT, faults, simplified, spoken, wrong

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
SAYS = 'from bot.i18n import N_, _\n\nTABLE = {1: N_("您好")}\n\n\ndef asked(name):\n    return _("{name}，请稍等").format(name=name)\n'

Write = Callable[[str, str], None]


def entry(source: str, said: str, flag: str = "") -> str:
    return f'{flag}msgid "{source}"\nmsgstr "{said}"\n\n'


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house where all is well."""
    room = tmp_path / "bot" / "room"
    room.mkdir(parents=True)
    (room / "texts.py").write_text(SAYS, encoding="utf-8")
    write = writer(tmp_path)
    write("messages.pot", entry("您好", "") + entry("{name}，请稍等", ""))
    write("en/LC_MESSAGES/messages.po", entry("您好", "Hello") + entry("{name}，请稍等", "One moment, {name}"))
    write("zh_Hant/LC_MESSAGES/messages.po", entry("您好", "您好") + entry("{name}，请稍等", "{name}，請稍等"))
    write("zh_Hant_HK/LC_MESSAGES/messages.po", entry("您好", "你好"))
    return tmp_path


def writer(root: Path) -> Write:
    def write(name: str, entries: str) -> None:
        path = root / "locales" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEADER + entries, encoding="utf-8")

    return write


def test_every_language_says_everything() -> None:
    found = faults()
    assert not found, "\n".join(found)


def test_texts_are_read_from_the_sources(house: Path) -> None:
    assert spoken(house / "bot") == {"您好", "{name}，请稍等"}


def test_a_house_where_all_is_well(house: Path) -> None:
    assert faults(house) == []


EN = "en/LC_MESSAGES/messages.po"
HELLO, WAIT = entry("您好", "Hello"), entry("{name}，请稍等", "One moment, {name}")


@pytest.mark.parametrize(
    ("catalogue", "entries", "told"),
    [
        (EN, HELLO, "missing, run make messages: {name}，请稍等"),
        (EN, HELLO + entry("{name}，请稍等", ""), "not translated"),
        (EN, HELLO + entry("{name}，请稍等", "One moment, {name}", "#, fuzzy\n"), "a guess"),
        (EN, HELLO + WAIT + entry("再见", "Bye"), "no source says it any more"),
        (EN, HELLO + WAIT + '#~ msgid "再见"\n#~ msgstr "Bye"\n', "no source says it any more"),
        (EN, HELLO + HELLO + WAIT, "stands here twice"),
        ("zh_Hant_HK/LC_MESSAGES/messages.po", entry("再见", "再見"), "no source says it any more"),
        ("zh_Hant_HK/LC_MESSAGES/messages.po", entry("您好", ""), "not translated"),
        ("ru/LC_MESSAGES/messages.po", entry("您好", "Привет"), "ru/LC_MESSAGES/messages.po: missing"),
        ("messages.pot", entry("您好", "") + entry("再见", ""), "1 texts are new, 1 are gone"),
    ],
)
def test_one_fault_is_one_line(house: Path, catalogue: str, entries: str, told: str) -> None:
    writer(house)(catalogue, entries)
    (line,) = faults(house)
    assert line.startswith(f"locales/{catalogue}:")
    assert told in line


def test_a_language_that_is_spoken_needs_its_catalogue(house: Path) -> None:
    (house / "locales" / EN).unlink()
    assert faults(house) == [f"locales/{EN}: there is no such catalogue"]


@pytest.mark.parametrize(
    ("locale", "source", "said"),
    [
        ("en", "您好", " "),
        ("en", "{name}，请稍等", "One moment"),
        ("en", "您好", "Hello, {name}"),
        ("en", "{name}，请稍等", "One moment, {nam}"),
        ("en", "{name}，请稍等", "One moment, {name"),
        ("en", "您好\n", "Hello"),
        ("en", "您好", "\nHello"),
        ("en", "您好！", "Hello！"),
        ("en", "“您好”", "「Hello」"),
        ("en", "您好", "Hello, 您好"),
        ("zh_Hant", "请稍等", "请稍等"),
        ("zh_Hant", "以后", "以后"),
        ("zh_Hant", "沿着", "沿着"),
        ("zh_Hant_HK", "账户", "账戶"),
    ],
)
def test_it_sees_what_is_wrong(locale: str, source: str, said: str) -> None:
    assert len(list(wrong(locale, source, said))) == 1


@pytest.mark.parametrize(
    ("locale", "source", "said"),
    [
        ("en", "{a}比{b}", "{b} and {a}, and once more {a}"),
        ("en", "债权通", "Zhaiquantong (债权通)"),
        ("en", "例如：买买提·艾力", "For example: 买买提·艾力"),
        ("en", "，约 {n}", ", about “{n}” · {n}…"),
        ("en", "您好\n", "Hello\n"),
        ("zh_Hant", "请稍等：债权、分配。", "請稍等：債權、分配。"),
        ("zh_Hant_HK", "沿着", "沿着"),
    ],
)
def test_it_lets_pass_what_is_right(locale: str, source: str, said: str) -> None:
    assert list(wrong(locale, source, said)) == []


def test_simplified_characters_are_named_once_each() -> None:
    assert simplified("债权与债券，以后", "zh_Hant") == "债权与后"
    assert simplified("ABC 1，。“”…·✅▪", "zh_Hant") == ""


def test_as_a_script_it_ends_with_the_answer() -> None:
    ran = subprocess.run([sys.executable, "tests/house/catalogues.py"], cwd=ROOT, capture_output=True, text=True)
    found = faults()
    assert (ran.returncode, ran.stderr.splitlines()) == (1 if found else 0, found)
