"""Who is told what, and never at night."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import words
from bot.ledger import kinds
from bot.notices import rules
from storage.terms import NoticeKind

ANYWHERE = sorted(zone for zone in available_timezones() if "/" in zone)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
#: minutes around the changes of summer time of 2026 and 2027, where clocks are odd
CHANGES = st.builds(
    lambda day, minutes: datetime.fromisoformat(f"{day}T00:00:00+00:00") + timedelta(minutes=minutes),
    st.sampled_from(["2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01", "2027-03-14"]),
    st.integers(-1500, 2900),
)


@given(st.sampled_from(ANYWHERE), MOMENTS | CHANGES, st.sampled_from(NoticeKind))
def test_nobody_is_woken_for_what_can_wait(timezone, now, kind):
    due = rules.due(kind, now, timezone, now + rules.LIVES)
    local, zone = now.astimezone(ZoneInfo(timezone)), ZoneInfo(timezone)
    quiet = local.hour >= 22 or local.hour < 8
    assert rules.is_quiet(now, timezone) == quiet
    if kind in rules.URGENT or not quiet:
        assert due == now
        return
    assert due > now
    assert not rules.is_quiet(due, timezone)
    assert (due.astimezone(zone).hour, due.astimezone(zone).minute) == (8, 0)
    assert due - now <= timedelta(hours=11), "ten hours of night, and an hour that a clock may be turned back"
    assert rules.is_quiet(due - timedelta(seconds=1), timezone), "and not a moment later than needed"


@given(st.sampled_from(rules.ZONES), MOMENTS | CHANGES, st.integers(1, 48 * 60))
def test_what_would_be_over_by_the_morning_is_said_at_night(timezone, now, minutes):
    expires_at = now + timedelta(minutes=minutes)
    due = rules.due(NoticeKind.OFFER_EXPIRING, now, timezone, expires_at)
    assert now <= due < expires_at or due == now


@pytest.mark.parametrize(
    ("timezone", "now", "due"),
    [
        ("Asia/Shanghai", "2026-11-22T13:59:59", "2026-11-22T13:59:59"),
        ("Asia/Shanghai", "2026-11-22T14:00:00", "2026-11-23T00:00:00"),
        ("Asia/Shanghai", "2026-11-22T23:59:59", "2026-11-23T00:00:00"),
        ("America/New_York", "2026-03-08T03:30:00", "2026-03-08T12:00:00"),  # 22:30 EST, and eight o'clock is EDT
        ("America/New_York", "2026-11-01T04:30:00", "2026-11-01T13:00:00"),  # 00:30 EDT, and eight o'clock is EST
        ("Europe/London", "2026-10-24T22:30:00", "2026-10-25T08:00:00"),
    ],
)
def test_nights_end_at_eight_on_the_readers_clock(timezone, now, due):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    until = datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert rules.due(NoticeKind.CLAIM_STATUS, moment, timezone, moment + rules.LIVES) == until


@dataclass(frozen=True)
class Someone:
    """A contact, as far as it decides who is told."""

    id: int
    channel: str
    muted: str = ""
    acted: bool = False


def ids(contacts, kind=NoticeKind.CLAIM_STATUS, event="claim:withdrawn"):
    return [contact.id for contact in rules.told(contacts, kind, event)]


def test_one_contact_of_each_channel_is_told_the_one_used_last():
    assert ids([Someone(1, "web"), Someone(2, "tg"), Someone(3, "web"), Someone(4, "tg")]) == [1, 2]


def test_who_did_it_knows_already_and_the_others_are_told():
    everybody = [Someone(1, "web", acted=True), Someone(2, "tg"), Someone(3, "web")]
    assert ids(everybody) == [2, 3]
    assert ids(everybody, event="offer:cancelled") == [2, 3]
    assert ids(everybody, event="claim:allowed") == [1, 2], "no creditor does that: the same moment is chance"


def test_a_muted_contact_is_not_replaced_by_another_of_its_channel():
    muted = "claim_status digest"
    assert ids([Someone(1, "web", muted=muted), Someone(2, "web"), Someone(3, "tg")]) == [3]


def test_of_a_thing_that_touches_the_account_every_contact_is_told_muted_or_not():
    everybody = [Someone(1, "web"), Someone(2, "web", muted="security claim_status"), Someone(3, "web")]
    assert ids(everybody, NoticeKind.SECURITY, "account:frozen") == [1, 2, 3]


def test_every_kind_of_entry_is_told_as_something_or_on_purpose_not():
    silent = {kind for kind in kinds.KINDS if rules.notice_of(kind) is None}
    assert all(kind.partition(":")[0] not in ("claim", "offer") for kind in silent)
    assert {"account:bound", "ticket:answered", "consent:given", "log:opened"} <= silent
    assert rules.notice_of("claim:allowed") is NoticeKind.CLAIM_STATUS
    assert rules.notice_of("offer:made") is NoticeKind.OFFER_NEW
    assert rules.notice_of("offer:paid") is NoticeKind.OFFER_CLOSED
    assert rules.notice_of("settlement:paid") is NoticeKind.SETTLEMENT
    assert rules.notice_of("coupon:announced") is NoticeKind.COUPON
    assert rules.notice_of("account:frozen") is NoticeKind.SECURITY
    assert set(kinds.KINDS) >= rules.OWN


def test_what_can_be_muted_fits_its_column():
    assert len(" ".join(rules.MUTABLE)) <= 200


@pytest.mark.parametrize(
    ("today", "days"),
    [
        ("2026-08-07", None),
        ("2026-08-08", 7),
        ("2026-08-12", 7),
        ("2026-08-14", 1),
        ("2026-08-15", 1),
        ("2026-08-16", None),
    ],
)
def test_a_record_date_is_told_of_a_week_and_a_day_before(today, days):
    assert rules.days_before(date(2026, 8, 15), date.fromisoformat(today)) == days


def test_every_clock_exists_and_has_a_name():
    for zone in rules.ZONES:
        ZoneInfo(zone)
        assert words.zone_name(zone) != zone
    assert words.zone_name("Asia/Kathmandu") == "Asia/Kathmandu"
