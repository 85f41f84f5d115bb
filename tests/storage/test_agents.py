"""Accounts of the desk on both databases: links, codes, sessions, and how each of them ends."""

import asyncio
from datetime import timedelta

import pytest

from storage import agents, totp
from storage.database import Database
from tests.person import FakeClock

HALF_MINUTE = timedelta(seconds=30)


async def _at_the_door(database: Database, clock: FakeClock, name: str = "li.na", role: str = "agent") -> str:
    link = await agents.add(database, name, role, clock.now()) or await agents.invite(database, name, clock.now())
    assert link is not None
    half = await agents.open_link(database, link, clock.now())
    assert half is not None
    return half


async def _secret(database: Database, half: str, clock: FakeClock) -> bytes:
    found = await agents.doorstep(database.read(), half, clock.now())
    assert found is not None
    assert found.secret is not None
    return found.secret


def _code(secret: bytes, clock: FakeClock) -> str:
    return totp.code(secret, totp.step(clock.now()))


def _wrong(secret: bytes, clock: FakeClock) -> str:
    near = {totp.code(secret, totp.step(clock.now()) + off) for off in range(-2, 3)}
    return next(said for said in ("000000", "111111", "222222", "333333", "444444", "555555") if said not in near)


async def test_a_link_and_a_code_make_a_session(database: Database, clock: FakeClock) -> None:
    half = await _at_the_door(database, clock, role="senior")
    secret = await _secret(database, half, clock)
    session = await agents.come_in(database, half, _code(secret, clock), clock.now())
    assert session is not None
    found = await agents.who(database.read(), session, clock.now())
    assert found is not None
    assert (found.name, found.role) == ("li.na", "senior")
    assert await agents.who(database.read(), half, clock.now()) is None, "the doorstep is no session"
    assert await agents.come_in(database, half, _code(secret, clock), clock.now()) is None, "nor is it good twice"


async def test_the_secret_is_shown_until_a_first_code_matched_and_never_again(
    database: Database, clock: FakeClock
) -> None:
    half = await _at_the_door(database, clock)
    secret = await _secret(database, half, clock)
    assert await _secret(database, half, clock) == secret
    assert await agents.come_in(database, half, _code(secret, clock), clock.now())
    again = await _at_the_door(database, clock)
    assert await agents.doorstep(database.read(), again, clock.now()) == agents.Doorstep("li.na", None)
    clock.passes(HALF_MINUTE)
    assert await agents.come_in(database, again, _code(secret, clock), clock.now())


async def test_a_link_is_good_once_even_for_two_at_once(database: Database, clock: FakeClock) -> None:
    link = await agents.add(database, "li.na", "agent", clock.now())
    assert link is not None
    opened = await asyncio.gather(*(agents.open_link(database, link, clock.now()) for _ in range(5)))
    assert sum(half is not None for half in opened) == 1


async def test_a_link_a_doorstep_and_a_session_grow_old(database: Database, clock: FakeClock) -> None:
    link = await agents.add(database, "li.na", "agent", clock.now())
    assert link is not None
    clock.passes(agents.LINK_LIVES)
    assert await agents.open_link(database, link, clock.now()) is None
    half = await _at_the_door(database, clock)
    secret = await _secret(database, half, clock)
    clock.passes(agents.DOORSTEP)
    assert await agents.come_in(database, half, _code(secret, clock), clock.now()) is None
    half = await _at_the_door(database, clock)
    session = await agents.come_in(database, half, _code(secret, clock), clock.now())
    assert session is not None
    clock.passes(agents.SESSION_LIVES)
    assert await agents.who(database.read(), session, clock.now()) is None


async def test_a_code_opens_one_session(database: Database, clock: FakeClock) -> None:
    first = await _at_the_door(database, clock)
    secret = await _secret(database, first, clock)
    second = await _at_the_door(database, clock)
    said = _code(secret, clock)
    sessions = await asyncio.gather(*(agents.come_in(database, half, said, clock.now()) for half in (first, second)))
    assert sum(session is not None for session in sessions) == 1


async def test_wrong_codes_shut_the_door_for_a_while_and_the_right_one_does_not_open_it(
    database: Database, clock: FakeClock
) -> None:
    half = await _at_the_door(database, clock)
    secret = await _secret(database, half, clock)
    for _ in range(agents.MOST_WRONG):
        assert await agents.come_in(database, half, _wrong(secret, clock), clock.now()) is None
    assert await agents.come_in(database, half, _code(secret, clock), clock.now()) is None
    other = await _at_the_door(database, clock)
    assert await agents.come_in(database, other, _code(secret, clock), clock.now()) is None, (
        "not by another link either"
    )
    clock.passes(agents.SHUT)
    late = await _at_the_door(database, clock)
    assert await agents.come_in(database, late, _code(secret, clock), clock.now())
    said = [visit.what for visit in await agents.visits(database.read())][::-1]
    assert said == ["invited", *["wrong"] * 4, "shut", "invited", "invited", "came"]


async def test_revoking_ends_everything_at_once(database: Database, clock: FakeClock) -> None:
    half = await _at_the_door(database, clock)
    secret = await _secret(database, half, clock)
    session = await agents.come_in(database, half, _code(secret, clock), clock.now())
    assert session is not None
    link = await agents.invite(database, "Li.Na", clock.now())
    assert link is not None
    assert await agents.revoke(database, "li.na", clock.now())
    assert await agents.who(database.read(), session, clock.now()) is None
    assert await agents.open_link(database, link, clock.now()) is None
    assert await agents.invite(database, "li.na", clock.now()) is None
    assert not await agents.revoke(database, "li.na", clock.now())
    anew = await _at_the_door(database, clock, role="auditor")
    assert await _secret(database, anew, clock) != secret


async def test_leaving_ends_one_session(database: Database, clock: FakeClock) -> None:
    half = await _at_the_door(database, clock)
    session = await agents.come_in(database, half, _code(await _secret(database, half, clock), clock), clock.now())
    assert session is not None
    await agents.leave(database, session, clock.now())
    await agents.leave(database, session, clock.now())
    assert await agents.who(database.read(), session, clock.now()) is None
    assert (await agents.visits(database.read()))[0].what == "left"


@pytest.mark.parametrize(("name", "role"), [("", "agent"), ("李娜", "agent"), ("li na", "agent"), ("li.na", "boss")])
async def test_what_is_no_account(database: Database, clock: FakeClock, name: str, role: str) -> None:
    with pytest.raises(ValueError, match=r"agent's name|a role is"):
        await agents.add(database, name, role, clock.now())


async def test_a_second_account_of_one_name(database: Database, clock: FakeClock) -> None:
    assert await agents.add(database, "li.na", "agent", clock.now())
    assert await agents.add(database, "LI.NA ", "supervisor", clock.now()) is None
    assert [(row.name, row.role) for row in await agents.everybody(database.read())] == [("li.na", "agent")]
