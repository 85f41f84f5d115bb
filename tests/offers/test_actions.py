"""What an operator and the clock do with offers: import, publish, withdraw, expire, and the gate."""

from datetime import timedelta

import pytest

from bot import numbers
from bot.errors import Invalid, StaleStatus
from bot.offers import actions, rules
from storage import ledger, offers
from storage.terms import OfferStatus
from tests.offers.market import CLASSES
from tests.offers.sheets import BOND, SALE


async def test_an_import_is_a_draft_that_holds_the_class_s_figure(market):
    claim = await market.claim(1)
    report = await market.imports({**SALE, "claim": claim}, {**SALE, "claim": claim, "reference": "S-2"})
    assert (report.faults, report.unchanged) == ((), ())
    assert [(added.row, added.claim, added.kind) for added in report.added] == [(2, claim, "sale"), (3, claim, "sale")]
    offer = await market.offer(report.added[0].number)
    assert (offer.status, offer.item, offer.creditor_id) == (OfferStatus.DRAFT, None, 1)
    bound = rules.unpacked(offer.terms)
    assert bound.claim.figure == CLASSES["5A"]
    assert bound.digest() == offer.terms_hash
    assert await market.chain(report.added[0].number) == [], "a draft is nobody's business"


async def test_one_fault_and_nothing_is_brought_in(market):
    claim = await market.claim(1)
    good = {**SALE, "claim": claim}
    report = await market.imports(
        good,
        {**good, "reference": "S-2", "claim": numbers.new("ZQ")},
        {**good, "reference": "S-3", "price": "28001.00"},
        {**good, "reference": "S-4", "price_pct": "-1"},
        {**good, "reference": "S-5", "claim": await market.claim(1, status="withdrawn")},
    )
    assert report.added == ()
    assert [str(fault) for fault in report.faults] == [
        "row 3, claim: no such claim",
        "row 4, price: is not the percentage of the claim amount (gross: less what was received)",
        "row 5, price_pct: must not be negative",
        "row 6, claim: the claim is withdrawn, disallowed, transferred or paid",
    ]
    assert await offers.newest(market.look) == []


async def test_importing_a_file_again_changes_nothing(market):
    row = {**BOND, "claim": await market.claim(1)}
    first = await market.imports(row)
    again = await market.imports({**row, "reference": " ｂ-1 "})
    assert (again.added, again.unchanged, again.faults) == ((), (first.added[0].number,), ())
    assert len(await offers.newest(market.look)) == 1


@pytest.mark.parametrize("publish", [False, True])
async def test_the_terms_of_an_offer_never_change(market, publish):
    await market.gate("HK")
    row = {**BOND, "claim": await market.claim(1)}
    number = (await market.imports(row)).added[0].number
    if publish:
        await market.publishes()
    before = await market.offer(number)
    for name, cell in (
        ("coupon_pct", "7"),
        ("expires_at", "2026-11-26T18:00:00+08:00"),
        ("claim", await market.claim(1)),
    ):
        report = await market.imports({**row, name: cell})
        assert [(fault.row, fault.field, fault.code) for fault in report.faults] == [(2, "reference", "changes_terms")]
    assert await market.offer(number) == before


async def test_two_imports_at_once_bring_a_reference_in_once(market, monkeypatch):
    row = {**SALE, "claim": await market.claim(1)}
    await market.imports(row)

    async def not_yet(_db, _source_index):
        """What an import saw that looked before the other one was there."""

    monkeypatch.setattr(offers, "by_source", not_yet)
    with pytest.raises(StaleStatus):
        await market.imports({**row, "reference": "S-0"}, row)
    assert len(await offers.newest(market.look)) == 1, "all of the second import was taken back"


async def test_publishing_numbers_the_offers_of_a_claim(market):
    await market.gate("HK")
    claim, other = await market.claim(1), await market.claim(2)
    rows = [{**SALE, "claim": claim, "reference": f"S-{n}"} for n in range(3)] + [
        {**SALE, "claim": other, "reference": "T-1"}
    ]
    drafted = (await market.imports(*rows)).added
    dry = await market.publishes(dry_run=True)
    assert (len(dry.published), dry.held) == (4, ())
    assert {(await market.offer(added.number)).status for added in drafted} == {OfferStatus.DRAFT}
    await market.withdraws(drafted[1].number)
    report = await market.publishes()
    assert {published.number for published in report.published} == {drafted[n].number for n in (0, 2, 3)}
    assert [(await market.offer(drafted[n].number)).item for n in (0, 2, 3)] == [1, 2, 1]
    entries = await market.chain(drafted[2].number)
    assert [(entry.kind, entry.item, entry.status) for entry in entries] == [("offer:made", "2", "open")]


async def test_the_gate_holds_drafts_back_and_says_why(market):
    await market.gate("HK", "sale")
    await market.gate("US", "sale", allowed=False, reason="securities counsel, 2026-10-01")
    rows = [
        {**SALE, "claim": await market.claim(1, residence=place), "reference": f"S-{place}"}
        for place in ("HK", "US", "CN", "SG", None)
    ]
    drafted = (await market.imports(*rows)).added
    numbers_ = [added.number for added in drafted]
    for dry_run in (True, False):
        report = await market.publishes(dry_run=dry_run)
        assert [published.number for published in report.published] == numbers_[:1]
        assert {(held.number, held.code, held.place) for held in report.held} == {
            (numbers_[1], "shut", "US"),
            (numbers_[2], "shut", "CN"),
            (numbers_[3], "undecided", "SG"),
            (numbers_[4], "undecided", ""),
        }
    assert [held.why for held in report.held if held.place == "US"] == [
        "this kind is not shown to residents of this place (US)"
    ]
    bond = (await market.imports({**BOND, "claim": await market.claim(1)})).added[0].number
    assert [held.code for held in (await market.publishes(bond)).held] == ["undecided"], (
        "HK was decided for sales alone"
    )


async def test_what_cannot_be_published_is_held_back(market, clock):
    await market.gate("HK")
    claim = await market.claim(1, status="submitted")
    number = (await market.imports({**SALE, "claim": claim})).added[0].number
    missing = numbers.new("BJ")
    report = await market.publishes(number, missing, "nonsense", number)
    assert [(held.number, held.code) for held in report.held] == [
        (missing, "unknown"),
        ("nonsense", "unknown"),
        (number, "claim"),
    ]
    await market.decide(claim, "allowed")
    assert (await market.publishes(number)).held == ()
    assert [held.code for held in (await market.publishes(number)).held] == ["not_a_draft"]
    late = (await market.imports({**SALE, "claim": claim, "reference": "late"})).added[0].number
    clock.passes(timedelta(days=3, hours=7, minutes=56))
    assert [held.code for held in (await market.publishes(late)).held] == ["over"]


async def test_withdrawing(market, clock):
    await market.gate("HK")
    claim = await market.claim(1)
    number, ended = await market.sale(claim), await market.sale(claim)
    assert await market.withdraws(number.lower(), " 买方撤回 ") == actions.Withdrawn(number, dropped=False)
    offer = await market.offer(number)
    assert (offer.status, offer.reason) == (OfferStatus.CANCELLED, "买方撤回")
    with pytest.raises(rules.OfferClosed) as refused:
        await market.withdraws(number)
    assert refused.value.status == OfferStatus.CANCELLED
    for unknown in (numbers.new("BJ"), "nonsense"):
        with pytest.raises(rules.OfferUnknown):
            await market.withdraws(unknown)
    clock.passes(timedelta(days=9))
    await market.sweeps()
    with pytest.raises(rules.OfferClosed):
        await market.withdraws(ended)


async def test_a_withdrawn_draft_is_forgotten_and_its_reference_free(market):
    row = {**SALE, "claim": await market.claim(1)}
    number = (await market.imports(row)).added[0].number
    assert await market.withdraws(number) == actions.Withdrawn(number, dropped=True)
    assert await offers.by_number(market.look, number) is None
    assert (await market.imports({**row, "law": "特拉华州法"})).added


async def test_the_sweep_waits_for_the_grace_and_moves_each_once(market, clock):
    await market.gate("HK")
    rows = []
    for n in range(actions.CHUNK // 20):
        claim = await market.claim(n)
        rows += [{**SALE, "claim": claim, "reference": f"{n}-{k}"} for k in range(21)]
    brought = await market.imports(*rows)
    await market.publishes()
    ends = (await market.offer(brought.added[0].number)).expires_at
    clock.passes(ends + timedelta(seconds=60) - timedelta(microseconds=1))
    assert await market.sweeps() == 0
    clock.passes(timedelta(microseconds=1))
    swept = [await market.sweeps(), await market.sweeps(), await market.sweeps()]
    assert swept == [actions.CHUNK, len(rows) - actions.CHUNK, 0]
    for added in brought.added[::7]:
        assert [entry.kind for entry in await market.chain(added.number)] == ["offer:made", "offer:expired"]


async def test_the_gate_is_an_operator_s_dated_decision(market, clock):
    await market.gate("HK", "bond", reason="one")
    clock.passes(timedelta(hours=1))
    await market.gate("hk", "bond", allowed=False, reason=" two ")
    (row,) = await offers.operator_rules(market.look)
    assert (row.fact, row.value, row.kind, row.allowed, row.reason) == ("residence", "HK", "bond", False, "two")
    assert (row.decided_at, row.decided_by, row.demo) == (clock.now(), "alice", False)
    chain = await ledger.chain(market.look, row.handle)
    assert [(entry.kind, entry.status) for entry in chain] == [("rule:decided", "standing")] * 2, "each one signed"


@pytest.mark.parametrize(
    ("place", "kind", "reason", "wrong"),
    [
        ("HKG", "sale", "r", "place"),
        ("", "sale", "r", "place"),
        ("HK", "loan", "r", "kind"),
        ("HK", "sale", " ", "reason"),
    ],
)
async def test_a_decision_without_sense_is_refused(market, place, kind, reason, wrong):
    with pytest.raises(Invalid) as refused:
        await market.gate(place, kind, reason=reason)
    assert refused.value.code == wrong
    assert await offers.operator_rules(market.look) == []


async def test_an_invented_decision_opens_the_gate_for_invented_offers_only(market):
    await market.gate("HK", demo=True)
    claim = await market.claim(1)
    real = (await market.imports({**SALE, "claim": claim})).added[0].number
    invented = (await market.imports({**SALE, "claim": claim, "reference": "S-2"}, demo=True)).added[0].number
    report = await market.publishes()
    assert [(held.number, held.code) for held in report.held] == [(real, "undecided")]
    assert [published.number for published in report.published] == [invented]


async def test_an_invented_decision_does_not_replace_an_operator_s(market):
    await market.gate("HK", "sale", allowed=False, reason="no opinion yet")
    await market.gate("HK", "sale", demo=True)
    (decision,) = await offers.operator_rules(market.look)
    assert (decision.allowed, decision.reason, decision.demo) == (False, "no opinion yet", False)
    await market.gate("SG", "sale", demo=True)
    await market.gate("SG", "sale", allowed=False, reason="no opinion yet")
    decided = {row.value: (row.allowed, row.demo) for row in await offers.operator_rules(market.look)}
    assert decided == {"HK": (False, False), "SG": (False, False)}
