"""From hello to an accepted offer in words alone: nothing tapped, no command, as three people would write."""

import re
from dataclasses import dataclass

import pytest

from bot.conversation.engine import Engine
from storage.database import Database
from tests.claims import filing
from tests.offers.market import Market
from tests.person import FakeClock, Person

pytestmark = pytest.mark.usefixtures("catalogues")


@pytest.fixture
def market(database: Database, outside: Database, clock: FakeClock) -> Market:
    return Market(database, outside, clock)


@dataclass
class Journey:
    """What one of them writes, and what he has to see after it, in the order of the way."""

    language: str
    email: str
    hello: list[tuple[str, str]]  #: up to the question for the address
    code: list[tuple[str, str]]  #: between the mail and the code
    consents: list[tuple[str, str]]  #: up to the first question of the form
    form: list[tuple[str, str]]  #: up to the review, and past it
    send: tuple[str, str]
    status: list[tuple[str, str]]
    offers: list[tuple[str, str]]  #: up to the read-back
    doubts: list[tuple[str, str]]  #: what looks like a yes, and is none
    done: str
    after: list[tuple[str, str]]


HANS = Journey(
    language="zh-CN",
    email="wang.fang@mail.example",
    hello=[
        ("你好呀", "欢迎使用债权通"),
        ("我想登记一下我的ftx债权", "需要先绑定您在 FTX 用过的邮箱"),
        ("好的", "请输入您当年注册 FTX 时用的邮箱"),
        ("呃 是哪个邮箱啊？", "请输入您当年注册 FTX 时用的邮箱"),
    ],
    code=[("没收到啊", "60 秒"), ("12345", "验证码是 6 位数字")],
    consents=[
        ("下一步呢", "每项用途分别同意"),
        ("我同意", "登记债权前需要您同意这一项"),
        ("同意", "您同意“账户记录”"),
        ("同意2", "登记债权所需的两项都已同意"),
        ("那开始登记吧", "您的债权是对哪一家公司"),
    ],
    form=[
        ("就是ftx国际站那个", "您的债权属于哪一类"),
        ("5a类吧", "债权表编号（Schedule Number）是多少"),
        ("在哪看这个编号？", "7 位数字"),
        ("我没有这个编号", "债权编号（Claim Number）是多少"),
        ("不知道", "唯一客户代码"),
        ("我是EX-99123", "登记在谁的名下"),
        ("上一步", "目前填写的是：EX-99123"),
        ("不改了", "唯一客户代码"),
        ("ex-99124", "登记在谁的名下"),
        ("我个人的", "法定姓名"),
        ("要填身份证上的名字吗", "与 FTX 身份验证（KYC）所用证件上的写法一致"),
        ("我叫王芳", "国籍是哪里"),
        ("中国", "实际居住在哪个国家或地区"),
        ("什么时候付款啊", "分配"),
        ("继续填", "实际居住在哪个国家或地区"),
        ("我现在住在香港", "税务居民"),
        ("也是香港", "债权金额是多少美元"),
        ("大概20万刀吧", "200,000.00 美元"),
        ("金额写错了 应该是 18万8", "188,000.00 美元"),
        ("我手头没有材料", "请您声明"),
        ("嗯 属实", "请逐项核对"),
        ("改一下金额", "目前填写的是：188,000.00 美元"),
        ("二十万美元", "200,000.00 美元"),
        ("等一下", "不急"),
    ],
    send=("没问题，提交吧", "✅ 已登记"),
    status=[("我的申请到哪一步了呀", "状态："), ("怎么样了", "状态：")],
    offers=[("有什么报价", "等待您答复的要约：1 份"), ("第一个", "买方 Example Capital LLC"), ("我想接受", "请核对")],
    doubts=[("好的", "照原样发送"), ("确认", "照原样发送"), ("确认转让", "照原样发送"), ("考虑一下", "不急")],
    done="已接受债权转让要约",
    after=[("谢谢", "不客气"), ("现在到哪了", "状态：")],
)
HANT = Journey(
    language="zh-TW",
    email="lin.zhiming@mail.example",
    hello=[
        ("您好", "歡迎使用債權通"),
        ("請問要怎麼開始", "每項用途分別同意"),
        ("都同意", "登記債權前需要您同意這一項"),
        ("同意", "您同意「帳戶紀錄」"),
        ("好", "登記債權前需要您同意這一項"),
        ("我同意", "兩項都已同意"),
        ("好，下一步", "需要先綁定您在 FTX 用過的電子信箱"),
        ("可以啊", "請輸入您當年註冊 FTX 時用的電子信箱"),
    ],
    code=[("信箱打錯了", "請輸入您當年註冊 FTX 時用的電子信箱"), ("lin.zhiming@mail.example", "驗證碼")],
    consents=[("然後呢", "您的債權是對哪一家公司")],
    form=[
        ("不知道是哪一家耶", "轉接真人客服"),
        ("國際站", "您的債權屬於哪一類"),
        ("不確定", "債權表編號（Schedule Number）是多少"),
        ("編號是 9912345", "債權編號（Claim Number）是多少"),
        ("先不填", "唯一客戶代碼"),
        ("UCC 是什麼東西啊", "唯一客戶代碼"),
        ("忘記了", "登記在誰的名下"),
        ("公司", "法定全名"),
        ("上一步", "登記在誰的名下"),
        ("啊 是我自己的", "法定姓名"),
        ("林志明", "國籍是哪裡"),
        ("台灣", "實際居住在哪個國家或地區"),
        ("香港", "稅務居住者"),
        ("跟居住地一樣", "債權金額是多少美元"),
        ("二十萬零五百美元", "200,500.00"),
        ("不是，我是說二十萬美元", "200,000.00"),
        ("之後再補", "請您聲明"),
        ("同意", "請逐項核對"),
        ("居住地寫錯了，應該是新加坡", "新加坡"),
        ("改居住地為香港", "請逐項核對"),
    ],
    send=("確認無誤", "✅ 已登記"),
    status=[("我的債權審核得怎麼樣了", "狀態：")],
    offers=[("請問有人要買嗎", "等待您答覆的要約：1 份"), ("接受第一個", "請核對")],
    doubts=[("是的", "原樣"), ("確認", "原樣"), ("我再想想", "不急")],
    done="已接受債權讓與要約",
    after=[("謝謝", "客氣")],
)
YUE = Journey(
    language="zh-HK",
    email="chan.tai.man@mail.example",
    hello=[
        ("喂 有冇人呀", "歡迎使用債權通"),
        ("咁點開始呀", "每項用途分別同意"),
        ("同意1", "您同意「帳戶紀錄」"),
        ("同意 債權資料", "兩項都已同意"),
        ("登記債權啦", "需要先綁定您在 FTX 用過的電郵"),
        ("好呀", "請輸入您當年註冊 FTX 時用的電郵"),
    ],
    code=[("收唔到喎", "60 秒")],
    consents=[("跟住呢", "您的債權是對哪一家公司")],
    form=[
        ("國際站嗰個", "您的債權屬於哪一類"),
        ("5A嗰類囉", "債權表編號（Schedule Number）是多少"),
        ("冇呢個號碼喎", "債權編號（Claim Number）是多少"),
        ("冇申報過", "唯一客戶代碼"),
        ("UCC係咩嚟㗎", "唯一客戶代碼"),
        ("唔記得咗", "登記在誰的名下"),
        ("我自己嘅", "法定姓名"),
        ("我叫陳大文", "國籍是哪裏"),
        ("我係香港人", "實際居住在哪個國家或地區"),
        ("點解要填呢個", "實際居住在哪個國家或地區"),
        ("住喺香港", "稅務居民"),
        ("都係香港", "債權金額是多少美元"),
        ("20萬蚊", "不確定您寫的是美元還是別的貨幣"),
        ("廿萬美金", "200,000.00"),
        ("返轉頭", "債權金額是多少美元"),
        ("十八萬八千美金", "188,000.00"),
        ("冇文件喎 遲啲先補", "上傳"),
        ("遲啲先補", "請您聲明"),
        ("係真㗎", "請逐項核對"),
        ("金額錯咗，應該係廿萬美金", "200,000.00"),
        ("等陣", "不急"),
    ],
    send=("冇問題，提交啦", "✅ 已登記"),
    status=[("我嗰單而家點呀", "狀態：")],
    offers=[("有冇人出價呀", "等待您答覆的要約：1 份"), ("第一個", "Example Capital LLC"), ("我制", "請核對")],
    doubts=[("好呀", "原樣"), ("確認", "原樣"), ("諗下先", "不急")],
    done="已接受債權轉讓要約",
    after=[("唔該晒", "客氣")],
)


@pytest.mark.parametrize("way", [HANS, HANT, YUE], ids=["zh_Hans", "zh_Hant", "yue"])
async def test_from_hello_to_an_accepted_offer_in_words(
    way: Journey, engine: Engine, market: Market, clock: FakeClock
) -> None:
    person = Person(engine, address="50001", language=way.language, clock=clock)

    async def walks(steps: list[tuple[str, str]]) -> None:
        for text, seen in steps:
            await person.says(text)
            there = seen in person.screen
            assert there, f"after {text!r}: {seen!r} is not there\n{person.screen[:300]}"

    await walks(way.hello)
    await person.says(way.email)
    assert len(await person.mails()) == 1
    await walks(way.code)
    await person.says(await person.mailed_code())
    await walks(way.consents)
    await walks(way.form)
    await walks([way.send])
    claim = filing.number_on(person)
    await walks(way.status)
    assert claim in person.screen

    creditor = await person.creditor_id()
    assert creditor is not None
    await market.gate("HK")
    await market.creditor(creditor)
    await market.decide(claim, "allowed")
    offer = await market.sale(claim)

    await walks(way.offers)
    typed = next(line for line in reversed(person.reply.text.splitlines()) if line.endswith(offer))
    await walks(way.doubts)
    assert (await market.offer(offer)).status == "open"
    await person.says(typed)
    person.sees(way.done, offer)
    assert (await market.offer(offer)).status == "accepted"
    await walks(way.after)
    assert all(seen.turn.choice is None and seen.turn.command is None for seen in person.seen)
    assert re.search("accepted", " ".join(entry.kind for entry in await market.chain(offer)))
