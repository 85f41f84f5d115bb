"""House rules that imports cannot show. Each rule carries lines it must catch and lines it must let pass."""

import ast
import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

#: numbers of the lines that break a rule, in one file's text
Look = Callable[[str], Iterable[int]]


@dataclass(frozen=True)
class HouseRule:
    """A sentence, how to see that it is broken, and where it holds.

    look    finds the lines that break it
    where   globs of the files it holds for
    but     globs of the files it does not hold for; say why beside them
    bad     texts it must catch, each by itself
    good    texts it must let pass
    """

    says: str
    look: Look
    bad: tuple[str, ...]
    good: tuple[str, ...]
    where: tuple[str, ...] = ("bot/**/*.py", "storage/**/*.py")
    but: tuple[str, ...] = ()


def line(pattern: str) -> Look:
    """Lines that match, whatever they mean to Python."""
    seen = re.compile(pattern)
    return lambda text: [number for number, words in enumerate(text.splitlines(), 1) if seen.search(words)]


def spoken(pattern: str) -> Look:
    """Strings that match, unless they stand alone as docstrings; comments are not strings."""
    seen = re.compile(pattern)

    def look(text: str) -> Iterable[int]:
        tree = ast.parse(text)
        alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
        return [one.lineno for one in strings if id(one) not in alone and seen.search(str(one.value))]

    return look


def called(name: str) -> Look:
    """Calls of a plain name."""
    return lambda text: [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def silent(text: str) -> Iterable[int]:
    """Line 1 of a module with code and no docstring; an empty `__init__.py` has nothing to explain."""
    tree = ast.parse(text)
    return [1] if tree.body and not ast.get_docstring(tree) else []


# Spelled in pieces, so that this file keeps its own rule.
HOST = "registry.npm" + "js.org"
HOME = "/" + "root/project"

RULES = {
    "channel": HouseRule(
        says="Only channels/ asks which channel it is: elsewhere read channel.can.",
        look=line(r"\b(if|elif|while|case|and|or|not)\b.*\bchannel(\.name)?\s*(==|!=|\bin\b|\.startswith)"),
        but=("bot/channels/**",),
        bad=(
            'if turn.channel == "webchat":',
            '    elif channel.name != "telegram:1":',
            'return a if turn.channel.startswith("telegram") else b',
        ),
        good=("if not channel.can.buttons:", "row.where(Contact.channel == channel)"),
    ),
    "rules-do-not-wait": HouseRule(
        says="rules.py decides from plain values: it waits for nothing.",
        look=line(r"^\s*(async\b|.*\bawait\b)"),
        where=("bot/*/rules.py",),
        bad=("async def accept(offer):", "    async with lock:", "    place = await facts.standing(db)"),
        good=("def accept(offer: Terms) -> Acceptance:", "    asynchronous = 1"),
    ),
    "docstring": HouseRule(
        says="A module says in its first sentence what it is.",
        look=silent,
        but=("storage/migrations/script.py.mako",),
        bad=("import os\n", "# a comment\nx = 1\n", '""\nx = 1\n'),
        good=('"""What it is."""\nimport os\n', "", "# nothing but a comment\n"),
    ),
    "words": HouseRule(
        says="Words for people stand in texts.py, where the catalogues find them.",
        # Han characters, and the marks that join words; a channel may know where sentences end (。！？；).
        look=spoken("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff：，、（）《》「」]"),
        but=(
            "bot/**/texts.py",  # that is the place
            "bot/words.py",  # the words of the field that every room says alike
            "bot/understanding/**",  # words people type, which we read and never say
            "bot/papers/lines.py",  # marks that begin or end no line, which it sets and never says
            "bot/cli.py",  # the operator's words, not the creditor's
        ),
        bad=('x = "债权"', 'f"第 {n} 步"', 'send("好，")', "y = {'状态': 1}", "def f(a='：'): ...", '"、".join(names)'),
        good=(
            '"""关于债权。"""',
            "x = 1  # 债权",
            'def f():\n    """债权转让。"""\n',
            'x = "claim"',
            'ends = "。！？"',
        ),
    ),
    "print": HouseRule(
        says="Only the command line prints; everything else logs or replies.",
        look=called("print"),
        but=("bot/cli.py", "bot/__main__.py"),
        bad=("print('x')", "def f():\n    print(1)"),
        good=("console.print('x')", "# print(1)", "fingerprint(1)"),
    ),
    "nobody's-machine": HouseRule(
        says="No file names a package registry or a folder of somebody's machine.",
        look=line(
            r"\b(pypi|pythonhosted|npmjs|crates|rubygems|(deb|security|snapshot)\.debian|(index|registry).docker)\.(org|com|io|net)\b"
            r"|(?<![\w.~])/(root|work|tmp|home/\w+|Users/\w+)/\w"
        ),
        where=("**",),
        bad=(f"index-url = https://{HOST}/simple", f"open('{HOME}/x')", f"see {HOME}"),
        good=("sqlite:///var/zhaiquantong.db", "bot/work/x", "/usr/lib/postgresql", "GET /work HTTP/1.1"),
    ),
}


def ours() -> list[Path]:
    """Every file git knows or would take, as a path within the project."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    return [Path(name) for name in names.split("\0") if name and (ROOT / name).is_file()]


def fits(path: Path, globs: Iterable[str]) -> bool:
    """Whether one of the globs names this path; `**` is any number of folders, none included."""
    name = path.as_posix()
    return any(re.fullmatch(_as_regex(glob), name) for glob in globs)


def _as_regex(glob: str) -> str:
    parts = re.split(r"(\*\*/|\*\*|\*)", glob)
    return "".join({"**/": "(.*/)?", "**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts)


@pytest.mark.parametrize("name", RULES)
def test_the_rule_sees_what_it_should(name: str) -> None:
    rule = RULES[name]
    assert [text for text in rule.bad if not list(rule.look(text))] == [], "must be caught"
    assert [text for text in rule.good if list(rule.look(text))] == [], "must pass"


@pytest.mark.parametrize("name", RULES)
def test_the_house_keeps_the_rule(name: str) -> None:
    rule = RULES[name]
    broken = []
    for path in ours():
        if not fits(path, rule.where) or fits(path, rule.but):
            continue
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        lines = text.splitlines()
        broken += [f"{path}:{number}: {lines[number - 1].strip()}" for number in rule.look(text)]
    assert not broken, "\n".join([rule.says, *broken])


@pytest.mark.parametrize(
    ("glob", "path", "is_meant"),
    [
        ("bot/**/*.py", "bot/clock.py", True),
        ("bot/**/*.py", "bot/claims/rules.py", True),
        ("bot/*/rules.py", "bot/claims/rules.py", True),
        ("bot/*/rules.py", "bot/channels/telegram/rules.py", False),
        ("bot/channels/**", "bot/channels/webchat/page/chat.js", True),
        ("bot/channels/**", "bot/claims/rules.py", False),
        ("**", ".ci/run", True),
    ],
)
def test_globs_mean_what_they_say(glob: str, path: str, is_meant: bool) -> None:
    assert fits(Path(path), [glob]) is is_meant
