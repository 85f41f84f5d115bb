"""What is said of what stands on the screen, and which button of it that presses."""

from datetime import UTC, datetime

import pytest

from bot import i18n, ways
from bot.understanding import on_screen
from bot.understanding.on_screen import Agreed

OFFER = "BJ-NS9CMD5"
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
CONSENTS = [
    ("同意：账户记录", "welcome.consent:account.1a2b3c4d"), ("同意：债权资料", "welcome.consent:claim_details.2a2b3c4d"),
    ("撤回：证明文件", "welcome.revoke:identity_papers"), ("隐私说明", "welcome.privacy"), ("主菜单", "welcome.menu"),
]  # fmt: skip
WAITING = ("继续填写", "form.resume")
ALONE = [("同意：账户记录", "welcome.consent:account.1a2b3c4d"), ("主菜单", "welcome.menu")]
READY = [
    ("登记债权", "claims.file"),
    ("撤回：账户记录", "welcome.revoke:account"),
    ("同意：案件资讯", "welcome.consent:news.1a2b3c4d"),
]
CARD = [
    ("接受：转让债权", "offers.accept:BJ-7K2M9QD"),
    ("拒绝", "offers.decline:BJ-7K2M9QD"),
    ("主菜单", "welcome.menu"),
]
LIST = [
    ("债权转让 BJ-7K2M9QD", "offers.read:BJ-7K2M9QD"),
    ("债券 BJ-AAAAAAA", "offers.read:BJ-AAAAAAA"),
    ("主菜单", "welcome.menu"),
]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("同意", Agreed()), ("我同意", Agreed()), ("全部同意", Agreed()), ("都同意", Agreed()), ("I agree", Agreed()),
        ("同意 1", Agreed((1,))), ("同意第二项", Agreed((2,))), ("1和2都同意", Agreed((1, 2))), ("agree 2", Agreed((2,))),
        ("同意账户记录", Agreed(name="账户记录")), ("同意：债权资料", Agreed(name="债权资料")), ("同意債權資料", Agreed(name="债权资料")),
        ("不同意", None), ("我唔同意", None), ("没同意过", None), ("好的", None), ("", None),
    ],
)  # fmt: skip
def test_a_consent(text: str, said: Agreed | None) -> None:
    assert on_screen.agreed(text) == said


@pytest.mark.parametrize(
    ("buttons", "text", "token"),
    [
        (CONSENTS, "同意", "welcome.consent:account"),
        (CONSENTS, "好的", "welcome.consent:account"),
        (CONSENTS, "同意 2", "welcome.consent:claim_details.2a2b3c4d"),
        (CONSENTS, "同意债权资料", "welcome.consent:claim_details.2a2b3c4d"),
        (CONSENTS, "同意 3", "welcome.consent:account"),
        (CONSENTS, "同意接受报价", None),
        (CONSENTS, "不同意", None),
        (CONSENTS, "撤回 3", "welcome.revoke:identity_papers"),
        (CONSENTS, "不同意 3", "welcome.revoke:identity_papers"),
        (CONSENTS, "撤回證明文件的同意", "welcome.revoke:identity_papers"),
        (CONSENTS, "撤回 1", None),
        (ALONE, "同意", "welcome.consent:account.1a2b3c4d"),
        (ALONE, "好的", "welcome.consent:account"),
        (READY, "继续", "claims.file"),
        ([*CONSENTS, WAITING], "同意 2", "welcome.consent:claim_details.2a2b3c4d"),
        ([*LIST, WAITING], "第二个", None),
        (CARD, "我制", "offers.accept:BJ-7K2M9QD"),
        (CARD, "好的我要了", "offers.accept:BJ-7K2M9QD"),
        (CARD, "不要了", "offers.decline:BJ-7K2M9QD"),
        (CARD, "好的", None),
        (LIST, "第二个", "offers.read:BJ-AAAAAAA"),
        (LIST, "2", "offers.read:BJ-AAAAAAA"),
        (LIST, "接受第一个", "offers.accept:BJ-7K2M9QD"),
        (LIST, "第一個幾多錢", "offers.read:BJ-7K2M9QD"),
        (LIST, "不要第一个", None),
        (LIST, "第三个", None),
    ],
)
def test_what_it_presses(buttons: list[tuple[str, str]], text: str, token: str | None) -> None:
    assert ways.pressed(text, buttons) == token


@pytest.mark.parametrize(
    "text",
    [
        "我要撤回登记",
        "取消登记",
        "修改我的登记",
        "改一下金额",
        "我想撤銷我的登記",
        "我的 UCC 写错了想改",
        "國籍填錯咗",
        "withdraw my claim",
    ],
)
def test_a_registered_claim_is_changed_from_its_card(text: str) -> None:
    assert ways.route(text, NOW).token == "claims.status"


@pytest.mark.parametrize("text", ["怎么修改登记", "登记债权", "能撤回登记吗", "金额", "撤回接受"])
def test_a_question_about_it_is_another_matter(text: str) -> None:
    assert not on_screen.about_my_claim(text)


@pytest.mark.parametrize(
    ("text", "token"),
    [
        (f"我要接受 {OFFER}", f"offers.take:{OFFER}"),
        (OFFER.lower().replace("-", " "), f"offers.read:{OFFER}"),
        (f"{OFFER} 多少钱", f"offers.read:{OFFER}"),
        ("繁體", "welcome.speak:zh_Hant"),
        ("等等", "facts.courtesy:wait"),
        ("请问有人要买吗", "offers.list"),
        ("有人要买我的债权吗？", "offers.list"),
        ("你们是谁", "welcome.start"),
        ("身份验证一直显示 On Hold，已经三个月，我该做什么？", "facts.answer:portal.kyc"),
        ("我要看合同", "settlement.list"),
        ("KYC 過唔到 on hold 三個月", "facts.answer:portal.kyc"),
        ("你们收费吗？", "welcome.safety"),
        ("香港繁體", "welcome.speak:zh_Hant_HK"),
        ("同意 2", "welcome.consents"),
        ("撤回 3", "welcome.consents"),
        ("ZQ-72394AK", "claims.status:ZQ-72394AK"),
        ("ｂｊ－ｓｖｃ０ｖｓｈ", "offers.read:BJ-SVC0VSH"),
    ],
)
def test_free_words_lead_to_the_step(text: str, token: str) -> None:
    assert ways.route(text, NOW).token == token


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_the_words_on_a_button_lead_to_its_screen_from_anywhere(locale: str) -> None:
    i18n.load()
    with i18n.speaking(locale):
        said = [(label(), step) for step, labels in ways.CALLED.items() for label in labels]
    assert [(text, ways.route(text, NOW).token) for text, _step in said] == said
    assert [(text, ways.exact(text)) for text, _step in said] == said, "in a form too"


@pytest.mark.parametrize(
    ("text", "breaks"), [("我住在深圳", False), ("我不是中国税务居民", False), ("大陆居民受限吗", True)]
)
def test_where_somebody_lives_is_an_answer_and_no_question(text: str, breaks: bool) -> None:
    assert (ways.breaks_in(text, NOW) is not None) is breaks


def test_an_address_where_nothing_was_asked_begins_the_linking() -> None:
    heard = ways.route(" li.si@mail.example ", NOW)
    assert (heard.token, heard.said) == ("welcome.link", "li.si@mail.example")
