"""The rules of eligibility: each fact by itself, with dates, sources, a reason and a way out; and who decided what."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import app, ways
from bot.conversation.channel import Abilities
from bot.conversation.engine import Engine, Pace
from bot.errors import Invalid
from bot.offers import eligibility, rules, texts
from bot.offers.rules import Facts, Rule
from storage import ledger, offers
from storage.terms import ClaimStatus, OfferKind
from tests.fixtures import ABILITIES
from tests.offers.market import Market, verdict
from tests.offers.sheets import SALE
from tests.person import Person

TODAY = date(2026, 11, 22)
OPEN = (True, "an opinion")


@pytest.fixture
async def creditor(person: Person, market: Market) -> int:
    """The person is linked and lives where both kinds may be shown."""
    await market.gate("HK")
    return await person.linked_as("chen@example.com")


# --- the pure function ------------------------------------------------------------------------


def test_every_rule_of_the_file_has_dates_a_source_and_words():
    written = eligibility.written()
    assert len({rule.name for rule in written}) == len(written)
    for rule in written:
        assert rule.fact in rules.FACTS
        assert rule.kinds <= set(rules.KINDS)
        assert rule.source
        assert rule.stops in (rules.SHOWING, rules.ACCEPTANCE)
        if not rule.allowed:
            reason = rules.Reason(rule, "ZQ-ECCD6ED" if rule.fact == "lien" else rule.value.replace("*", "HK"))
            assert texts.why(reason, "sale")
            if rule.fact != "channel":
                assert "什么会改变它" in texts.why(reason, "sale") or "更正登记内容" in texts.why(reason, "sale")


def test_residence_nationality_and_tax_residence_are_three_facts():
    # a passport of the mainland with a residence elsewhere closes nothing
    assert verdict("SG", "sale", OPEN, nationality="CN", tax_residence="SG").allowed
    assert not verdict("CN", "sale", None, nationality="SG", tax_residence="SG").shown
    shut = Rule("n", "nationality", "US", frozenset({"sale"}), False, rules.SHOWING, TODAY, None, "counsel", "",
                said="securities law", decided=True)  # fmt: skip
    facts = Facts("sale", TODAY, residence="HK", nationality="US", consents=frozenset({"claim_details"}))
    own = Rule(
        "r", "residence", "HK", frozenset({"sale"}), True, rules.SHOWING, TODAY, None, "counsel", "", decided=True
    )
    judged = rules.judged(facts, rules.ruleset((*eligibility.written(), shut, own)))
    assert [reason.fact for reason in judged.against_showing] == ["nationality"]
    assert "您登记的国籍（美国）" in texts.not_shown(judged)
    assert "securities law" in texts.not_shown(judged)


@pytest.mark.parametrize(
    ("on", "name"),
    [(date(2026, 2, 5), "residence-undecided"), (date(2026, 2, 6), "residence-mainland-2026-02-06")],
)
def test_the_notice_of_2026_02_06_counts_from_its_day(on, name):
    judged = rules.judged(Facts("sale", on, residence="CN"), rules.ruleset(eligibility.written()))
    assert [reason.rule.name for reason in judged.reasons if reason.fact == "residence"] == [name]


def test_a_rule_ends_with_its_last_day():
    until = Rule("r", "residence", "HK", frozenset({"sale"}), True, rules.SHOWING, TODAY, TODAY, "c", "", decided=True)
    both = rules.ruleset((*eligibility.written(), until))
    agreed = frozenset({"claim_details"})
    for days, shown in ((-1, False), (0, True), (1, False)):
        facts = Facts("sale", TODAY + timedelta(days=days), residence="HK", consents=agreed)
        assert rules.judged(facts, both).shown is shown


def test_wechat_is_told_nothing_of_offers():
    judged = verdict("HK", "sale", OPEN, channel="wechat")
    assert not judged.shown
    assert judged.reasons[0].rule.source == "微信公众平台运营规范 3.24（IT之家，2022-06-20）"
    words = texts.not_shown(judged)
    for never in ("要约", "报价", "价格", "转让", "债券", "买方"):
        assert never not in words


@pytest.mark.parametrize("status", ClaimStatus)
def test_the_status_of_the_claim_stops_the_acceptance_and_not_the_showing(status):
    judged = verdict("HK", "bond", OPEN, claim_status=status)
    assert judged.shown
    assert judged.allowed is (status == ClaimStatus.ALLOWED)


@pytest.mark.parametrize(
    ("facts", "fact", "stops"),
    [
        ({"consents": frozenset()}, "consent", "showing"),
        ({"identity": "unbound"}, "identity", "showing"),
        ({"identity": "stranger"}, "identity", "showing"),
        ({"identity": "frozen"}, "identity", "acceptance"),
        ({"amount": 10**14 + 1}, "amount", "acceptance"),
    ],
)
def test_each_fact_by_itself(facts, fact, stops):
    (reason,) = verdict("HK", "sale", OPEN, **facts).reasons
    assert (reason.fact, reason.rule.stops) == (fact, stops)


def test_a_lien_and_a_size_stop_the_acceptance():
    lien = Rule(
        "l", "lien", "ZQ-ECCD6ED", frozenset({"sale"}), False, rules.ACCEPTANCE, TODAY, None, "c", "", decided=True
    )
    small = Rule(
        "s", "amount", "-4999999", frozenset({"sale"}), False, rules.ACCEPTANCE, TODAY, None, "c", "", decided=True
    )
    both = rules.ruleset((lien, small))
    for claim, amount, against in (
        ("ZQ-ECCD6ED", 50_000_00, ["lien"]), ("ZQ-0000000", 49_999_99, ["amount"]), ("ZQ-0000000", 50_000_00, []),
    ):  # fmt: skip
        judged = rules.judged(Facts("sale", TODAY, claim=claim, amount=amount), both)
        assert [reason.fact for reason in judged.reasons] == against
        assert judged.shown


RULES = st.builds(
    Rule,
    name=st.text("abc", min_size=1, max_size=3),
    fact=st.sampled_from(["residence", "nationality", "channel"]),
    value=st.sampled_from(["*", "HK", "CN", "wechat"]),
    kinds=st.sets(st.sampled_from(rules.KINDS)).map(frozenset),
    allowed=st.booleans(),
    stops=st.sampled_from([rules.SHOWING, rules.ACCEPTANCE]),
    valid_from=st.just(TODAY),
    valid_until=st.none() | st.just(TODAY),
    source=st.just("s"),
    why=st.just(""),
)


@given(st.lists(RULES, max_size=6, unique_by=lambda rule: rule.name), st.randoms(use_true_random=False))
def test_the_version_names_the_rules_and_not_their_order(found, chance):
    version = rules.ruleset(found).version
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert rules.ruleset(shuffled).version == version
    if found:
        assert rules.ruleset(found[1:]).version != version


@given(st.lists(RULES, max_size=6, unique_by=lambda rule: rule.name), st.sampled_from(["HK", "CN", ""]))
def test_allowed_means_that_nothing_speaks_against_it(found, place):
    judged = rules.judged(Facts("sale", TODAY, residence=place, nationality="CN"), rules.ruleset(found))
    assert judged.allowed is (judged.reasons == ())
    assert judged.shown or not judged.allowed


# --- what is decided, and kept ----------------------------------------------------------------


async def test_a_decision_is_a_signed_entry_and_changes_the_version(market):
    before = (await eligibility.in_force(market.look)).version
    await market.rule("nationality", "us", "any", allowed=False, source="counsel", remedy="等待法律意见")
    after = await eligibility.in_force(market.look)
    assert after.version != before
    (row,) = await offers.operator_rules(market.look)
    assert (row.fact, row.value, row.kind) == ("nationality", "US", "any")
    await market.database.write(
        lambda db: eligibility.end(db, "nationality", "US", "any", "withdrawn", market.clock.now(), "bob")
    )
    assert (await eligibility.in_force(market.look)).version == before
    assert [entry.kind for entry in await ledger.chain(market.look, row.handle)] == ["rule:decided", "rule:ended"]
    await market.rule("nationality", "US", "any", allowed=False)
    assert len(await ledger.chain(market.look, row.handle)) == 3


@pytest.mark.parametrize(
    ("fact", "value", "wrong"),
    [
        ("mood", "bad", "fact"),
        ("residence", "HKG", "place"),
        ("lien", "ZQ-0000000", "wrong_number"),
        ("amount", "many", "value"),
        ("identity", "somebody", "value"),
        ("channel", "we chat!", "value"),
    ],
)
async def test_a_rule_without_sense_is_refused(market, fact, value, wrong):
    with pytest.raises(Invalid) as refused:
        await market.rule(fact, value, "sale", allowed=False)
    assert refused.value.code == wrong
    with pytest.raises(Invalid) as refused:
        await market.rule("residence", "HK", "sale", allowed=True, valid_until=date(2020, 1, 1))
    assert refused.value.code == "dates"


async def test_what_speaks_against_cannot_be_overruled_but_only_ended(market):
    with pytest.raises(Invalid):
        await market.rule("consent", "claim_details", "sale", allowed=True)


async def test_every_decision_keeps_the_version_it_used(person, creditor, market):
    claim = await market.claim(creditor)
    number = await market.sale(claim)
    version = (await eligibility.in_force(market.look)).version
    await person.taps_token("offers.list")
    await person.taps_token(f"offers.accept:{number}")
    await market.rule("lien", claim, "any", allowed=False, reason="质押给第三方")
    changed = (await eligibility.in_force(market.look)).version
    await person.taps("确认转让")
    person.sees("目前不能接受", f"债权 {claim} 上登记有第三方的权利负担", "质押给第三方")
    await market.database.write(lambda db: eligibility.end(db, "lien", claim, "any", "r", market.clock.now(), "alice"))
    await person.taps("确认转让")
    person.sees("接受了债权转让要约")
    found = [(one.about, one.outcome, one.ruleset, one.codes) for one in await offers.decisions(market.look, creditor)]
    assert found == [
        (number, "shown", version, ""),
        (number, "refused", changed, f"lien-{claim}-any"),
        (number, "accepted", version, ""),
    ]


async def test_what_is_not_shown_is_noted_once_with_its_rule(person, creditor, market):
    claim = await market.claim(creditor, residence="CN")
    for _look in range(3):
        await person.taps_token("offers.list")
    found = [(one.about, one.kind, one.outcome, one.codes) for one in await offers.decisions(market.look, creditor)]
    assert found == [(claim, kind, "hidden", "residence-mainland-2026-02-06") for kind in OfferKind]


async def test_a_withdrawn_consent_hides_offers_and_says_how_to_come_back(person, creditor, market):
    claim = await market.claim(creditor)
    number = await market.sale(claim)
    await market.revokes_consent(creditor, "claim_details")
    await person.taps_token(f"offers.read:{number}")
    person.sees("还缺少您对“债权资料”的同意", "什么会改变它")
    person.sees_not("28,000.00")
    assert person.button("我的同意").token == "welcome.consents"
    report = await market.imports({**SALE, "claim": claim, "reference": "S-9"})
    held = await market.publishes(report.added[0].number)
    assert [one.code for one in held.held] == ["consent"]


async def test_a_channel_with_a_policy_of_its_own_gets_no_figures(person, creditor, market, database, clock):
    number = await market.sale(await market.claim(creditor))
    can = {**ABILITIES, "wechat:1": Abilities()}
    engine = Engine(database, app.book(), ways.vocabulary(), can, pace=Pace(burst=10**9))
    there = Person(engine, "wechat:1", "openid", clock=clock)
    await there.linked_as("chen@example.com")
    for step in (
        "list",
        f"read:{number}",
        f"accept:{number}",
        "take",
        "beside",
        "asks",
        "ask",
        f"decline:{number}",
        "what",
    ):
        await there.taps_token(f"offers.{step}")
        there.sees_not("28,000.00", "Example Capital", "[全部要约]", "价格")
