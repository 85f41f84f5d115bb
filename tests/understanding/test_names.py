"""What a form must accept is never taken for something said to us: names, codes, places."""

import unicodedata
from datetime import UTC, datetime

import pytest

from bot import ways
from bot.claims import rules
from bot.understanding import about_form, answers
from bot.understanding.names import is_talk, said_name
from bot.understanding.places import read_place

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
FIELDS = {
    "debtor": "债务人",
    "ucc": "唯一客户代码（UCC）",
    "name": "法定名称",
    "nationality": "国籍或注册地",
    "residence": "居住地或营业地",
    "amount": "债权金额",
    "documents": "证明材料",
}

_PERSONS = """
张三 李四 王健 解放 欧阳明月 司马相如 诸葛亮 上官婉儿 东方不败 令狐冲 陈大文 陳大文 黃小明 林志玲 何不凡 何必 吴奈 吴不知
艾吴悔 安分配 金债 钱多多 钱程 常客 付款 查收 查理 高利 高进 文语 文英 简明 繁星 英文强 易退 全同 和平 申诉 申报国
马上 马云飞 时间 时常 时光明 曾经 曾诉 商量 商人 夏一步 尚一步 宋真人 真仁功 任工 仁功 关闭 关心 关文静 程序 成功 成交 安全 安心
买买提·艾力 阿卜杜拉·买买提 古丽娜尔·吐尔逊 扎西多吉 尼玛次仁 旺堆·加措 格桑花 乌云其其格 巴特尔 热依扎·阿里木江
迪丽热巴·迪力木拉提 阿依古丽 卓玛央金 才让 朴成勋 金正恩泽
Zhang_San ZHANG_SAN Li_Xiaoming O'Brien Mary-Jane_Watson Jean-Luc_Picard Nguyen_Van_An Nguyễn_Văn_An Trần_Thị_Hạnh Lê_Quang_Liêm
Phạm_Minh_Chính My_Nguyen Hoang_Help Tran_Bond Claim_Jones Offer_Smith Will_Cash Rich_Bond Art_Price Mark_Status Ivan_Petrov
Иван_Петров Анна_Каренина 山田太郎 佐藤花子 김민준 Søren_Kierkegaard José_Ángel Ahmad_bin_Ali Tan_Ah_Kow Wong_Tai_Sin CHAN_Tai_Man_(陳大文)
"""
_COMPANIES = """
某某科技有限公司 人工智能科技有限公司 深圳市人工智能科技有限公司 返回科技 返回资本有限公司 跳过科技有限公司 取消贸易有限公司 分配资本有限公司
债权通达资产管理有限公司 债券投资基金（香港）有限公司 主菜单餐饮管理有限公司 上一步体育用品有限公司 修改文化传媒有限公司 帮助者科技有限公司
查询进度信息技术有限公司 转人工服务有限公司 真人秀传媒有限公司 繁体文化有限公司 英语教育集团 语言学习科技集团 客服外包（大连）有限公司 报价网络科技有限公司
我是歌手文化有限公司 你好餐饮有限公司 什么值得买科技股份有限公司 好的便利有限公司 同意投资合伙企业（有限合伙） 提交快运有限公司 不对称资本有限公司
等一下咖啡有限公司 北京字节跳动科技有限公司 3W咖啡有限公司 360集团 香港中文大学出版社有限公司 通知通信息有限公司 收款宝支付有限公司 赔付保险代理有限公司
诈骗预警科技有限公司 Example_Holdings_Ltd. Return_Capital_LLC Skip_Logistics_Inc. Human_Help_Ltd Menu_Foods_Pte._Ltd. Cancel_&_Sons_Ltd
Bond_Offers_Capital_LP Status_Claim_Partners Language_Works_GmbH AT&T_Inc. 7-Eleven_Holdings C++_Software_Ltd 21st_Century_Fund
Back_To_Basics_Ltd What's_Next_Ltd. My_Offer_Ltd How_Are_You_Foods_Ltd. Công_ty_TNHH_An_Phú
"""
_CODES = """
EX-99123 ex99123 EX-99-ABC 10293847 FTX-000123 0000-1111-2222 a1b2c3d4 UCC-553 ucc_77812 BACK99 HELP-0042 MENU12 human001 1234567 A-1
"""
PERSONS = [name.replace("_", " ") for name in _PERSONS.split()]
COMPANIES = [name.replace("_", " ") for name in _COMPANIES.split()]
CODES = _CODES.split()
PLACES = [
    ("日本", "JP"), ("香港", "HK"), ("中国香港", "HK"), ("澳門", "MO"), ("臺灣", "TW"), ("中国大陆", "CN"), ("新加坡", "SG"), ("马来西亚", "MY"),
    ("Canada", "CA"), ("CA", "CA"), ("usa", "US"), ("U.K.", "GB"), ("英国", "GB"), ("澳洲", "AU"), ("新西兰", "NZ"), ("紐西蘭", "NZ"), ("阿联酋", "AE"),
    ("泰国", "TH"), ("越南", "VN"), ("韩国", "KR"), ("德国", "DE"), ("法國", "FR"), ("巴拿马", "PA"), ("塞舌尔", "SC"), ("开曼群岛", "KY"), ("英属维尔京群岛", "VG"),
    ("俄罗斯", "RU"), ("哈萨克斯坦", "KZ"), ("格鲁吉亚", "GE"), ("我住在香港", "HK"), ("日本东京", "JP"), ("人在新加坡", "SG"), ("喺英國", "GB"),
]  # fmt: skip


@pytest.mark.parametrize("name", PERSONS)
def test_a_persons_name_is_a_name(name: str) -> None:
    _is_an_answer(name)
    assert read(name, company=False) == name


@pytest.mark.parametrize("name", COMPANIES)
def test_a_companys_name_is_a_name(name: str) -> None:
    _is_an_answer(name)
    assert read(name, company=True) == unicodedata.normalize("NFKC", name)


@pytest.mark.parametrize("code", CODES)
def test_a_customers_code_is_a_code(code: str) -> None:
    _is_an_answer(code)
    assert not answers.says_nothing(code)
    assert rules.read_ucc(code) == code


@pytest.mark.parametrize(("place", "code"), PLACES)
def test_a_place_is_a_place(place: str, code: str) -> None:
    assert about_form.about_form(place, FIELDS) is None
    assert ways.exact(place) is None
    assert read_place(place) == code


def read(text: str, *, company: bool) -> str:
    """As the claims room reads a name."""
    said = said_name(text, company=company)
    assert not is_talk(said, company=company)
    return rules.read_name(said, company=company)


def _is_an_answer(text: str) -> None:
    """Nothing that comes before the open question takes these words."""
    assert ways.exact(text) is None
    assert about_form.about_form(text, FIELDS) is None
    assert not any(said(text) for said in (answers.goes_on, answers.says_yes, answers.waits))
    assert not answers.asks(text) or ways.breaks_in(text, NOW) is None


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("我叫张三", "张三"),
        ("我叫陳大文", "陳大文"),
        ("我的名字是张三。", "张三"),
        ("我個名係陳大文", "陳大文"),
        ("姓名：欧阳明月", "欧阳明月"),
        ("我是李小明", "李小明"),
        ("My name is Zhang San", "Zhang San"),
        ("меня зовут Иван Петров", "Иван Петров"),
        ("张三，", "张三"),
    ],
)
def test_the_name_in_a_sentence(said: str, name: str) -> None:
    assert said_name(said, company=False) == name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("公司名称是返回科技有限公司", "返回科技有限公司"),
        ("我们公司叫返回科技", "返回科技"),
        ("公司全称：Example Ltd.", "Example Ltd."),
        ("我是歌手文化有限公司", "我是歌手文化有限公司"),
        ("Example Ltd.", "Example Ltd."),
    ],
)
def test_a_companys_name_in_a_sentence(said: str, name: str) -> None:
    assert said_name(said, company=True) == name


@pytest.mark.parametrize(
    "said",
    [
        "不想填真名",
        "要真名吗",
        "点解要填",
        "好的",
        "等一下",
        "不知道",
        "帮我查一下进度",
        "身份证上的名字",
        "我没有",
        "随便",
        "你他妈的到底管不管",
        "香港永久居民",
    ],
)
def test_talk_is_no_name(said: str) -> None:
    assert is_talk(said, company=False)
