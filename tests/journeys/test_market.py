"""The market on both wires, in three languages and over both databases: from the gate to papers, money and coupon.

What the phone shows, and every page of the papers, is left under build/market. With ZQT_KEEP_PICTURES=1 the comparison becomes the README's.
"""

import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot import i18n
from bot.settings import Settings
from bot.settlement import texts as settlement
from tests.fakes.botapi import TOKEN, BotApi
from tests.journeys.browser import Phone
from tests.journeys.deal import Deal
from tests.journeys.indoors import Indoors
from tests.journeys.post import Post
from tests.journeys.product import ROOT, Product, make_keys
from tests.journeys.telegram import Chatter
from tests.journeys.tongue import TONGUES
from tests.journeys.walk import Walk
from tests.papers import poppler
from tests.person import FakeClock
from tests.ports import free_port

PICTURES = ROOT / "build" / "market"
KEPT = ROOT / "docs" / "images"
KEEP = os.environ.get("ZQT_KEEP_PICTURES") == "1"
SECRET = "a-secret-of-the-webhook"

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("catalogues")]


def _settings(url: str, folder: Path, post: Post, **more: object) -> Settings:
    if not url.startswith("sqlite"):  # there, no key is made by itself
        keys = {name.lower(): value for name, value in make_keys(folder).items()}
        more = {**keys, **more}
    return Settings(database_url=url, var=folder / "var", smtp_url=post.url, port=0, **more)  # type: ignore[arg-type]


@pytest.fixture
def url(request: pytest.FixtureRequest, engine_name: str) -> str:
    """A migrated database on the engine a walk names."""
    return str(request.getfixturevalue(f"{engine_name}_url"))


@pytest.mark.browser
@pytest.mark.parametrize(
    ("locale", "kind", "engine_name"),
    [("zh_Hans", "bond", "sqlite"), ("zh_Hant_HK", "sale", "postgres"), ("en", "bond", "sqlite")],
)
async def test_on_the_web_chat(url: str, tmp_path: Path, post: Post, clock: FakeClock, locale: str, kind: str) -> None:
    tongue, pictures = TONGUES[locale], PICTURES / locale
    shutil.rmtree(pictures, ignore_errors=True)
    async with (
        Indoors(_settings(url, tmp_path, post), clock) as house,
        Phone(house.base, pictures, languages=tongue.header, dark=locale == "zh_Hant_HK") as phone,
    ):
        walk = Walk(Product(tmp_path, url), phone, tongue, house.mailbox(post), "zhao.mingyuan@mail.example")
        with i18n.speaking(locale):
            await _goes(Deal(house, phone, walk, kind), pictures, phone)
            if KEEP and locale == "zh_Hans":
                shutil.copyfile(pictures / "06-chart-large.png", KEPT / "compare.png")
        await phone.looks_back()
        tongue.spoke(phone.heard)


def _looks_at(paper: bytes, pictures: Path, name: str, *said: str) -> None:
    """A paper as a reader draws it: every page has something on it, every letter is in it, in both languages."""
    pages = poppler.drawn(paper, pictures, name)
    assert len(pages) >= 1
    assert [page.name for page in pages if not 0.01 < poppler.ink(page) < 0.5] == []
    assert poppler.not_embedded(paper) == []
    words = poppler.words(paper)
    assert [one for one in said if "".join(one.split()) not in words] == []
    for number in range(1, len(pages) + 1):
        assert f"Page{number}of{len(pages)}" in words


async def _goes(deal: Deal, pictures: Path, phone: Phone | None = None) -> None:
    async def shown(name: str) -> None:
        if phone is not None:
            await phone.picture(name)

    await deal.comes()
    await deal.meets_the_gate()
    await shown("gate")
    await deal.agrees_to_buyers()
    await deal.asks()
    await shown("asked")
    await deal.is_offered()
    await shown("offered")
    await deal.puts_side_by_side()
    await shown("beside")
    await deal.compares()
    await shown("chart")
    if phone is not None:
        await phone.composed("chart-large", phone.screen.where)
    await deal.reads()
    await shown("card")
    await deal.reads_back()
    await shown("read-back")
    await deal.accepts()
    await shown("accepted")
    await deal.takes_back()
    await shown("taken-back")
    await deal.reads()
    await deal.reads_back()
    await deal.accepts()
    await deal.sets_payout()
    await shown("payout")
    await deal.begins()
    await shown("begun")
    agreement = await deal.signs()
    title = settlement.sale_paper_title if deal.kind == "sale" else settlement.bond_paper_title
    titles = [_in(language, title) for language in (_chinese(i18n.locale()), "en")]
    _looks_at(agreement, pictures, f"agreement-{deal.kind}", deal.settlement, deal.walk.claim, *titles)
    await shown("signed")
    await deal.waits()
    await shown("notice")
    await deal.is_paid()
    await shown("received")
    if deal.kind == "bond":
        await deal.has_his_coupon()
        await shown("coupon")


def _in(locale: str, text: Callable[[], str]) -> str:
    with i18n.speaking(locale):
        return text()


def _chinese(locale: str) -> str:
    """The Chinese a paper is written in for somebody who speaks this."""
    return locale if locale.startswith("zh") else "zh_Hans"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.mark.parametrize(
    ("locale", "kind", "engine_name"),
    [("zh_Hans", "sale", "postgres"), ("zh_Hant_HK", "bond", "sqlite"), ("en", "sale", "sqlite")],
)
async def test_on_telegram(
    url: str, tmp_path: Path, post: Post, api: BotApi, clock: FakeClock, locale: str, kind: str
) -> None:
    tongue, port = TONGUES[locale], free_port()
    settings = _settings(
        url, tmp_path, post, telegram_token=TOKEN, telegram_api_base=api.base, telegram_webhook_secret=SECRET,
        public_url=f"http://127.0.0.1:{port}",
    ).model_copy(update={"port": port})  # fmt: skip
    async with Indoors(settings, clock) as house:
        await api.until(lambda: api.webhook)
        chatter = Chatter(api, 7001, tongue.telegram)
        walk = Walk(Product(tmp_path, url), chatter, tongue, house.mailbox(post), "zhao.mingyuan@mail.example")
        with i18n.speaking(locale):
            await _goes(Deal(house, chatter, walk, kind), PICTURES / f"telegram-{locale}")
        await chatter.looks_back()
        tongue.spoke(chatter.heard)
