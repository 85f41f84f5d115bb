"""The languages of the journeys: what each person types, and how one sees that he was spoken to in his own."""

import re
from dataclasses import dataclass

from tests.journeys.side import Screen


@dataclass(frozen=True)
class Tongue:
    """A person's language.

    header    what his browser asks for
    telegram  what his Telegram says
    word      a word that stands on the first screen
    foreign   what would show that somebody forgot to translate
    """

    locale: str
    header: str
    telegram: str
    word: str
    foreign: str
    name: str
    residence: str
    amount: str
    status: str
    notices: str
    human: str
    question: str
    answer: str

    def spoke(self, screens: list[Screen]) -> None:
        """Every screen was in this language, down to its buttons."""
        wrong: dict[str, None] = {}
        for screen in screens:
            words = screen.words
            for own in (*_NAMES, self.name, self.question, self.answer):
                words = words.replace(own, "")
            wrong |= dict.fromkeys(re.findall(rf".*[{self.foreign}].*", words))
        assert not wrong, "\n".join(["not translated:", *wrong])


#: in every language the same: our name, each language in itself, and how names may be written
_NAMES = (
    *("债权通", "債權通", "简体中文", "繁體中文（台灣）", "繁體中文（香港）"),
    *("语言 / Language", "語言 / Language", "Language / 语言"),
    *("张三", "欧阳明月", "买买提·艾力"),
)
#: characters of which the other script has no use, out of the words we need most
_HANS = "债权请确认账户问题资讯币们这时说过还对关发现书证报价变动额转让电邮号码错误护"
_HANT = "債權請確認賬帳戶問題資訊幣們這時說過還對關發現書證報價變動額轉讓電郵號碼錯誤護"

TONGUES = {
    tongue.locale: tongue
    for tongue in (
        Tongue(
            "zh_Hans", "zh-CN,zh;q=0.9,en;q=0.8", "zh-hans", "登记债权", _HANT,
            name="赵明远", residence="香港", amount="187,654.32 美元", status="那笔债现在啥情况了呀", notices="通知设置",
            human="转人工",
            question="请问蓝色信封里的那份表，我该不该签？", answer="您好，这份表不用签，留着即可。",
        ),
        Tongue(
            "zh_Hant", "zh-TW,zh;q=0.9,en;q=0.8", "zh-tw", "登記債權", _HANS,
            name="趙明遠", residence="香港", amount="187,654.32 美元", status="我的債權到哪裡了", notices="通知設定",
            human="轉人工",
            question="請問藍色信封裡的那份表，我該不該簽？", answer="您好，這份表不用簽，留著即可。",
        ),
        Tongue(
            "zh_Hant_HK", "zh-HK,zh;q=0.9,en;q=0.8", "zh-hk", "登記債權", _HANS,
            name="趙明遠", residence="香港", amount="187,654.32 美元", status="我嘅債權去到邊一步", notices="通知設定",
            human="搵真人",
            question="想問下藍色信封入面嗰份表，我使唔使簽？", answer="您好，嗰份表唔使簽，留低就得。",
        ),
        Tongue(
            "en", "en-GB,en;q=0.9,zh;q=0.8", "en", "claim", "\u3000-\u9fff\uff00-\uffef",
            name="Mingyuan Zhao", residence="Hong Kong", amount="USD 187,654.32", status="what is the status of my claim?",
            notices="notification settings", human="talk to a human", question="Should I sign the form in the blue envelope?",
            answer="Good morning. No need to sign it; just keep it.",
        ),
    )
}  # fmt: skip
