"""Whether every language says everything, and in its own script.

`make check` runs this file; test_catalogues.py tries it on what must fail. The texts are read from the
sources each time, so a text that nobody handed to the catalogues is seen as well. What belongs where
comes from bot.i18n: an overlay holds only what it says otherwise than the catalogue below it.
"""

import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))  # run as a script, only this folder is looked into
from bot.i18n import FALLBACK, LOCALES, SOURCE  # noqa: E402

#: as .ci/messages reads them
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}
FULL_WIDTH = re.compile("[\u3000-\u303f\uff00-\uffef]")
HAN = re.compile("[\u3400-\u9fff·]*[\u3400-\u9fff]")
#: Chinese that stands in an English text on purpose: the name, a button in two languages, names of people as examples
KEPT = {"债权通", "语言", "张三", "欧阳明月", "买买提·艾力"}
#: simplified forms that Big5 also knows, as other or rare characters; no text of ours means those
ALSO_IN_BIG5 = frozenset("万与么个价优体余几后听圣坏复于异扰据构机离种网范荐适里并")
#: characters the mainland and Hong Kong share though Big5 lacks them
SHARED_IN_HONG_KONG = frozenset("着")


def spoken(folder: Path) -> set[str]:
    """Every text marked for translation in the sources below this folder."""
    found = (message for _file, _line, message, _comments, _context in extract_from_dir(folder, keywords=KEYWORDS))
    return {message if isinstance(message, str) else message[0] for message in found}


def simplified(text: str, locale: str) -> str:
    """The characters of a text that only the mainland writes."""
    shared = SHARED_IN_HONG_KONG if locale == "zh_Hant_HK" else frozenset()
    return "".join(dict.fromkeys(one for one in text if _is_simplified(one) and one not in shared))


def _is_simplified(one: str) -> bool:
    # GB 2312 was the mainland's set, Big5 Taiwan's: what only the first knows is a simplified form.
    return one in ALSO_IN_BIG5 or (_known(one, "gb2312") and not _known(one, "big5") and HAN.match(one) is not None)


def _known(one: str, charset: str) -> bool:
    try:
        one.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _fields(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


def wrong(locale: str, source: str, said: str) -> Iterator[str]:
    """What is wrong with one translation."""
    if not said.strip():
        yield "not translated"
        return
    try:
        if _fields(source) != _fields(said):
            yield f"the source fills {sorted(_fields(source))}, the translation {sorted(_fields(said))}"
    except ValueError as fault:
        yield f"its braces cannot be read: {fault}"
    for where, seen in (("begins", str.startswith), ("ends", str.endswith)):
        if seen(source, "\n") != seen(said, "\n"):
            yield f"one {where} with a new line, the other does not"
    if locale.startswith("zh_Hant"):
        if left := simplified(said, locale):
            yield f"simplified characters: {left}"
    elif not locale.startswith("zh"):
        if marks := "".join(dict.fromkeys(FULL_WIDTH.findall(said))):
            yield f"full-width marks: {marks}"
        if left := " ".join(word for word in HAN.findall(said) if word not in KEPT):
            yield f"Chinese words: {left}"


def faults(root: Path = ROOT) -> list[str]:
    """One line for each fault of the catalogues below this folder; none when all is well."""
    texts = spoken(root / "bot")
    found = list(_stale(root / "locales" / "messages.pot", root, texts))
    locales = {path.parent.parent.name for path in root.glob("locales/*/LC_MESSAGES/messages.po")}
    for locale in sorted(locales | set(LOCALES) - {SOURCE}):
        path = root / "locales" / locale / "LC_MESSAGES" / "messages.po"
        if locale not in locales:
            found.append(f"{path.relative_to(root)}: there is no such catalogue")
            continue
        found += _faults(path, root, locale, texts)
    return found


def _stale(template: Path, root: Path, texts: set[str]) -> Iterator[str]:
    held = {entry.msgid for entry in polib.pofile(str(template))}
    if held != texts:
        lacks, over = len(texts - held), len(held - texts)
        yield f"{template.relative_to(root)}: {lacks} texts are new, {over} are gone; run make messages"


def _faults(path: Path, root: Path, locale: str, texts: set[str]) -> Iterator[str]:
    name = path.relative_to(root)
    held = set()
    for entry in polib.pofile(str(path)):
        faulty = []
        if entry.msgid in held:
            faulty.append("stands here twice")
        held.add(entry.msgid)
        if entry.obsolete or entry.msgid not in texts:
            faulty.append("no source says it any more")
        elif entry.fuzzy:
            faulty.append("a guess (fuzzy) that nobody has confirmed")
        else:
            faulty += wrong(locale, entry.msgid, entry.msgstr)
        for fault in faulty:
            yield f"{name}:{entry.linenum}: {fault}: {_short(entry.msgid)}"
    if locale not in FALLBACK:
        for text in sorted(texts - held):
            yield f"{name}: missing, run make messages: {_short(text)}"


def _short(text: str) -> str:
    line = text.replace("\n", "\\n")
    return line if len(line) <= 40 else line[:39] + "…"


if __name__ == "__main__":
    sys.exit("\n".join(faults()) or 0)
