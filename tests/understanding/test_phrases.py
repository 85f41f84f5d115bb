"""What people type, and what the keyword router makes of it. Invented sentences, in the scripts people mix."""

from pathlib import Path

import pytest

from bot.understanding import phrases
from bot.understanding.phrases import Subject

SAID = {
    Subject.SUBMIT_CLAIM: """
        登记债权
        我要登记债权
        现在还能申报债权吗
        怎么提交债权证明
        我想补登记一笔
        登錄債權
        申報債權要準備咩
        點樣申報債權
        索赔怎么弄
        理賠要填什麼表
        我填错了，想更正金额
        I want to file a claim
        how do I register my claim
        sbzq
        dengji zhaiquan
    """,
    Subject.CLAIM_STATUS: """
        查进度
        我那笔债权批了没
        审核到哪一步了
        審核結果出了嗎
        我份嘢而家去到邊
        我嗰單嘢點呀，審批咗未
        KYC 一直 On Hold 怎么办
        为什么显示有争议
        disputed 是什么意思
        我的债权通过了吗
        现在啥情况了
        claim status
        where is my claim
        jindu
        查询一下
    """,
    Subject.BOND_OFFERS: """
        看报价
        有没有新的报价
        有人收我的债权吗
        债权转让多少钱
        想把债权卖掉
        幾折收
        債券票息幾多
        債權讓與的報價
        有冇人出價
        show me the offers
        what is the coupon of the bond
        baojia
        我接受报价
        拒绝这个报价
    """,
    Subject.TELL_APART: """
        债卷
        zq
        zhaiquan
        债权和债券有什么区别
        債權同債券有咩分別
        债圈是什么
        债权还是债券
        claim or bond
    """,
    Subject.UPLOAD_DOCUMENT: """
        怎么上传文件
        我要补材料
        補交資料去邊度
        地址证明发给谁
        upload my passport
        护照照片传不上去
    """,
    Subject.LINK_ACCOUNT: """
        收不到验证码
        绑定邮箱
        我想換電郵
        登录不了
        link my account
        解绑
    """,
    Subject.RESTRICTED: """
        大陆用户能领吗
        大陸人有冇得收
        国籍中国住在新加坡算哪里
        受限司法管辖区名单
        49个国家有哪些
        澳门人会被排除吗
        restricted jurisdictions
        中国人还能拿到钱吗
    """,
    Subject.SCHEDULE: """
        什么时候打款
        下一轮分配几号
        幾時派錢
        登記日係邊日
        钱什么时候到账
        为什么还没收到钱
        点解仲未收到錢
        能赔多少
        清偿率多少
        when is the next distribution
        why have I not been paid
    """,
    Subject.CHECK_SCAM: """
        这封邮件是真的吗
        有人冒充客服加我微信
        是不是骗子
        係咪呃人㗎
        要我先交手续费才放款
        叫我填助记词
        釣魚網站
        is this email a scam
        你们是官方的吗
    """,
    Subject.CHANGE_LANGUAGE: """
        换成英文
        繁體
        轉繁體字
        用廣東話
        English please
        切换语言
        說中文
    """,
    Subject.TALK_TO_HUMAN: """
        人工
        转人工
        轉人工！
        我要找真人
        搵真人傾
        叫客服出来
        你们电话多少
        我要投诉
        talk to a human
        rengong
        ＲＥＮＧＯＮＧ
    """,
    Subject.DELETE_MY_DATA: """
        把我的资料删掉
        删除我的账户
        刪除我嘅資料
        撤回同意
        delete my data
        注销账户
    """,
    Subject.NOTIFICATIONS: """
        别再给我发消息
        關閉通知
        打款当天提醒我
        晚上免打扰
        unsubscribe
    """,
    Subject.RECEIPT: """
        给我一份回执
        我想要登記憑證
        收據喺邊
        download my receipt
    """,
    Subject.MENU: """
        菜单
        主選單
        回到主菜单
        menu
        caidan
    """,
    Subject.GREETING: """
        你好
        您好！
        hi
        在吗？
        喂
        早晨
        nihao
    """,
    Subject.HELP: """
        帮助
        你能做什么
        點用㗎
        怎么用？
        ?
        what can you do
        bangzhu
    """,
    Subject.BACK: """
        上一步
        返回上一步
        返上一步
        back
    """,
    Subject.SKIP: """
        跳过
        先跳過
        skip
    """,
    Subject.CANCEL: """
        取消
        我不填了
        唔填喇
        cancel
    """,
    Subject.OUT_OF_SCOPE: """
        谢谢
        好的
        你是机器人吗
        今天天气怎么样
        比特币会涨吗
        35000
        3万5
        ZQ-7K3M2QX
        张三
        1234567
        4912345
        😀
        。。。
    """,
}
UTTERANCES = [(line.strip(), intent) for intent, lines in SAID.items() for line in lines.strip().splitlines()]


@pytest.mark.parametrize(("text", "intent"), UTTERANCES)
def test_it_is_read_as_meant(text: str, intent: Subject) -> None:
    assert phrases.read(text) is intent


def test_there_are_enough_of_them() -> None:
    assert len(UTTERANCES) > 120
    assert set(SAID) == set(Subject), "every intent has its examples"
    assert len({text for text, _intent in UTTERANCES}) == len(UTTERANCES)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("上一步", Subject.BACK),
        (" 返回 ", Subject.BACK),
        ("跳过。", Subject.SKIP),
        ("先不填", Subject.SKIP),
        ("取消", Subject.CANCEL),
        ("算了", Subject.CANCEL),
        ("唔填喇", Subject.CANCEL),
        ("转人工", Subject.TALK_TO_HUMAN),
        ("我要转人工", Subject.TALK_TO_HUMAN),
        ("轉人工！！", Subject.TALK_TO_HUMAN),
        ("主菜单", Subject.MENU),
        ("帮助", Subject.HELP),
        ("？", Subject.HELP),
        ("English", Subject.CHANGE_LANGUAGE),
        ("/menu", Subject.MENU),
        ("/cancel", Subject.CANCEL),
    ],
)
def test_a_few_whole_texts_break_into_a_form(text: str, intent: Subject) -> None:
    assert phrases.breaks_in(text) is intent


@pytest.mark.parametrize(
    "answer",
    [
        "35000",
        "35,000.00",
        "３５，０００",
        "0",
        "0.00",
        "3万5",
        "六万八千元",
        "6.8万U",
        "2022-11-11",
        "2022年11月11日",
        "9900001",
        "ZQ-7K3M2QX",
        "123456",
        "王小明",
        "欧阳娜娜",
        "人工智能有限公司",
        "返回科技股份有限公司",
        "取消债权转让协议的那一份",
        "我想取消之前提交的那笔债权，因为金额写错了，应该是三万五千美元",
        "我不知道上一步填的对不对，跳过可以吗",
        "请转人工之前先帮我看看这个问题",
        "name@example.com",
        "中国",
        "中国内地",
        "香港",
        "没有",
        "无",
        "是",
        "否",
        "不同意",
        "状态",
        "报价",
        "登记",
        "你好",
        "谢谢",
        "P.O. Box 12, Back Road",
        "Human Street 7",
        "stop loss 的截图已经传了",
    ],
)
def test_an_answer_stays_an_answer(answer: str) -> None:
    assert phrases.breaks_in(answer) is None


@pytest.mark.parametrize("text", ["", " ", "\n", "？" * 500, "人工" * 5000, "\u202e骗", "a" * 10_000, "\ud800"])
def test_nothing_makes_it_raise(text: str) -> None:
    assert phrases.read(text) in Subject
    assert phrases.breaks_in(text) is None or text.strip()


def test_a_long_complaint_is_no_command() -> None:
    assert phrases.breaks_in("取消" * 30) is None


def test_a_phrase_two_intents_claim_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lexicon = tmp_path / "lexicon.toml"
    lexicon.write_text('[menu]\nexact = ["债"]\n[help]\nexact = ["債"]\n', encoding="utf-8")
    monkeypatch.setattr(phrases, "LEXICON", lexicon)
    phrases._lexicon.cache_clear()
    try:
        with pytest.raises(ValueError, match="stands under menu and help"):
            phrases.read("x")
    finally:
        phrases._lexicon.cache_clear()
