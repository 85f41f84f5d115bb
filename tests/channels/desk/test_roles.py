"""Every route of the desk walked with every role: who may, who may not, and what nobody sees unrevealed."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import LargeBinary, select, type_coerce

from bot import roles
from storage import agents
from storage.claims import Document
from storage.database import Database, Query
from storage.schema import metadata
from tests.channels.desk.conftest import AgentAt, DeskAt
from tests.claims import filing
from tests.person import Person

ROLES = ("agent", "senior", "supervisor", "auditor")
PHONE, PASSPORT = "13812345678", "E12345678"
WORDS = f"我的邮箱是 {filing.EMAIL}，电话 {PHONE}，护照号 {PASSPORT}，为什么还没有审核？"
#: what tells who the creditor is, as it stands in words, claim, register and files
PERSONAL = (filing.EMAIL, PHONE, PASSPORT, "张三", "200,000", "200000", "20000000", "9912345", "EX-99-ABC", "表.pdf")

#: every route behind the session: what it needs, "" for a look everybody may have
ROUTES = {
    ("GET", "/desk/queue"): "",
    ("GET", "/desk/tickets/{number}"): "",
    ("GET", "/desk/tickets/{number}/files/{handle}"): "file",
    ("GET", "/desk/tickets/{number}/notices"): "",
    ("GET", "/desk/claims"): "",
    ("GET", "/desk/claims/{number}"): "",
    ("GET", "/desk/claims/{number}/evidence/{handle}"): "evidence",
    ("GET", "/desk/figures"): "figures",
    ("GET", "/desk/quality"): "",
    ("GET", "/desk/words"): "",
    ("POST", "/desk/quality/{number}"): "score",
    ("GET", "/desk/stream"): "",
    ("POST", "/desk/leave"): "",
    ("POST", "/desk/tickets/{number}/{what}"): "what",
    ("POST", "/desk/claims/{number}/{what}"): "what",
}
#: and those before it
OPEN = {("GET", "/desk"), ("POST", "/desk/enter"), ("GET", "/desk/static/{version}/{name}")}
#: what shows what is masked: in the middle of a walk it would be in what comes after
SHOWS = {"reveal", "export", "personal"}
SAID = {"text": "请核对后回复。", "hours": "5"}


class Case:
    """One creditor with a claim, its evidence, and a ticket that names everything."""

    def __init__(self, claim: str, evidence: str, ticket: str) -> None:
        self.claim = claim
        self.evidence = evidence
        self.ticket = ticket

    def path(self, route: str, what: str = "") -> str:
        """An address of this case."""
        number = self.claim if "/claims/" in route else self.ticket
        return route.removeprefix("/desk/").format(number=number, handle=self.evidence, what=what)


_HANDLES = Query(select(metadata.tables[str(Document.__tablename__)].c.handle))


@pytest.fixture
async def case(person: Person, database: Database) -> Case:
    """The creditor has filed a claim with a document, and asks about it."""
    await filing.joins(person)
    claim = await filing.files(person, papers=True)
    await person.taps_token("support.ask")
    await person.says(WORDS)
    ticket = person.reply.copies[0].value
    (handle,) = await database.read().all(_HANDLES)
    return Case(claim, handle.value, ticket)


async def _everything(database: Database) -> dict[str, list[Any]]:
    """All rows of all tables but the book at the door and the sessions."""
    found = {}
    for name in metadata.tables:
        if not name.startswith("agent"):
            found[name] = sorted(str(row) for row in await database.read().all(_rows(name)))
    return found


def _rows(name: str) -> Query[Any]:
    table = metadata.tables[name]
    raw = [
        type_coerce(column, LargeBinary) if "Sealed" in type(column.type).__name__ else column
        for column in table.columns
    ]
    columns: Any = type(
        "Columns", (tuple,), {"_make": classmethod(lambda cls, row: tuple(row)), "_fields": tuple(table.columns.keys())}
    )
    return Query(select(*raw), columns)


def _needed(route: str, what: str) -> str:
    need = next(need for (_method, known), need in ROUTES.items() if known == route)
    return what if need == "what" else need


async def test_every_route_is_known(desk: DeskAt) -> None:
    there = {
        (route.method, route.resource.canonical) for route in desk.app.router.routes() if route.resource is not None
    }
    assert there == set(ROUTES) | OPEN, "a new route: say here who may take it"
    assert {*roles.ON_TICKETS, *roles.ON_CLAIMS, "file", "evidence", "figures"} <= set(roles.MAY)


def _calls() -> list[tuple[str, str, str]]:
    calls = []
    for method, route in ROUTES:
        if route in ("/desk/leave", "/desk/stream"):
            continue
        on = roles.ON_TICKETS if "tickets" in route else roles.ON_CLAIMS
        calls += [(method, route, what) for what in (on if "{what}" in route else ("",))]
    return calls


@pytest.mark.parametrize("role", ROLES)
async def test_no_role_sees_what_is_personal_and_no_role_does_what_it_may_not(
    desk: DeskAt, case: Case, database: Database, role: str
) -> None:
    agent = await desk.comes("li.na", role)
    shown = [await (await agent.client.get("/desk")).text()]
    for method, route, what in sorted(_calls(), key=lambda call: call[2] in SHOWS):
        need = _needed(route, what)
        before = await _everything(database) if method == "POST" else {}
        answer = await (
            agent.gets(case.path(route)) if method == "GET" else agent.posts(case.path(route, what), **SAID)
        )
        allowed = not need or roles.may(role, need)
        body = await answer.read()
        if not allowed:
            assert answer.status == 403, (route, what)
            assert await answer.json() == {"error": "not_your_role", "text": (await answer.json())["text"]}
            assert not before or await _everything(database) == before, (route, what)
        else:
            assert answer.status in {200, 404, 409}, (route, what, answer.status)
        if need in {"evidence", "export", "personal"} and allowed:
            continue  # what it says is for those who may have it, and for nobody else
        shown.append(body.decode())
    told = "\n".join(shown)
    assert [secret for secret in PERSONAL if secret in told] == []
    assert case.ticket in told
    assert case.claim in told


async def test_an_auditor_changes_nothing_at_all(desk: DeskAt, case: Case, database: Database) -> None:
    auditor = await desk.comes("shen.ji", "auditor")
    before = await _everything(database)
    for method, route, what in _calls():
        if method == "POST":
            assert await auditor.refused(case.path(route, what), **SAID) == "not_your_role", (route, what)
        else:
            await auditor.gets(case.path(route))
    assert await _everything(database) == before


async def _words(agent: AgentAt, case: Case) -> str:
    return await (await agent.gets(f"tickets/{case.ticket}")).text()


async def test_a_reveal_is_for_one_agent_for_a_reason_and_for_a_while(
    desk: DeskAt, case: Case, database: Database
) -> None:
    one, other, auditor = (
        await desk.comes("li.na"), await desk.comes("wang.wu", "supervisor"), await desk.comes("shen.ji", "auditor")
    )  # fmt: skip
    assert await one.refused(f"tickets/{case.ticket}/reveal", text=" ") == "no_reason"
    assert PHONE not in await _words(one, case)
    done = await one.does(f"tickets/{case.ticket}/reveal", text="债权人来电核对身份")
    assert len(done["receipt"]) == 9
    assert PHONE in await _words(one, case)
    assert PHONE not in await _words(other, case)
    assert PHONE not in await _words(auditor, case)
    desk.passes(timedelta(minutes=31))
    assert PHONE not in await _words(one, case)


async def test_an_export_is_the_whole_ticket_in_a_file_for_a_reason(
    desk: DeskAt, case: Case, database: Database
) -> None:
    boss, other = await desk.comes("wang.wu", "supervisor"), await desk.comes("li.na", "senior")
    path = f"tickets/{case.ticket}/export"
    assert await other.refused(path, text="监管函 2026-114") == "not_your_role"
    assert await boss.refused(path, text=" ") == "no_reason"
    assert PHONE not in await _words(boss, case)
    answer = await boss.posts(path, text="监管函 2026-114")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{case.ticket}.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    found = await answer.json()
    assert found["lines"][0]["text"] == WORDS
    assert (found["by"], found["reason"], len(found["receipt"])) == ("wang.wu", "监管函 2026-114", 9)
    assert found["reveals"][0]["by"] == "wang.wu", "it is a look, and signed as one"
    assert PHONE not in await _words(other, case)


async def test_what_a_claim_is_decided_on_is_shown_to_a_senior_and_noted(
    desk: DeskAt, case: Case, database: Database
) -> None:
    senior, agent = await desk.comes("li.na", "senior"), await desk.comes("wang.wu")
    assert await agent.refused(f"claims/{case.claim}/personal") == "not_your_role"
    shown = {one["name"]: one for one in (await senior.does(f"claims/{case.claim}/personal"))["figures"]}
    assert shown["name"] == {"name": "name", "value": "张三", "source": "self"}
    assert shown["amount"]["value"] == "200000.00"
    (visit,) = [one for one in await agents.visits(database.read()) if one.what == "opened"]
    assert (visit.name, visit.subject) == ("li.na", case.claim)


async def test_a_case_that_is_not_there(desk: DeskAt) -> None:
    agent = await desk.comes("li.na", "supervisor")
    for path in (
        "tickets/KF-0000000",
        "claims/ZQ-0000000",
        "claims/KF%2F..%2F",
        "tickets/" + "x" * 90,
    ):
        assert (await agent.gets(path)).status == 404
    assert await agent.refused("tickets/KF-0000000/answer", text="x") == "not_found"
    assert await agent.refused("tickets/KF-0000000/anything", text="x") == "not_found"
    assert await agent.refused("claims/ZQ-0000000/paid", text="x") == "not_found"


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b'{"text": 5}', b'{"text": {"a": 1}}', b"\xff", b'{"text": "' + b"x" * 40_000 + b'"}']
)
async def test_what_is_posted_badly(desk: DeskAt, case: Case, body: bytes) -> None:
    agent = await desk.comes("li.na")
    answer = await agent.client.post(
        f"/desk/tickets/{case.ticket}/note", data=body, headers={"X-Desk-Csrf": agent.csrf}
    )
    assert answer.status in {400, 413}
