"""Countries and regions as people write them: read, or asked back; never guessed."""

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.understanding.places import read_place, same_as

READ = {
    "CN": "中国大陆 中國大陸 大陆 内地 PRC cn CHN 中国（大陆） ＣＮ",
    "HK": "香港 中国香港 HK hk HKG Hong_Kong 香港特别行政区 香港永久居民 HKSAR",
    "MO": "澳门 澳門 Macau MAC 中国澳门",
    "TW": "台湾 臺灣 台灣 Taiwan TWN 台湾省 中国台湾",
    "SG": "新加坡 Singapore SGP 新加坡籍",
    "US": "美国 美國 USA U.S.A. 美国公民 America",
    "GB": "英国 UK GB Britain",
    "KR": "韩国 南韓 KOR",
    "AE": "阿联酋 阿拉伯联合酋长国 UAE",
    "CD": "刚果（金） 刚果金",
    "JP": "日本 Japan ＪＰ 日本籍",
}
SEVERAL = {"刚果": {"CG", "CD"}, "Korea": {"KR", "KP"}, "CH": {"CN", "CH"}, "圣马丁": {"MF", "SX"}}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in READ.items() for text in texts.split()])
def test_what_people_write_is_read(code: str, text: str) -> None:
    assert read_place(text.replace("_", " ")) == code
    assert read_place(text.replace("_", " "), nationality=True) == code


@pytest.mark.parametrize("text", SEVERAL)
def test_one_word_for_several_places_is_asked_back(text: str) -> None:
    with pytest.raises(Invalid) as asked:
        read_place(text)
    assert asked.value.code == "which_place"
    assert set(asked.value.data["places"]) == SEVERAL[text]


@pytest.mark.parametrize("text", ["中国", "China", "中國", "中华人民共和国", "国内"])
def test_china_is_a_nationality_but_four_places_to_live_in(text: str) -> None:
    assert read_place(text, nationality=True) == "CN"
    with pytest.raises(Invalid, match="which_china"):
        read_place(text)


@pytest.mark.parametrize(("text", "meant"), [("singapor", "SG"), ("Malaysa", "MY"), ("多米尼加", "DO"), ("马来", "MY")])
def test_a_slip_is_asked_back_even_if_only_one_place_is_like_it(text: str, meant: str) -> None:
    with pytest.raises(Invalid) as asked:
        read_place(text)
    assert asked.value.code == "which_place"
    assert meant in asked.value.data["places"]


SAID = {
    "JP": ["住日本", "东京", "现在住在日本东京", "我人在日本"],
    "HK": ["我是香港人", "我住喺香港", "香港啊", "仍然喺香港", "应该是香港吧"],
    "CN": ["上海", "大陆深圳", "我在广东"],
    "CA": ["加拿大温哥华", "I live in Canada"],
    "GB": ["在香港长大，现住英国"],
    "SG": ["新加坡交税", "我在新加坡報稅"],
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in SAID.items() for text in texts])
def test_a_short_sentence_with_one_place_is_read(code: str, text: str) -> None:
    assert read_place(text) == code


@pytest.mark.parametrize("text", ["不是香港", "香港还是澳门", "香港和台湾", "以前在美国", "我在中国住", "国内啊"])
def test_what_is_not_one_place_is_asked_back(text: str) -> None:
    with pytest.raises(Invalid):
        read_place(text)


@pytest.mark.parametrize(("text", "code"), [("我是中国人", "CN"), ("我是香港人", "HK"), ("加拿大籍", "CA")])
def test_a_nationality_in_a_sentence(text: str, code: str) -> None:
    assert read_place(text, nationality=True) == code


@pytest.mark.parametrize("text", ["上海", "我在东京出生", "台北"])
def test_a_city_is_nobodys_nationality(text: str) -> None:
    with pytest.raises(Invalid):
        read_place(text, nationality=True)


@pytest.mark.parametrize(
    ("text", "which"),
    [("同上", ""), ("一样的", ""), ("也是", ""), ("都係", ""), ("Same as above", ""), ("跟国籍一样", "nationality"),
     ("同居住地一樣", "residence"), ("也是香港", None), ("", None)],
)  # fmt: skip
def test_the_same_again(text: str, which: str | None) -> None:
    assert same_as(text) == which


@pytest.mark.parametrize("text", ["", "人", "省城", "xyz", "😀", "\x00", "\ud800", "欧盟", "中" * 10_000, "-"])
def test_anything_else_is_no_place(text: str) -> None:
    with pytest.raises(Invalid, match="not_a_place"):
        read_place(text)


@given(st.sampled_from(["zh_Hans", "zh_Hant", "zh_Hant_HK", "en"]), st.data())
def test_every_name_of_the_cldr_leads_to_its_code_or_is_asked_back(locale: str, data: st.DataObject) -> None:
    names = Locale.parse(locale).territories
    code = data.draw(
        st.sampled_from(sorted(str(code) for code in names if len(str(code)) == 2 and str(code).isalpha()))
    )
    read = asked(names[code], nationality=True)
    assert read == code or code in NOBODY_LIVES_THERE or (read == "which_place" and code in SHARED)


@given(st.text(max_size=30), st.booleans())
def test_any_text_is_a_place_or_a_question(text: str, nationality: bool) -> None:
    read = asked(text, nationality=nationality)
    assert read in ("not_a_place", "which_place", "which_china") or (len(read) == 2 and read.isupper())


#: St. Martin is the French half of an island in one catalogue and the Dutch half in another
SHARED = {"MF", "SX"}
NOBODY_LIVES_THERE = {"AC", "AQ", "BV", "CP", "DG", "EA", "EU", "EZ", "HM", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}


def asked(text: str, *, nationality: bool) -> str:
    """The code of the place, or of the question."""
    try:
        return read_place(text, nationality=nationality)
    except Invalid as question:
        return question.code
