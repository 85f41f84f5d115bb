"""Every command that takes a name, typed with every role: who may, who may not, and what nobody sees unrevealed.

The sister of the walk over all routes of the desk (tests/channels/desk/test_roles.py).
"""

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from bot import app, keys, roles, ways
from bot.conversation.engine import Engine, Pace
from bot.settings import Settings
from storage import agents
from storage.connect import open_database
from tests.claims import filing
from tests.fixtures import ABILITIES
from tests.person import MORNING, FakeClock, Person
from tests.test_cli import COMMANDS, Line

PHONE, PASSPORT = "13812345678", "E12345678"
WORDS = f"我的邮箱是 {filing.EMAIL}，电话 {PHONE}，护照号 {PASSPORT}，为什么还没有审核？"
#: what tells who the creditor is, as it stands in words, claim and register
PERSONAL = (filing.EMAIL, PHONE, PASSPORT, "张三", "200000", "200,000", "20000000", "9912345", "EX-99-ABC", "表.pdf")

#: every command that takes --by: an example of it, and what it needs in `roles.MAY`
NAMED = {
    "claims show": ("ZQ", "look"),
    "claims show --reveal": ("", "personal"),
    "claims decide": ("ZQ taken_up", "taken_up"),
    "claims decide ": ("ZQ allowed", "allowed"),
    "claims decide  ": ("ZQ paid", "final"),
    "claims refuse": ("ZQ", "refuse"),
    "creditors show": ("ZQ", "look"),
    "creditors freeze": ("ZQ --reason x", "freeze"),
    "creditors unfreeze": ("ZQ --reason x", "freeze"),
    "offers publish": ("", "offers"),
    "offers withdraw": ("BJ-4T9XW2C", "offers"),
    "offers gate": ("HK sale open --reason x", "gate"),
    "payouts list": ("", "look"),
    "payouts list --reveal": ("", "personal"),
    "payouts test": ("SK-7K3M2QX 3.27", "payouts"),
    "payouts confirm": ("SK-7K3M2QX 3.27", "payouts"),
    "settlements list": ("", "look"),
    "settlements list --reveal": ("", "personal"),
    "settlements filed": ("JG-7K3M2QX --on 2026-11-23", "settlements"),
    "settlements noticed": ("JG-7K3M2QX --on 2026-11-23", "settlements"),
    "settlements pay": ("JG-7K3M2QX 28000.00", "settlements"),
    "settlements paid": ("JG-7K3M2QX 28000.00", "settlements"),
    "settlements failed": ("JG-7K3M2QX --reason x", "settlements"),
    "settlements returned": ("JG-7K3M2QX --reason x", "settlements"),
    "settlements coupon-pay": ("JG-7K3M2QX 1 1800.00", "settlements"),
    "settlements coupon-paid": ("JG-7K3M2QX 1 1800.00", "settlements"),
    "tickets show": ("KF", "look"),
    "tickets take": ("KF", "take"),
    "tickets assign": ("KF li.na", "assign"),
    "tickets note": ("KF 核对过了", "note"),
    "tickets answer": ("KF 您好", "answer"),
    "tickets answer --edit 1": ("KF 您好", "edit"),
    "tickets withdraw": ("KF 1", "withdraw"),
    "tickets open": ("ZQ 您好", "write_first"),
    "tickets ask-document": ("KF 住址证明", "ask_document"),
    "tickets hold": ("KF --until 5h --reason x", "hold"),
    "tickets escalate": ("KF --reason x", "escalate"),
    "tickets merge": ("KF KF", "merge"),
    "tickets link": ("KF ZQ", "link"),
    "tickets solve": ("KF", "solve"),
    "tickets close": ("KF", "close"),
    "tickets reveal": ("KF --reason x", "reveal"),
    "tickets export": ("KF --reason x", "export"),
    "understand review": ("", "label"),
}
#: what shows what is masked; in the middle of a walk it would be in what comes after
SHOWS = {"personal", "reveal", "export"}


class Case(NamedTuple):
    """One creditor's claim, and the ticket that names everything."""

    claim: str
    ticket: str

    def typed(self, name: str) -> str:
        """An example of a command, about this case."""
        words = [{"ZQ": self.claim, "KF": self.ticket}.get(word, word) for word in NAMED[name][0].split(" ")]
        return " ".join((name.strip(), *words)).strip()


async def _happens(url: str, clock: FakeClock) -> Case:
    """The creditor files a claim with a document and asks about it; there are accounts of each role."""
    database = await open_database(url)
    try:
        engine = Engine(database, app.book(), ways.vocabulary(), dict(ABILITIES), pace=Pace(burst=10**9))
        person = Person(engine, clock=clock)
        await filing.joins(person)
        claim = await filing.files(person, papers=True)
        await person.taps_token("support.ask")
        await person.says(WORDS)
        for role in ("agent", "senior", "supervisor", "auditor"):
            await agents.add(database, f"{role}.one", role, MORNING)
        await agents.add(database, "gone.one", "supervisor", MORNING)
        await agents.revoke(database, "gone.one", MORNING)
        return Case(claim, person.reply.copies[0].value)
    finally:
        await database.close()


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Line]:
    levels = {logger: logger.level for logger in (logging.getLogger(), logging.getLogger("bot"))}
    shell = Line(monkeypatch, capsys, tmp_path)
    shell.sets(OPERATOR="")
    yield shell
    for logger, level in levels.items():
        logger.setLevel(level)


@pytest.fixture
def case(line: Line, sqlite_url: str, clock: FakeClock) -> Case:
    line.sets(DATABASE_URL=sqlite_url)
    keys.unlock(Settings.read())
    return asyncio.run(_happens(sqlite_url, clock))


def _everything(url: str) -> list[str]:
    """All rows of all tables but the book at the door."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw:
        names = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return sorted(
            f"{name} {row!r}"
            for name in names
            if not name.startswith("agent")
            for row in raw.execute(f"SELECT * FROM {name}")
        )


def test_every_command_that_takes_a_name_is_walked() -> None:
    named = {
        name for name, command in COMMANDS.items() if any("--by" in parameter.opts for parameter in command.params)
    }
    assert {" ".join(words.split()[:2]) for words in NAMED} == named, "a new command: say here who may type it"
    assert {need for _words, need in NAMED.values()} <= set(roles.MAY)
    hidden = {name for name, command in COMMANDS.items() if any("--reveal" in p.opts for p in command.params)}
    assert hidden <= named, "what is personal is shown to somebody who says who he is"


def test_an_auditor_s_name_reads_what_is_masked_and_nothing_else(line: Line, case: Case, sqlite_url: str) -> None:
    before = _everything(sqlite_url)
    for name, (_words, need) in NAMED.items():
        code, out, err = line.types(f"{case.typed(name)} --by Auditor.One")
        if need == "look":
            assert (code, err) == (0, ""), name
            assert [secret for secret in PERSONAL if secret in out] == [], name
        else:
            assert (code, out) == (1, ""), name
            assert err == "refused: not your role, name auditor.one, role auditor\n", name
    assert _everything(sqlite_url) == before


@pytest.mark.parametrize("name", ["gone.one", "never.was", "''"])
def test_a_name_that_was_revoked_or_never_stood_does_nothing(
    line: Line, case: Case, sqlite_url: str, name: str
) -> None:
    before = _everything(sqlite_url)
    for words in (
        "claims show --reveal",
        "tickets answer",
        "tickets reveal",
        "offers gate",
        "settlements list --reveal",
    ):
        code, out, err = line.types(f"{case.typed(words)} --by {name}")
        assert (code, out) == (1, ""), words
        assert err.startswith("refused: no account"), words
    assert _everything(sqlite_url) == before


def test_an_agent_s_name_does_an_agent_s_work(line: Line, case: Case) -> None:
    shown = []
    for name, (_words, need) in sorted(NAMED.items(), key=lambda one: one[1][1] in SHOWS):
        code, out, err = line.types(f"{case.typed(name)} --by agent.one")
        if not roles.may("agent", need):
            assert (code, out, err) == (1, "", "refused: not your role, name agent.one, role agent\n"), name
        else:
            assert "not your role" not in err, name
            assert "no account" not in err, name
        if need not in SHOWS:
            shown.append(out)
        elif need == "reveal":
            assert code == 0
            assert PHONE in out
    assert [secret for secret in PERSONAL if secret in "\n".join(shown)] == []


def test_what_is_personal_is_shown_to_a_senior_and_the_look_is_noted(line: Line, case: Case) -> None:
    assert line.types(f"claims show {case.claim} --reveal --by agent.one")[0] == 1
    code, out, _err = line.types(f"claims show {case.claim} --reveal --by Senior.One")
    assert code == 0
    assert "张三" in out
    visits = line.asks("agents list")["visits"]
    assert [(one["name"], one["subject"]) for one in visits if one["what"] == "opened"] == [("senior.one", case.claim)]
    assert line.types(f"tickets export {case.ticket} --reason x --by senior.one")[0] == 1
    code, out, _err = line.types(f"tickets export {case.ticket} --reason x --by supervisor.one")
    assert code == 0
    assert PHONE in out


def test_a_large_claim_takes_two_names_here_too(line: Line, case: Case) -> None:
    decided = f"claims decide {case.claim} allowed --by"
    assert line.asks(f"{decided} senior.one")["proposed"]
    assert line.types(f"{decided} Senior.One")[2] == "refused: same person\n"
    assert line.types(f"claims decide {case.claim} disputed --reason x --by supervisor.one")[2].startswith(
        "refused: another decision"
    )
    assert line.asks(f"claims refuse {case.claim} --by supervisor.one")["refused"]
    assert line.asks(f"{decided} senior.one")["proposed"]
    done = line.asks(f"{decided} supervisor.one")
    assert (done["proposed"], done["status"]) == (False, "allowed")


def test_a_revoked_agent_s_tickets_are_everybody_s_and_a_session_can_be_ended(line: Line, case: Case) -> None:
    line.asks(f"tickets take {case.ticket} --by agent.one")
    assert line.types(f"tickets assign {case.ticket} nobody.else --by senior.one")[2].startswith("refused: no account")
    assert line.asks("agents sign-out agent.one") == {"signed_out": "agent.one"}
    assert line.types("agents sign-out gone.one")[0] == 1
    assert line.asks("agents revoke agent.one")["released"] == [case.ticket]
    assert line.asks("tickets list")["tickets"][0]["agent"] is None
