"""The whole way in a real Chromium on a phone's screen, with a picture of every stage.

The pictures are left under build/journey. With ZQT_KEEP_PICTURES=1 two of them become the README's.
"""

import os
import shutil

import pytest

from bot import i18n
from tests.journeys.browser import Phone
from tests.journeys.post import Mailbox
from tests.journeys.product import ROOT, Product
from tests.journeys.tongue import TONGUES
from tests.journeys.walk import Walk

PICTURES = ROOT / "build" / "journey"
KEPT = ROOT / "docs" / "images"
KEEP = os.environ.get("ZQT_KEEP_PICTURES") == "1"


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.usefixtures("catalogues")
@pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)
async def test_a_creditor_with_a_phone(product: Product) -> None:
    await product.start()
    shutil.rmtree(PICTURES, ignore_errors=True)
    KEPT.mkdir(parents=True, exist_ok=True)
    tongue = TONGUES["zh_Hans"]
    async with Phone(product.base, PICTURES) as phone:
        mailbox = Mailbox(product)
        walk = Walk(product, phone, tongue, mailbox.code, "zhao.mingyuan@mail.example", kinds=("bond", "sale"))
        with i18n.speaking(tongue.locale):
            await walk.is_greeted()
            await phone.picture("greeting")
            await walk.agrees()
            await phone.picture("consents")
            await walk.links()
            await phone.picture("linked")
            await walk.files()
            await phone.picture("filed")
            await walk.asks_for_status("submitted")
            await phone.picture("status")
            if KEEP:
                asked = int(str(phone.screen.where)) - 1
                shutil.copyfile(await phone.composed("status-large", asked), KEPT / "chat.png")
            await walk.sets_the_clock()
            await walk.is_decided()
            await phone.picture("allowed")
            await walk.is_offered()
            await phone.picture("offered")
            await walk.reads_the_offer()
            await phone.picture("offer")
            if KEEP:
                shutil.copyfile(await phone.composed("offer-large", phone.screen.where), KEPT / "offer.png")
            await walk.accepts()
            await phone.picture("accepted")
            await walk.reads_the_timeline()
            await phone.picture("timeline")
            await walk.asks_a_person()
            await phone.picture("answered")
        await phone.looks_back()
        await phone.picture("reloaded")
        tongue.spoke(phone.heard)
        await product.stop()
    product.kept_quiet(walk.secrets)
    product.sealed(walk.secrets)
