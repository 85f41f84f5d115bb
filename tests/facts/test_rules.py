"""The shipped data, row by row; and what a malformed file does."""

import csv
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import i18n
from bot.case import known
from bot.case.known import Source
from bot.facts import rules
from bot.understanding import matters


def test_the_distributions_are_what_was_announced() -> None:
    rounds = {one.round: one for one in known.distributions()}
    assert list(rounds) == ["1", "2", "3", "4", "PE-1"], "oldest first"
    assert rounds["1"].classes_7 == (Decimal(119), Decimal(120)), "sources disagree: a range"
    assert rounds["2"].record_date is None, "could not be verified, so it is not used"
    assert [one.cum_5a for one in rounds.values()] == [None, Decimal(72), Decimal(78), Decimal(96), None]
    assert rounds["3"].cum_5b == Decimal(95), "the announced figure, not 54 + 40"
    assert not rounds["PE-1"].customers
    assert known.latest_to_customers().round == "4"


def test_others_may_ask_for_record_dates() -> None:
    assert known.record_dates() == [date(2025, 1, 3), date(2025, 8, 15), date(2026, 2, 14)]


def test_the_newest_event() -> None:
    assert known.newest() == date(2026, 5, 29)


def test_the_classes() -> None:
    classes = {one.class_id: one for one in known.plan_classes()}
    assert classes["5A"].paid == Decimal(96)
    assert classes["5A"].ceiling == (Decimal(143), Decimal(149))
    assert classes["7A"].ceiling == (Decimal("120.5"), Decimal("120.5"))
    assert not classes["12"].numbered
    assert not classes["FTT"].numbered
    assert {one.class_id for one in known.shown_classes()} == {"5A", "5B", "6A", "6B", "7A", "7B", "12", "FTT"}


def test_twenty_five_of_forty_nine_places_are_known() -> None:
    named = {place.iso_code for place in known.named_places()}
    assert len(named) == 25
    assert known.MOTION_NAMES == 49
    assert {"CN", "MO", "EG", "NG", "RU", "UA"} <= named
    assert not {"HK", "TW", "SG", "KP"} & named, "not seen, unknown, or reported weakly"


def test_portal_statuses_are_unique_and_the_unverified_are_not_shown() -> None:
    keys = [(one.field, one.status) for one in known.portal_statuses()]
    assert len(keys) == len(set(keys)) == 36
    assert known.portal_fields()[:3] == ("email", "kyc", "tax_form"), "in the order of the portal's steps"
    shown = {one.status for one in known.statuses_of("kyc")}
    assert shown == {"processing", "on_hold", "undergoing_review", "document_requested", "verified"}
    assert known.statuses_of("nothing") == ()


def test_how_the_portal_words_a_status() -> None:
    found = {(one.field, one.status): one for one in known.portal_statuses()}
    assert found["kyc", "on_hold"].names["en"] == "On Hold"
    assert found["kyc", "on_hold"].wording == "exact"
    assert (found["tax_form", "complete"].names["en"], found["tax_form", "complete"].wording) == (
        "Complete",
        "unverified",
    )
    assert found["transfer", "objected"].wording == "ours"


def test_hong_kong_has_its_own_words_for_portal_statuses() -> None:
    found = {(one.field, one.status): one.names for one in known.portal_statuses()}
    assert found["claim", "allowed"]["zh_Hant_HK"] == "已獲接納"
    assert found["claim", "disallowed_expunged"]["zh_Hant_HK"] == "不獲接納並已剔除"
    assert found["dashboard", "deferred"]["zh_Hant_HK"] == "暫緩分派"
    assert found["claim", "disputed"]["zh_Hant_HK"] == found["claim", "disputed"]["zh_Hant"]


def test_everything_has_a_name_in_every_language() -> None:
    named = (known.plan_classes(), known.places(), known.glossary().values())
    for names in (one.names for rows in named for one in rows):
        assert set(names) == set(i18n.LOCALES)
        assert all(names.values())


def test_petition_prices() -> None:
    prices = {one.asset: one.usd for one in known.prices()}
    assert prices["BTC"] == Decimal(16871)
    assert prices["FTT"] == 0
    assert prices["USDT"] is None, "the figure was not recorded, and must not be taken for 1"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("crypto.news, 2025-07-10; absent from every partial list found", [("crypto.news", False)]),
        ("CoinDesk text via gdgz.link, 2026-03-18; Mitrade, 2026-01-15", [("CoinDesk", True), ("Mitrade", False)]),
        ("FTX Support, KYC Statuses; FTX Support, Dashboard FAQs", [("FTX Support", False)]),
        ("S. Kavuri via ForkLog", [("S. Kavuri", True)]),
        ("Paxtibi LLP FAQ, 2025-07-30 and 2025-09-24", [("Paxtibi LLP FAQ", False)]),
        ("general knowledge", []),
    ],
)
def test_sources_are_named_shortly(text: str, names: list[tuple[str, bool]]) -> None:
    assert list(known.sources(text)) == [Source(*name) for name in names]


def test_first_hand_goes_before_republished() -> None:
    both = known.together([known.sources("CoinDesk text via X"), known.sources("CoinDesk; CoinDesk text via Y")])
    assert both == (Source("CoinDesk", False),)


def test_every_case_that_is_known_by_name_is_told_apart() -> None:
    assert set(matters.CASES) == set(rules.CASES)


def test_who_writes_in_which_case() -> None:
    ours = {one.value for one in known.genuine_hosts("FTX")}
    assert {"claims.ftx.com", "ra.kroll.com", "bitgo.info"} <= ours
    assert "clientid-ftxclaims.com" not in ours, "known to be fake"
    assert [one.value for one in rules.sites_of("celsius")] == ["celsiusdistribution.stretto.com"]
    assert rules.sites_of("celsius")[0].source_date == "2024-04"
    assert [one.value for one in rules.sites_of("bahamas")] == ["digitalmarketsclaim.pwc.com"], "the portal alone"
    assert rules.sites_of("mtgox") == (), "we do not know, and say so"
    assert rules.sites_of("blockfi") == ()


@pytest.mark.parametrize(
    ("text", "term_id"),
    [
        ("登记日是什么", "record_date"),
        ("受限司法管辖区是啥", "restricted_jurisdiction"),
        ("債權讓與是什麼", "claim_transfer"),
        ("票面息率點計", "coupon_rate"),
        ("what is a Record Date?", "record_date"),
        ("UCC 是什么", "ucc"),
        ("W-8BEN 表怎么填", "w8ben"),
        ("recordings", None),
        ("今天天气不错", None),
        ("", None),
    ],
)
def test_a_word_of_the_field_is_found_in_a_question(text: str, term_id: str | None) -> None:
    assert rules.find_term(text) == term_id


# -- the calculator

CENTS = st.integers(1, rules.MOST)
CLASSES = st.sampled_from([one for one in known.plan_classes() if one.paid is not None])


@given(CLASSES, CENTS)
def test_never_more_than_was_announced(plan_class: known.PlanClass, cents: int) -> None:
    found = rules.estimate(plan_class, cents)
    assert plan_class.paid is not None
    exact = Fraction(cents) * Fraction(plan_class.paid) / 100
    assert exact - 1 < found.announced <= exact, "down to the cent, and no further"
    if plan_class.ceiling is not None and found.ceiling is not None:
        low, high = found.ceiling
        assert found.announced <= low <= high <= Fraction(cents) * Fraction(plan_class.ceiling[1]) / 100


@given(CLASSES, CENTS, CENTS)
def test_more_is_never_less_within_a_class(plan_class: known.PlanClass, one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert rules.estimate(plan_class, less).announced <= rules.estimate(plan_class, more).announced


@given(st.sampled_from(matters.KINDS), CENTS)
def test_every_amount_has_its_classes(where: str, cents: int) -> None:
    found = rules.classes_of(where, cents)
    assert len(found) == (2 if where == "unsure" else 1)
    for one in found:
        assert (one.class_id[0] == "7") == (cents <= 5_000_000 and where not in ("general", "loan"))


def test_figures_worked_out_by_hand() -> None:
    over = rules.estimate(rules.classes_of("com", 20_000_000)[0], 20_000_000)
    assert (over.plan_class.class_id, over.announced, over.ceiling) == ("5A", 19_200_000, (28_600_000, 29_800_000))
    small = rules.estimate(rules.classes_of("com", 5_000_000)[0], 5_000_000)
    assert (small.plan_class.class_id, small.announced, small.ceiling) == ("7A", 6_000_000, (6_025_000, 6_025_000))
    assert rules.estimate(rules.classes_of("us", 5_000_001)[0], 5_000_001).plan_class.class_id == "5B"
    assert rules.share(1, Decimal(96)) == 0, "a cent's share is less than a cent"


def test_a_class_without_a_figure_is_not_estimated() -> None:
    nft = next(one for one in known.plan_classes() if one.class_id == "NFT")
    with pytest.raises(ValueError, match="nothing was announced for class NFT"):
        rules.estimate(nft, 100)


@pytest.mark.parametrize(
    ("argument", "cents"),
    [
        ("5000000", 5_000_000),
        ("0", None),
        ("", None),
        ("-5", None),
        ("5.5", None),
        ("٥", None),
        ("9" * 15, None),
        ("x", None),
    ],
)
def test_an_amount_in_a_button(argument: str, cents: int | None) -> None:
    assert rules.read_cents(argument) == cents


@pytest.mark.parametrize(
    ("today", "passed"),
    [
        (date(2026, 11, 22), (4, 11)),
        (date(2026, 11, 11), (4, 0)),
        (date(2026, 11, 10), (3, 364)),
        (date(2022, 11, 11), (0, 0)),
        (date(2020, 1, 1), (0, 0)),
    ],
)
def test_time_since_the_petition(today: date, passed: tuple[int, int]) -> None:
    assert rules.elapsed(known.PETITION, today) == passed


# -- what must fail


def _changed(folder: Path, name: str, column: str, value: str) -> Path:
    """A copy of a data file whose second row differs in one cell."""
    with (known.DATA / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[1][column] = value
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return folder


@pytest.mark.parametrize(
    ("name", "make", "column", "value", "says"),
    [
        ("distributions.csv", known._distribution, "pay_date", "30 May 2025", "row 3: Invalid isoformat"),
        ("distributions.csv", known._distribution, "pay_date", "", "row 3: pay_date and as_of"),
        ("distributions.csv", known._distribution, "record_date", "2025-06-30", "row 3: the record date must stand"),
        ("distributions.csv", known._distribution, "cum_5A_pct", "72 %", "row 3: '72 %' is not a number"),
        ("distributions.csv", known._distribution, "cum_7_pct_min", "130", "row 3: 130 is more than 120"),
        ("distributions.csv", known._distribution, "cum_7_pct_max", "", "row 3: a range needs both ends"),
        ("distributions.csv", known._distribution, "confidence", "sure", "row 3: confidence 'sure'"),
        ("distributions.csv", known._distribution, "kind", "bonus", "row 3: kind 'bonus'"),
        ("distributions.csv", known._distribution, "source", " ", "row 3: no source"),
        ("plan_classes.csv", known._plan_class, "cum_as_of", "", "row 3: a paid figure without its date"),
        ("plan_classes.csv", known._plan_class, "name_zh_Hant_HK", "", "row 3: a name is missing"),
        ("jurisdictions.csv", known._place, "status_on_motion", "banned", "row 3: status_on_motion 'banned'"),
        ("jurisdictions.csv", known._place, "iso_code", "dz", "row 3: iso_code 'dz'"),
        ("portal_statuses.csv", known._portal_status, "zh_Hant_HK", "", "row 3: a name is missing"),
        ("genuine_senders.csv", known._sender, "genuine", "maybe", "row 3: genuine 'maybe'"),
        ("glossary.csv", known._term, "term_id", "Bond!", "row 3: term_id 'Bond!'"),
        ("glossary.csv", known._term, "zh_Hant_HK", "", "row 3: a name is missing"),
    ],
)
def test_a_malformed_row_is_named(tmp_path: Path, name: str, make, column: str, value: str, says: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}, {says}"):
        known._read(name, make, _changed(tmp_path, name, column, value))


@pytest.mark.parametrize("lines", ["asset,source\nBTC\n", "asset,source\nBTC,X,Y\n", "asset,source\n"])
def test_a_file_with_missing_or_spare_cells_or_no_rows_is_refused(tmp_path: Path, lines: str) -> None:
    (tmp_path / "conversion_prices.csv").write_text(lines)
    with pytest.raises(ValueError, match=r"^conversion_prices.csv(, row 2: too many or too few cells|: no rows)"):
        known._read("conversion_prices.csv", known._price, tmp_path)
