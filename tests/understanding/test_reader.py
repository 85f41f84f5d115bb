"""What is made of free text: decisions, traps, two wishes, moods; and that nothing makes it fail."""

import io
import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding import reader, spoken
from bot.understanding.meaning import Action, Intent, Meaning, Mood
from bot.understanding.reader import exact

TODAY = date(2026, 11, 22)
ROOT = Path(__file__).parent.parent.parent


def read(text: str) -> Meaning:
    return reader.read(text, TODAY)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("上一步", "back"),
        (" 返回 ", "back"),
        ("翻去上一步", "back"),
        ("跳过。", "skip"),
        ("先不填", "skip"),
        ("取消", "cancel"),
        ("唔填喇", "cancel"),
        ("отмена", "cancel"),
        ("主選單", "menu"),
        ("/menu", "menu"),
        ("？", "help"),
        ("轉人工！！", "human"),
        ("оператор", "human"),
        ("English", "language"),
        ("繁體", "language"),
    ],
)
def test_a_few_whole_texts_count_inside_a_form(text: str, said: str) -> None:
    assert exact(text) == said


@pytest.mark.parametrize(
    "answer",
    [
        "35000",
        "３５，０００",
        "3万5",
        "2022年11月11日",
        "ZQ-7K3M2QX",
        "王小明",
        "人工智能有限公司",
        "返回科技股份有限公司",
        "取消债权转让协议的那一份",
        "我不知道上一步填的对不对，跳过可以吗",
        "name@example.com",
        "香港",
        "没有",
        "是",
        "谢谢",
        "Human Street 7",
        "stop loss 的截图已经传了",
        "",
        "取消" * 30,
    ],
)
def test_an_answer_stays_an_answer(answer: str) -> None:
    assert exact(answer) is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("那笔债现在啥情况了呀", Intent.CLAIM_STATUS),
        ("想睇吓我份嘢去到邊", Intent.CLAIM_STATUS),
        ("手上8w刀债换成债券划算不", Intent.ESTIMATE_PAYOUT),
        ("打款定在哪天", Intent.SCHEDULE),
        ("打款当天发条消息给我", Intent.NOTIFICATIONS),
        ("我要卖，就按这个价", Intent.ACCEPT_OFFER),
        ("把我删了", Intent.DELETE_MY_DATA),
        ("菜单", Intent.CANCEL),
        ("转人工", Intent.TALK_TO_HUMAN),
        ("早晨", Intent.GREETING),
        ("怎么登记债权", Intent.SUBMIT_CLAIM),
        ("where is my money", Intent.SCHEDULE),
        ("когда выплата", Intent.SCHEDULE),
    ],
)
def test_it_is_served(text: str, intent: Intent) -> None:
    meaning = read(text)
    assert (meaning.intent, meaning.action) == (intent, Action.ACT)


@pytest.mark.parametrize(
    "text",
    [
        "手滑按成了不要，其实我是要那份",
        "点错了，我是要接受不是拒绝",
        "我昨天点了同意，现在后悔了想撤回",
        "i hit reject by mistake, i want to accept the offer",
        "случайно отклонил, хочу принять предложение",
    ],
)
def test_words_of_both_sides_are_asked_about(text: str) -> None:
    meaning = read(text)
    assert meaning.action is Action.ASK
    assert {Intent.ACCEPT_OFFER, Intent.DECLINE_OFFER} <= set(meaning.alternatives)


@pytest.mark.parametrize(
    "text",
    [
        "如果价格到五折我就接受",
        "没有到六折我不会接受报价",
        "我唔係要接受個報價",
        "I would accept the offer if it were 60%",
        "dont accept the offer yet",
        "не принимаю предложение",
        "除非全额否则不卖",
    ],
)
def test_a_condition_is_no_acceptance(text: str) -> None:
    meaning = read(text)
    assert (meaning.intent, meaning.action) != (Intent.ACCEPT_OFFER, Action.ACT)


@pytest.mark.parametrize("text", ["债卷", "債圈", "zq", "zhaiquan", "我的zq到哪了", "债卷背后是哪家公司"])
def test_claim_or_bond_is_asked(text: str) -> None:
    meaning = read(text)
    assert (meaning.action, meaning.topic) == (Action.ASK, "claim_or_bond")
    assert Intent.BOND_OFFERS in meaning.alternatives


def test_their_difference_is_a_matter_of_its_own() -> None:
    meaning = read("债权和债券有什么区别")
    assert (meaning.intent, meaning.topic) == (Intent.BOND_OFFERS, "claim_or_bond")


@pytest.mark.parametrize(
    "text",
    ["门头沟什么时候赔", "門頭溝的債權怎麼登記", "celsius payout status", "Voyager когда выплаты", "FCoin还能登记吗"],
)
def test_other_bankruptcies_are_told_apart(text: str) -> None:
    meaning = read(text)
    assert (meaning.intent, meaning.action, meaning.topic) == (Intent.OUT_OF_SCOPE, Action.FALLBACK, "other_case")


@pytest.mark.parametrize(
    "text", ["ftx 和 celsius 我都有债权，ftx 的进度查一下", "打到我币安钱包行吗", "generic terrain claims status"]
)
def test_a_name_alone_does_not_shut_the_door(text: str) -> None:
    assert read(text).topic != "other_case"


def test_a_pasted_mail_is_somebody_else_s() -> None:
    mail = (
        "Dear creditor, your claim 9912345 for 68,000 USD is ready. Please confirm your wallet and pay the fee today. "
        * 2
    )
    meaning = read(mail + "https://claims.example.com/confirm")
    assert (meaning.action, meaning.topic, dict(meaning.slots)) == (Action.ASK, "pasted_mail", {})
    assert meaning.alternatives[0] is Intent.CHECK_SCAM


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("什么时候打款？另外帮我转人工", Intent.SCHEDULE, Intent.TALK_TO_HUMAN),
        ("what's my claim status? also when do you pay", Intent.CLAIM_STATUS, Intent.SCHEDULE),
        ("你好，请问下一轮什么时候打款，另外我的债权审核到哪了", Intent.SCHEDULE, Intent.CLAIM_STATUS),
        ("我單嘢審成點呀，同埋幾時派錢", Intent.CLAIM_STATUS, Intent.SCHEDULE),
    ],
)
def test_two_wishes_are_both_heard(text: str, first: Intent, second: Intent) -> None:
    meaning = read(text)
    assert meaning.action is Action.ACT
    assert {meaning.intent, *meaning.also} == {first, second}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("不是，我是说我的债权进度", Intent.CLAIM_STATUS),
        ("唔係，我係話想轉人工", Intent.TALK_TO_HUMAN),
        ("no i meant my claim status", Intent.CLAIM_STATUS),
        ("нет, я имел в виду статус заявки", Intent.CLAIM_STATUS),
    ],
)
def test_a_correction_is_what_follows(text: str, intent: Intent) -> None:
    meaning = read(text)
    assert (meaning.corrects, meaning.intent) == (True, intent)


def test_yes_and_no_are_not_two_wishes() -> None:
    meaning = read("夾硬要我賣? 我話唔賣就唔賣")
    assert Intent.ACCEPT_OFFER not in (meaning.intent, *meaning.also)


def test_who_only_says_no_corrects_nothing() -> None:
    assert not read("不是").corrects


@pytest.mark.parametrize(
    "text",
    [
        "活不下去了钱什么时候到",
        "我不想活了",
        "再不賠我就跳樓",
        "唔想做人喇",
        "i want to kill myself",
        "не хочу жить",
        "wo bu xiang huo le",
    ],
)
def test_despair_is_heard(text: str) -> None:
    assert read(text).mood is Mood.DISTRESSED


@pytest.mark.parametrize(
    "text",
    [
        "他妈的等了三年一分钱没有",
        "this is bullshit where is my money",
        "достали, где деньги",
        "仆街呀點解仲未派錢",
        "等咗三年都冇人理",
        "this is a scam, give me my money back or I will sue you",
        "你们骗子还我钱",
    ],
)
def test_anger_is_heard(text: str) -> None:
    assert read(text).mood is Mood.ANGRY


@pytest.mark.parametrize("text", ["笑死我了", "手机死机了", "急死了钱呢", "什么时候打款", "谢谢"])
def test_a_manner_of_speaking_is_no_despair(text: str) -> None:
    assert read(text).mood is not Mood.DISTRESSED


@pytest.mark.parametrize(
    ("text", "topic"),
    [("谢谢", "thanks"), ("唔該晒", "thanks"), ("收到，唔該。", "thanks"), ("hao de", "thanks"), ("спасибо", "thanks"), ("你是机器人吗", "robot"), ("are you a bot", "robot"), ("你係真人定機械人", "robot"), ("傻逼", "insult"), ("you suck", "insult")],
)  # fmt: skip
def test_small_talk_has_a_topic(text: str, topic: str) -> None:
    meaning = read(text)
    assert (meaning.intent, meaning.action, meaning.topic) == (Intent.OUT_OF_SCOPE, Action.FALLBACK, topic)


@pytest.mark.parametrize("text", ["", " ", "😀", "。。。", "35000", "3万5", "a@example.com", "\ud800", "1234567"])
def test_no_words_are_no_wish(text: str) -> None:
    meaning = read(text)
    assert (meaning.intent, meaning.action) == (Intent.OUT_OF_SCOPE, Action.FALLBACK)


def test_slots_come_with_the_meaning() -> None:
    assert read("我有6.8万U想登记债权").slots == {"amount": "68000", "currency": "USDT"}


def test_a_meaning_keeps_its_form() -> None:
    for text in ("看看报价", "嗯这个那个", "best price? also the coupon", "债卷", "点错了不要接受"):
        meaning = read(text)
        assert 0 <= meaning.confidence <= 1
        assert Intent.OUT_OF_SCOPE not in (*meaning.alternatives, *meaning.also)
        assert (len(meaning.alternatives) > 0) is (meaning.action is Action.ASK)
        assert len(meaning.alternatives) <= reader.BUTTONS


_PIECES = st.sampled_from(
    ["接受", "不", "债权", "债卷", "zhaiquan ", "同意", "撤回", "。", "另外", "claim ", "if ", "唔", "我是说", "你好，", "\u202e", "\ufdfa", "𠮶", "\ud800", "3万", "https://a.com/", "не ", "自杀", "\n", "\x1f", "_"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=14).map("".join)))
def test_nothing_makes_it_fail(text: str) -> None:
    meaning = read(text)
    assert meaning.intent in Intent
    assert json.dumps(meaning.confidence)
    assert exact(text) is None or text.strip()


LONG = ["债" * 10_000, "claim or bond " * 800, "a" * 10_000, "zhaiquan" * 1300, "不" * 10_000, "1," * 5000, "a.com/" * 2000, " " * 10_000, "e\u0301" * 5000, "\ufdfa" * 10_000, "a-" * 5000, "a@" * 5000, "万" * 10_000, "债权 " * 3000, "我是说" * 3000, "不是," * 2500, "ni hao " * 1500]  # fmt: skip


@pytest.mark.parametrize("text", LONG, ids=lambda text: ascii(text[:8]))
def test_nothing_takes_long(text: str) -> None:
    """Ten milliseconds of this thread's own time, the best of three."""
    read(text)
    spent = []
    for _ in range(3):
        begun = time.thread_time()
        read(text)
        spent.append(time.thread_time() - begun)
    assert min(spent) < 0.01


def test_a_phrase_two_lists_claim_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lexicon = tmp_path / "lexicon.toml"
    text = reader.LEXICON.read_text(encoding="utf-8").replace('skip = ["跳过"', 'skip = ["返回", "跳过"')
    lexicon.write_text(text, encoding="utf-8")
    monkeypatch.setattr(reader, "LEXICON", lexicon)
    reader._lexicon.cache_clear()
    try:
        with pytest.raises(ValueError, match="stands under back and skip"):
            exact("x")
    finally:
        reader._lexicon.cache_clear()


def test_utterances_are_answered_line_by_line() -> None:
    target = io.StringIO()
    source = io.BytesIO("\ufeff什么时候打款\r\n\n".encode() + b"\xff abc\n" + "债".encode() * 10_000)
    spoken.answer_meanings(source, target, TODAY)
    told = [json.loads(line) for line in target.getvalue().splitlines()]
    assert [one["text"][:6] for one in told] == ["什么时候打款", "", "\ufffd abc", "债" * 6]
    assert set(told[0]) == {"text", "intent", "confidence", "action", "buttons", "slots"}
    assert (told[0]["intent"], told[0]["action"], told[0]["buttons"]) == ("distribution_schedule", "act", [])


def test_sums_are_answered_line_by_line() -> None:
    target = io.StringIO()
    spoken.answer_amounts(io.BytesIO("3.5w刀\n6万到9万\n".encode()), target)
    assert [json.loads(line) for line in target.getvalue().splitlines()] == [
        {"text": "3.5w刀", "amount": "35000", "currency": "USD"},
        {"text": "6万到9万", "amount": None, "currency": None},
    ]


def test_the_command_answers_before_it_is_told_more() -> None:
    command = [sys.executable, "-m", "bot", "understand"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for text, intent in (("什么时候打款", "distribution_schedule"), ("转人工", "talk_to_human")):
            process.stdin.write(f"{text}\n".encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["intent"] == intent
        process.stdin.close()
        assert process.wait(10) == 0


def test_reading_loads_neither_web_nor_database() -> None:
    code = "import bot.understanding.spoken, sys; print(*{name.split('.')[0] for name in sys.modules})"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert set(told.split()).isdisjoint(
        {"aiohttp", "aiogram", "sqlalchemy", "storage", "asyncpg", "numpy", "sklearn", "opencc"}
    )


def test_an_endless_line_is_read_from_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken, "_LONGEST_LINE", 10)
    target = io.StringIO()
    spoken.answer_amounts(io.BytesIO(b"1" * 95 + b"\n5 usd\n"), target)
    assert [json.loads(line)["text"] for line in target.getvalue().splitlines()] == ["1" * 10, "5 usd"]
