"""A claim form filled in words up to any of its questions, and a claim with an offer on it."""

from tests.claims import filing
from tests.offers.market import Market
from tests.person import Person

#: an answer to each question of the form that registers a claim, in words
ANSWERS = {
    "debtor": "国际站", "plan_class": "5A", "schedule": "没有", "claim_number": "没有", "ucc": "没有", "holder": "个人", "name": "张三",
    "nationality": "中国", "residence": "香港", "tax_residence": "香港", "amount": "20万美元", "documents": "以后再补", "declaration": "我声明",
}  # fmt: skip


async def fills_until(person: Person, question: str) -> None:
    """Open the form and answer in words, up to a question; up to the review with any other name."""
    await person.commands("file")
    for name, answer in ANSWERS.items():
        if name == question:
            return
        await person.says(answer)


async def offered(person: Person, market: Market, email: str, *kinds: str) -> tuple[str, list[str]]:
    """A claim registered and confirmed, and offers on it: their numbers."""
    await market.gate("HK")
    await filing.joins(person, email)
    await market.creditor(await person.linked_as(email))
    await fills_until(person, "")
    await person.says("确认提交")
    claim = filing.number_on(person)
    await market.decide(claim, "allowed")
    return claim, [await (market.sale(claim) if kind == "sale" else market.bond(claim)) for kind in kinds]
