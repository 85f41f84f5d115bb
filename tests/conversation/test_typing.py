"""That somebody is writing is a hint: told seldom, written nowhere, and never in anybody's way."""

from bot.conversation.bell import Bell, Typing
from bot.errors import Unreachable


class _Wire:
    def __init__(self, *, gone: bool = False) -> None:
        self.told: list[str] = []
        self.gone = gone

    async def typing(self, address: str) -> None:
        self.told.append(address)
        if self.gone:
            raise Unreachable


class _Now:
    at = 100.0

    def __call__(self) -> float:
        return self.at


async def test_a_wire_is_told_at_most_every_five_seconds_and_each_address_for_itself() -> None:
    now, wire = _Now(), _Wire()
    typing = Typing(Bell(), now)
    typing.tells["telegram:42"] = wire.typing
    assert [await typing.writes("telegram:42", "7") for _key in range(9)] == [True] + [False] * 8
    assert await typing.writes("telegram:42", "8")
    now.at += 4.9
    assert not await typing.writes("telegram:42", "7")
    now.at += 0.1
    assert await typing.writes("telegram:42", "7")
    assert wire.told == ["7", "8", "7"]


async def test_a_wire_that_refuses_disturbs_nobody() -> None:
    typing = Typing(Bell(), _Now())
    typing.tells["telegram:42"] = _Wire(gone=True).typing
    assert await typing.writes("telegram:42", "7")


async def test_a_page_sees_it_for_five_seconds() -> None:
    now = _Now()
    typing = Typing(Bell(), now)
    assert typing.until("webchat", "a") == 0.0
    await typing.writes("webchat", "a")
    assert (typing.until("webchat", "a"), typing.until("webchat", "b")) == (105.0, 0.0)
    now.at += 5.0
    assert typing.until("webchat", "a") == 0.0


async def test_the_desk_hears_that_a_person_types_at_most_every_five_seconds() -> None:
    now, told = _Now(), []
    typing = Typing(Bell(), now)
    assert not await typing.heard("webchat", "a"), "there is no desk"

    async def hears(channel: str, address: str) -> bool:
        told.append(address)
        return address == "b"

    typing.hears = hears
    assert [await typing.heard("webchat", "b") for _key in range(9)] == [True] * 9
    assert [await typing.heard("webchat", "c") for _key in range(9)] == [False] * 9
    now.at += 5.0
    assert await typing.heard("webchat", "b")
    assert told == ["b", "c", "b"]
    assert typing.until("webchat", "b") == 0.0, "that is for what the desk writes"


async def test_it_forgets(monkeypatch) -> None:
    now = _Now()
    typing = Typing(Bell(), now)
    monkeypatch.setattr(Typing, "MOST", 3)
    for address in "abcdef":
        now.at += 10
        await typing.writes("webchat", address)
        await typing.heard("webchat", address)
    assert len(typing._until) <= 3
    assert len(typing._heard) <= 3
