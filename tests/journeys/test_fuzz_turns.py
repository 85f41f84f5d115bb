"""Turns of utterances nobody typed, against a real database: no form is lost, and nothing is signed unasked."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import func, select

from bot import app, ways
from bot.conversation.engine import Engine, Pace
from bot.understanding import about_form, answers
from storage import conversations
from storage.connect import open_database
from storage.conversations import DraftRow
from storage.database import Database, Query, table
from storage.ledger import LedgerEntry
from storage.migrate import upgrade
from storage.terms import DraftStatus
from tests.claims import filing
from tests.fixtures import ABILITIES
from tests.journeys.filled import ANSWERS, fills_until, offered
from tests.offers.market import Market
from tests.person import FakeClock, Person
from tests.understanding.mutants import utterances

INSIDE, OUTSIDE = 1_800, 900
#: answers that go when the answer they hang on is another one
MAY_GO = {"class_check", "name", "nationality", "residence", "tax_residence", "code"}


class Count(NamedTuple):
    entries: int


_ENTRIES = Query(select(func.count()).select_from(table(LedgerEntry)), Count)


async def signed(database: Database) -> int:
    found = await database.read().one(_ENTRIES)
    assert found is not None
    return found.entries


@pytest.fixture
async def lite(tmp_path: Path, unlocked: None) -> AsyncIterator[Database]:
    """SQLite alone: what is tried here is words, not databases."""
    url = f"sqlite:///{tmp_path}/fuzz.db"
    upgrade(url)
    opened = await open_database(url)
    yield opened
    await opened.close()


@pytest.fixture
def house(lite: Database, clock: FakeClock) -> Engine:
    return Engine(lite, app.book(), ways.vocabulary(), dict(ABILITIES), pace=Pace(burst=10**9))


@pytest.mark.slow
async def test_a_form_survives_whatever_is_typed(house: Engine, lite: Database, clock: FakeClock) -> None:
    people = itertools.count(30_000)
    questions = itertools.cycle([*ANSWERS, "review"])
    person, handle, before = await opened(house, clock, next(people), next(questions))
    for number, text in enumerate(utterances(7, INSIDE, longest=6_000)):
        entries = await signed(lite)
        await person.says(text)
        after = await row(lite, handle)
        words = person.seen[-1].turn.text or ""
        if after.status == DraftStatus.DROPPED:
            said = (
                ways.exact(words.strip()) == "cancel" or (about_form.about_form(words, {}) or ("", ""))[0] == "cancel"
            )
            assert said, words
        elif after.status == DraftStatus.SENT:
            assert before.at == "!review", words
            assert answers.says_yes(words), words
        else:
            gone = set(before.content["answers"]) - set(after.content["answers"])
            assert gone <= MAY_GO, (words, gone)
            assert await signed(lite) == entries, words
        elsewhere = (await person.contact()).draft != handle
        if after.status != DraftStatus.OPEN or elsewhere or number % 9 == 8:
            person, handle, before = await opened(house, clock, next(people), next(questions))
        else:
            before = after


async def opened(house: Engine, clock: FakeClock, address: int, question: str) -> tuple[Person, str, DraftRow]:
    """Somebody new, at this question of the form."""
    person = Person(house, address=str(address), clock=clock)
    await person.commands("start")
    await filing.joins(person, f"u{address}@mail.example")
    await fills_until(person, question)
    handle = (await person.contact()).draft
    assert handle is not None
    found = await row(house.database, handle)
    assert found.at == ("!review" if question == "review" else question)
    return person, handle, found


async def row(database: Database, handle: str) -> DraftRow:
    found = await conversations.draft_as_is(database.read(), handle)
    assert found is not None
    return found


@pytest.mark.slow
async def test_no_screen_is_confirmed_by_whatever_is_typed(house: Engine, lite: Database, clock: FakeClock) -> None:
    market = Market(lite, lite, clock)
    person = Person(house, address="40000", clock=clock)
    await person.commands("start")
    claim, [sale, bond] = await offered(person, market, "fuzz@mail.example", "sale", "bond")
    screens = itertools.cycle(
        [
            f"offers.accept:{sale}", f"offers.read:{bond}", "offers.list", f"offers.decline:{bond}", f"claims.status:{claim}", "welcome.consents",
            "welcome.consent:abroad", "welcome.menu", "welcome.unlink", "welcome.me", "notices.settings", "payouts.list",
        ]
    )  # fmt: skip
    for text in utterances(11, OUTSIDE, longest=6_000):
        screen = next(screens)
        await person.taps_token(screen)
        entries = await signed(lite)
        await person.says(text)
        if await signed(lite) != entries:
            said = answers.folded(person.seen[-1].turn.text or "")
            assert "consent" in screen, (screen, text)
            assert "同意" in said or "agree" in said, text
        while (await person.contact()).draft is not None:  # words may open a form: leave it again
            await person.says("取消")
    assert (await market.offer(sale)).status == (await market.offer(bond)).status == "open"
