"""The market on both wires and in three languages: gate, side by side, code, cooling-off, papers, money, coupon.

What the phone shows is left under build/market. With ZQT_KEEP_PICTURES=1 the comparison becomes the README's.
"""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import i18n
from bot.settings import Settings
from tests.fakes.botapi import TOKEN, BotApi
from tests.journeys.browser import Phone
from tests.journeys.deal import Deal
from tests.journeys.indoors import Indoors
from tests.journeys.post import Post
from tests.journeys.product import ROOT, Product, free_port
from tests.journeys.telegram import Chatter
from tests.journeys.tongue import TONGUES
from tests.journeys.walk import Walk
from tests.person import FakeClock

PICTURES = ROOT / "build" / "market"
KEPT = ROOT / "docs" / "images"
KEEP = os.environ.get("ZQT_KEEP_PICTURES") == "1"
SECRET = "a-secret-of-the-webhook"

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("catalogues")]


def _settings(url: str, folder: Path, post: Post, **more: object) -> Settings:
    return Settings(database_url=url, var=folder / "var", smtp_url=post.url, port=0, **more)  # type: ignore[arg-type]


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "kind"), [("zh_Hans", "bond"), ("zh_Hant_HK", "sale"), ("en", "bond")])
async def test_on_the_web_chat(
    sqlite_url: str, tmp_path: Path, post: Post, clock: FakeClock, locale: str, kind: str
) -> None:
    tongue, pictures = TONGUES[locale], PICTURES / locale
    shutil.rmtree(pictures, ignore_errors=True)
    async with (
        Indoors(_settings(sqlite_url, tmp_path, post), clock) as house,
        Phone(house.base, pictures, languages=tongue.header, dark=locale == "zh_Hant_HK") as phone,
    ):
        walk = Walk(Product(tmp_path, sqlite_url), phone, tongue, house.mailbox(post), "zhao.mingyuan@mail.example")
        with i18n.speaking(locale):
            await _goes(Deal(house, phone, walk, kind), phone)
            if KEEP and locale == "zh_Hans":
                shutil.copyfile(pictures / "06-chart-large.png", KEPT / "compare.png")
        await phone.looks_back()
        tongue.spoke(phone.heard)


async def _goes(deal: Deal, phone: Phone | None = None) -> None:
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
    await deal.signs()
    await shown("signed")
    await deal.waits()
    await shown("notice")
    await deal.is_paid()
    await shown("received")
    if deal.kind == "bond":
        await deal.has_his_coupon()
        await shown("coupon")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.mark.parametrize(("locale", "kind"), [("zh_Hans", "sale"), ("zh_Hant_HK", "bond"), ("en", "sale")])
async def test_on_telegram(
    sqlite_url: str, tmp_path: Path, post: Post, api: BotApi, clock: FakeClock, locale: str, kind: str
) -> None:
    tongue, port = TONGUES[locale], free_port()
    settings = _settings(
        sqlite_url, tmp_path, post, telegram_token=TOKEN, telegram_api_base=api.base, telegram_webhook_secret=SECRET,
        public_url=f"http://127.0.0.1:{port}",
    ).model_copy(update={"port": port})  # fmt: skip
    async with Indoors(settings, clock) as house:
        await api.until(lambda: api.webhook)
        chatter = Chatter(api, 7001, tongue.telegram)
        walk = Walk(Product(tmp_path, sqlite_url), chatter, tongue, house.mailbox(post), "zhao.mingyuan@mail.example")
        with i18n.speaking(locale):
            await _goes(Deal(house, chatter, walk, kind))
        await chatter.looks_back()
        tongue.spoke(chatter.heard)
