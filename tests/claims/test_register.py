"""The imported register: brought in whole or not at all, found by the proven address only, shown with its source."""

from typing import Any

import pytest

from bot.claims import actions
from bot.claims.actions import Imported
from bot.conversation.engine import Engine
from storage import claims
from storage.claims import RegisterRow
from storage.database import Database, Query, Row, table
from tests.claims.filing import EMAIL, files, joins, number_on, stored
from tests.claims.test_sheet import table as sheet_of
from tests.person import FakeClock as Clock
from tests.person import Person


async def imports(database: Database, *rows: dict[str, str], demo: bool = False) -> Imported:
    """Bring these rows in, as the command line does."""
    register = actions.read_register(sheet_of(*rows).encode())
    assert register.faults == ()
    return await database.write(lambda db: actions.import_register(db, register.rows, demo=demo))


async def lines(database: Database) -> list[Any]:
    """The ids of all rows."""
    rows = table(RegisterRow)
    return await database.read().all(Query(rows.select().with_only_columns(rows.c.id).order_by(rows.c.id), Row))


# --- importing


async def test_doing_it_again_changes_nothing(database: Database, outside: Database) -> None:
    rows = [{"ClaimID": str(n)} for n in range(9900000, 9900005)]
    assert await imports(database, *rows) == Imported(added=5)
    assert await imports(database, *rows) == Imported(unchanged=5)
    assert await imports(database, *rows, {"ClaimID": "9900009"}) == Imported(added=1, unchanged=5)
    assert len(await lines(outside)) == 6


async def test_a_newer_state_replaces_and_an_older_one_does_not(database: Database) -> None:
    await imports(database, {})
    newer = {"TotalCurrentClaimAmount": "40000", "AsOf": "2026-06-01"}
    assert await imports(database, newer) == Imported(changed=1)
    assert await imports(database, {}) == Imported(older=1)
    [line] = await lines(database)
    key = claims.register_key("9912345", "trading")
    row = await claims.register_by_key(database.read(), key)
    assert row is not None
    assert (row.id, row.as_of, row.content["amount"]) == (line.value, "2026-06-01", 4_000_000)


async def test_the_same_id_at_another_debtor_is_another_row(database: Database) -> None:
    assert await imports(database, {}, {"DebtorName": "FTX EU Ltd."}) == Imported(added=2)


async def test_a_failure_in_the_middle_leaves_nothing(database: Database, outside: Database) -> None:
    register = actions.read_register(sheet_of({}, {"ClaimID": "9900001"}).encode())

    class PulledPlug(Exception):
        """The cable."""

    def progress(done: int) -> None:
        if done == 2:
            raise PulledPlug

    with pytest.raises(PulledPlug):
        await database.write(lambda db: actions.import_register(db, register.rows, progress=progress))
    assert await lines(outside) == []


async def test_nothing_personal_lies_open_in_the_table(database: Database) -> None:
    await imports(database, {})
    rows = table(RegisterRow)
    bare = Query(rows.select().with_only_columns(rows.c.key_index, rows.c.email_index), Pair)
    [row] = await database.read().all(bare)
    assert all(len(index) == 32 and b"9912345" not in index for index in (row.key, row.email))


class Pair(tuple[bytes, bytes]):
    """Two indices."""

    _fields = ("key", "email")

    @classmethod
    def _make(cls, values: Any) -> "Pair":
        return cls(values)

    key = property(lambda self: bytes(self[0]))
    email = property(lambda self: bytes(self[1]))


# --- registering from it


async def test_a_row_of_the_register_fills_the_form_and_shows_its_source(person: Person, engine: Engine) -> None:
    await imports(engine.database, {"Email": EMAIL.upper()})
    await joins(person)
    await person.commands("status")
    person.sees("有 1 条记录登记在您的邮箱名下")
    await person.taps("登记债权")
    person.sees("9912345，35,000.50 美元，截至 2026-05-01").sees_not("张三")
    await person.taps("用第 1 条（9912345）")
    person.sees("名下")
    await person.taps("个人")
    for _place in range(3):
        await person.taps("香港")
    person.sees("35,000.50 美元（叁万伍仟美元伍拾美分）")
    await person.taps("跳过")
    await person.taps("我声明")
    person.sees(
        "债务人：FTX Trading Ltd.（来源：债权登记册，截至 2026-05-01）",
        "债权金额：35,000.50 美元（叁万伍仟美元伍拾美分）（来源：债权登记册，截至 2026-05-01）",
        "法定名称：张三（来源：债权登记册，截至 2026-05-01）",
        "居住地或营业地：香港\n",
    )
    await person.taps("修改某一项")
    await person.taps("法定名称")
    await person.says("欧阳明月")
    person.sees("法定名称：欧阳明月\n")
    await person.taps("确认提交")
    number = number_on(person)
    claim = await stored(engine, number)
    assert claim.particulars["register"] == {
        "as_of": "2026-05-01",
        "fields": sorted(["amount", "claim_number", "debtor", "plan_class", "schedule", "ucc"]),
    }
    assert claim.register_id is not None
    await person.taps(f"查看 {number}")
    person.sees("来源：导入的债权登记册，截至 2026-05-01").sees_not("演示数据")


async def test_an_amended_figure_is_ones_own_word(person: Person, engine: Engine) -> None:
    number = await registered(person, engine)
    await person.taps_token(f"claims.amend:{number}")
    person.sees("35,000.50 美元（叁万伍仟美元伍拾美分）（来源：债权登记册，截至 2026-05-01）")
    await person.taps("修改某一项")
    await person.taps("债权金额")
    await person.says("36000")
    await person.taps("我声明")
    await person.taps("确认提交")
    person.sees("✅ 已修改")
    await person.taps_token(f"claims.status:{number}")
    person.sees("36,000.00 美元", "来源：您本人申报（2026-11-22）")
    register = (await stored(engine, number)).particulars["register"]
    assert "amount" not in register["fields"]
    assert "schedule" in register["fields"]


async def registered(person: Person, engine: Engine, *, demo: bool = False) -> str:
    """A claim made from the one row of the register."""
    await imports(engine.database, {"Email": EMAIL}, demo=demo)
    await joins(person)
    await person.commands("file")
    await person.taps("用第 1 条")
    person.sees("已按导入的债权登记册（截至", "债权金额", "提交前会请您逐项核对")
    await person.taps("个人")
    for _place in range(3):
        await person.taps("香港")
    await person.taps("跳过")
    await person.taps("我声明")
    await person.taps("确认提交")
    return number_on(person)


async def test_one_row_is_registered_once(person: Person, engine: Engine) -> None:
    number = await registered(person, engine)
    old = next(seen for seen in reversed(person.seen) if "用第 1 条" in str(seen.answer.reply.choices))
    token = old.answer.reply.choices[0][0].token
    await person.taps_token(token)
    person.sees("已经登记过", number)
    person.sees(f"[查看 {number}]")
    await person.commands("file")
    person.sees("第 1 步").sees_not("用第 1 条")


async def test_a_row_of_somebody_else_fills_nothing(person: Person, engine: Engine, clock: Clock) -> None:
    await imports(engine.database, {"Email": EMAIL})
    [line] = await lines(engine.database)
    other = await joins(Person(engine, address="20002", clock=clock), "li.si@mail.example")
    await other.commands("file")
    other.sees("第 1 步").sees_not("9912345")
    await other.taps("取消填写")
    for argument in (line.value, 10**16, 0):
        await other.taps_token(f"claims.file:{argument}")
        other.sees("没有找到登记在您邮箱名下的这条记录").sees_not("张三")


async def test_by_hand_in_spite_of_the_register(person: Person, engine: Engine) -> None:
    await imports(engine.database, {"Email": EMAIL})
    await joins(person)
    number = await files(person)
    assert (await stored(engine, number)).register_id is None


async def test_what_comes_from_demo_data_says_so_everywhere(person: Person, engine: Engine) -> None:
    number = await registered(person, engine, demo=True)
    assert (await stored(engine, number)).demo
    await person.taps_token(f"claims.status:{number}")
    person.sees("（演示数据）")
    await person.taps_token(f"claims.receipt:{number}")
    document = person.reply.document
    assert document is not None
    assert "演示数据" in document.content.decode("utf-8-sig")


async def test_a_row_without_amount_or_class_asks_for_them(person: Person, engine: Engine) -> None:
    await imports(engine.database, {"Email": EMAIL, "TotalCurrentClaimAmount": "0.00", "PlanClass": "", "UCC": ""})
    await joins(person)
    await person.commands("file")
    person.sees("金额未列明")
    await person.taps("用第 1 条")
    person.sees("属于哪一类")


async def test_the_address_changed_hands_meanwhile(person: Person, engine: Engine) -> None:
    """The row was moved to another address between the first question and the last: it is not used."""
    await imports(engine.database, {"Email": EMAIL})
    await joins(person)
    await person.commands("file")
    await person.taps("用第 1 条")
    await person.taps("个人")
    for _place in range(3):
        await person.taps("香港")
    await person.taps("跳过")
    await person.taps("我声明")
    await imports(engine.database, {"Email": "li.si@mail.example", "AsOf": "2026-06-01"})
    await person.taps("确认提交")
    person.sees("不在您现在绑定的邮箱名下", "转人工").sees_not("✅")
    creditor = await person.creditor_id()
    assert creditor is not None
    assert await claims.of_creditor(engine.database.read(), creditor) == []


async def test_no_more_claims_than_a_look_up_shows(
    person: Person, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "MOST", 2)
    await joins(person)
    await files(person)
    await files(person, schedule="9912346")
    await person.commands("file")
    person.sees("最多登记 2 项", "转人工")
