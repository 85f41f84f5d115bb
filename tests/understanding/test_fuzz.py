"""A hundred thousand utterances nobody typed: each is understood somehow, and none does anything by being said."""

from datetime import UTC, datetime
from functools import lru_cache

import pytest

from bot import app, ways
from bot.conversation.vocabulary import Heard
from bot.understanding import about_form, answers, reader
from tests.understanding.mutants import utterances

#: a quarter of a hundred thousand comes up twice, and means what it meant the first time
TRIED: set[str] = set()
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TEN_THOUSAND = 10_000
FIELDS = {
    "name": "法定名称",
    "amount": "债权金额",
    "email": "邮箱",
    "residence": "居住地或营业地",
    "documents": "证明材料",
}
HOLDER = [("person", "个人"), ("company", "公司或其他机构")]
#: acts that words may lead to: none of them signs, sends, ends or grants anything
MAY_ACT = {
    "welcome.start", "welcome.lost", "welcome.unsure", "welcome.mended", "welcome.speak", "offers.list", "claims.upload", "claims.proof",
}  # fmt: skip
OFFER = [
    ("接受：转让债权", "offers.accept:BJ-7K2M9QD"),
    ("拒绝", "offers.decline:BJ-7K2M9QD"),
    ("主菜单", "welcome.menu"),
]
CONSENTS = [
    ("同意：账户记录", "welcome.consent:account.1a2b3c4d"), ("同意：债权资料", "welcome.consent:claim_details.1a2b3c4d"),
    ("撤回：证明文件", "welcome.revoke:identity_papers"), ("隐私说明", "welcome.privacy"), ("主菜单", "welcome.menu"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_nothing_that_is_typed_does_anything_by_itself(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = app.book().steps
    once = lru_cache(maxsize=4)(reader.read)  # asked twice for the same words here, and once in the house
    monkeypatch.setattr(reader, "read", once)

    def leads_on(heard: Heard | None) -> None:
        for token in (heard.token, heard.also) if heard is not None else ():
            name, _colon, argument = token.removeprefix("welcome.mended:").partition(":")
            assert not token or steps[name].act is None or name in MAY_ACT, token
            assert argument.isascii(), token

    for text in utterances(seed, TEN_THOUSAND):
        if text in TRIED:
            continue
        TRIED.add(text)
        try:
            leads_on(ways.route(text, NOW))
            leads_on(ways.breaks_in(text, NOW))
            assert ways.exact(text) is None or len(text) <= reader.LONGEST_PHRASE
            about, value = about_form.about_form(text, FIELDS) or ("back", "")
            assert about in {"back", "skip", "cancel", *FIELDS}
            assert value in text
            assert (about_form.mended(text) or "") in text
            assert answers.picks(text, HOLDER, True) in (None, "person", "company")
            assert answers.further(text, ["again", "gone"]) in (None, "again", "gone")
            for short in (answers.says_yes, answers.goes_on, answers.says_nothing, answers.waits, answers.amends):
                assert not short(text) or len(text) <= answers.LONGEST
            assert ways.pressed(text, OFFER) in (
                None,
                *(token for _label, token in OFFER[:2]),
                "offers.read:BJ-7K2M9QD",
            )
            chosen = ways.pressed(text, CONSENTS)
            said = answers.folded(text)
            assert chosen is None or "." not in chosen.partition(":")[2] or "同意" in said or "agree" in said
        except AssertionError:
            raise
        except Exception as fault:
            raise AssertionError(f"{text[:200]!r}: {fault!r}") from fault


@pytest.mark.parametrize(
    "text", ["不同意", "我没有同意", "同意不了", "不是同意", "同意吗", "我不同意 1", "同意 9", "如果同意会怎样"]
)
def test_no_consent_without_words_of_consent(text: str) -> None:
    chosen = ways.pressed(text, CONSENTS) or ""
    assert "." not in chosen.partition(":")[2], chosen
