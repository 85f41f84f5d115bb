"""Every command of `python -m bot`. Words here are for operators, in English.

Heavy things are imported inside the command that needs them: `--help` answers at once.
"""

import asyncio
import io
import json
import re
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from bot import clock
from bot.errors import Invalid, Misconfigured, Refusal
from bot.settings import Settings

app = typer.Typer(
    help="债权通: claims, status and offers for creditors, on web chat and Telegram.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
imports = typer.Typer(help="Bring in registers and offers from files.", no_args_is_help=True)
claims = typer.Typer(help="Look at claims and decide them.", no_args_is_help=True)
creditors = typer.Typer(help="Accounts: look at them, freeze them.", no_args_is_help=True)
offers = typer.Typer(help="Publish offers and take them back.", no_args_is_help=True)
payouts = typer.Typer(
    help="Look at payout methods and try coin addresses; two operators each time.", no_args_is_help=True
)
settlements = typer.Typer(
    help="What follows an acceptance: filing, notice, payment by two operators, coupons.", no_args_is_help=True
)
tickets = typer.Typer(help="Answer people.", no_args_is_help=True)
agents = typer.Typer(help="Who may work at the desk in the browser.", no_args_is_help=True)
app.add_typer(imports, name="import")
app.add_typer(claims, name="claims")
app.add_typer(creditors, name="creditors")
app.add_typer(offers, name="offers")
app.add_typer(payouts, name="payouts")
app.add_typer(settlements, name="settlements")
app.add_typer(tickets, name="tickets")
app.add_typer(agents, name="agents")
understand = typer.Typer()
app.add_typer(understand, name="understand")

T = TypeVar("T")
Json = Annotated[bool, typer.Option("--json", help="Answer with JSON, for scripts.")]
By = Annotated[str, typer.Option("--by", help="Your name, as the signed ledger will hold it.", envvar="OPERATOR")]

Reveal = Annotated[
    bool, typer.Option("--reveal", help="Show what is personal; with your name, once there are accounts.")
]
Name = Annotated[str, typer.Option("--by", help="Your name, for what is shown to you alone.", envvar="OPERATOR")]


def main() -> None:
    """Run a command; a wrong setting ends it with one clear line and exit code 2."""
    try:
        app()
    except Misconfigured as wrong:
        typer.secho(f"cannot start: {wrong}", fg="red", err=True)
        sys.exit(2)


def _may_end() -> None:
    """A supervisor that changes its mind while a process is still loading meets a clean end: nothing was begun.

    Once the process runs, `processes.run` hears the signal instead.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def _failed(words: str, code: int = 1) -> typer.Exit:
    typer.secho(words, fg="red", err=True)
    return typer.Exit(code)


def _answer(found: dict[str, Any], as_json: bool, lines: list[str]) -> None:
    typer.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(lines))


def _with_database(work: Callable[[Any], Awaitable[T]]) -> T:
    """Open keys, words and database, do the work, let go. A running server sees the result at once."""
    from bot import i18n, keys
    from bot.processes import migrated
    from storage.connect import open_database

    settings = Settings.read()

    async def doing() -> T:
        if not await migrated(settings):
            raise Misconfigured("DATABASE_URL: the database is not migrated; run: python -m bot release")
        keys.unlock(settings)
        i18n.load()
        database = await open_database(settings.database_url)
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(doing())
    except Invalid as wrong:
        raise _failed(f"not accepted: {wrong.code.replace('_', ' ')}{_told(wrong.data)}", 2) from None
    except ValueError as wrong:
        raise _failed(str(wrong), 2) from None
    except Refusal as refusal:
        raise _failed(f"refused: {_words(type(refusal).__name__)}{_told(refusal.data)}") from None


def _told(data: Mapping[str, Any]) -> str:
    """What a refusal says besides its name: `, field document`."""
    return "".join(f", {key} {value}" for key, value in data.items())


def _acting(by: str, what: str, work: Callable[[Any, str], Awaitable[T]]) -> T:
    """Do the work in somebody's name, if the account of that name may do it; the name as accounts spell it."""
    from bot.desk import permit

    async def doing(database: Any) -> T:
        return await work(database, await permit(database.read(), by, what))

    return _with_database(doing)


def _words(name: str) -> str:
    """A refusal's name as words: NoSuchClaim -> no such claim."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


# --- processes ------------------------------------------------------------------------------


@app.command()
def run(
    host: Annotated[str | None, typer.Option(help="HOST")] = None,
    port: Annotated[int | None, typer.Option(help="PORT", min=0, max=65535)] = None,
) -> None:
    """Everything in one process: migrate, demo data, web chat, Telegram, worker and clock.

    Example: python -m bot run --port 8080
    """
    _may_end()
    from bot.run import run_all

    run_all(_settings(host, port))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="HOST")] = None,
    port: Annotated[int | None, typer.Option(help="PORT", min=0, max=65535)] = None,
) -> None:
    """The web process: doors, page, health. Needs a migrated database and a worker beside it.

    Example: PORT=8080 python -m bot serve
    """
    _may_end()
    from bot.run import serve_only

    serve_only(_settings(host, port))


@app.command()
def work() -> None:
    """The worker: sends what is owed, wakes what is due, polls Telegram where no webhook is set.

    Example: python -m bot work
    """
    _may_end()
    from bot.run import work_only

    work_only(_settings(None, None))


def _settings(host: str | None, port: int | None) -> Settings:
    settings = Settings.read()
    # An empty host would mean every address of the machine; nobody asks for that by leaving it out.
    given = {name: value for name, value in (("host", host or None), ("port", port)) if value is not None}
    return settings.model_copy(update=given)


@app.command()
def release(
    to: Annotated[str, typer.Option(help="A revision; head is the newest.")] = "head",
    as_json: Json = False,
) -> None:
    """Bring the database to this version's schema. Safe to run again.

    Example: DATABASE_URL=postgresql://… python -m bot release
    """
    from alembic.util import CommandError

    from bot.processes import migrated
    from storage import migrate

    settings = Settings.read()
    asyncio.run(migrated(settings))  # says so in one line if there is no way to the database
    if not as_json:
        typer.echo("migrating …", err=True)
    try:
        migrate.upgrade(settings.database_url, to)
    except CommandError as wrong:
        raise _failed(str(wrong), 2) from None
    _answer({"revision": migrate.head() if to == "head" else to}, as_json, ["the database is up to date"])


@app.command()
def operator(as_json: Json = False) -> None:
    """Print a new one-time link to the operator's page.

    Example: python -m bot operator
    """
    from bot.run import operator_link

    settings = Settings.read()
    link = _with_database(lambda database: operator_link(database, settings))
    _answer({"link": link}, as_json, [link])


@app.command()
def demo(
    claim: Annotated[str | None, typer.Argument(help="A submitted claim (ZQ-…) to bring on its way.")] = None,
    as_json: Json = False,
) -> None:
    """Load marked demo data; with a claim number, play the operator for it.

    Without a number: register rows and the gate for a few places of residence. With one: the
    claim is taken up and allowed, and two marked series of sales and one of bonds make their offers
    on it. Only in embedded mode: demo data never mixes with real claims.

    Example: python -m bot demo ZQ-7K3M2QX
    """
    from bot.demo import load, play

    if not Settings.read().embedded:
        raise _failed("demo data is for embedded SQLite only", 2)
    found = _with_database(lambda database: play(database, claim) if claim else load(database))
    _answer(found, as_json, [f"{name}: {value}" for name, value in found.items()])


# --- import ---------------------------------------------------------------------------------


def _raw(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as wrong:
        raise _failed(f"{file}: {wrong.strerror}", 2) from None


@imports.command("claims")
def import_claims(file: Path, as_json: Json = False) -> None:
    """Bring in the claims register: all of the file or nothing of it. Running it again changes nothing.

    Example: python -m bot import claims register.csv
    """
    from bot.desk import import_register

    def tell(done: int) -> None:
        if not as_json and done % 1000 == 0:
            typer.echo(f"{done:,} rows …", err=True)

    _imported(file, as_json, partial(import_register, progress=tell))


@imports.command("offers")
def import_offers(file: Path, as_json: Json = False) -> None:
    """Bring in offers as drafts, all or nothing; nobody sees them before `offers publish`.

    Example: python -m bot import offers offers.csv
    """
    from bot.desk import import_offers

    _imported(file, as_json, import_offers)


def _imported(file: Path, as_json: bool, bring: Callable[[Any, bytes, Any], Awaitable[dict[str, Any]]]) -> None:
    raw = _raw(file)
    if not as_json:
        typer.echo(f"reading {file} ({len(raw):,} bytes) …", err=True)
    found = _with_database(lambda database: bring(database, raw, clock.now()))
    faults: list[str] = found["faults"]
    _answer(found, as_json, faults or [f"{name}: {value}" for name, value in found.items() if name != "faults"])
    if faults:
        raise _failed(f"nothing was imported: {len(faults)} fault(s)")


# --- claims ---------------------------------------------------------------------------------


@claims.command("show")
def claims_show(
    number: Annotated[str | None, typer.Argument(help="A claim number; without one, the newest claims.")] = None,
    reveal: Reveal = False,
    by: Name = "",
    as_json: Json = False,
) -> None:
    """Show claims: status and timeline. Names and amounts with --reveal; who asked for them is noted.

    Example: python -m bot claims show ZQ-7K3M2QX
    """
    from bot.desk import show_claims

    found = _acting(
        by,
        "personal" if reveal else "look",
        lambda db, who: show_claims(db, number, reveal=reveal, by=who, at=clock.now()),
    )
    if number is not None and not found["claims"]:
        raise _failed(f"no claim {number}")
    _answer(found, as_json, found["lines"])


@claims.command("decide")
def claims_decide(
    number: str,
    decision: Annotated[str, typer.Argument(help="taken_up queried disputed allowed disallowed transferred paid")],
    by: By,
    reason: Annotated[str, typer.Option(help="Shown to the creditor; needed for queried, disputed, disallowed.")] = "",
    as_json: Json = False,
) -> None:
    """Move a claim; the creditor is told. A final decision about a large claim is proposed by one and made by another.

    Example: python -m bot claims decide ZQ-7K3M2QX allowed --by alice
    """
    from bot.desk import decide

    # an unknown word is refused by the room; nobody's role holds it
    what = decision if decision in ("taken_up", "queried", "allowed", "disputed", "disallowed") else "final"
    found = _acting(by, what, lambda db, who: decide(db, number, decision, who, reason, clock.now()))
    said = f"proposed {decision}; now somebody else: the same command" if found["proposed"] else found["status"]
    _answer(found, as_json, [f"{number}: {said}" + ("" if found["proposed"] else f" (receipt {found['receipt']})")])


@claims.command("refuse")
def claims_refuse(number: str, by: By, as_json: Json = False) -> None:
    """Take back what was proposed about a large claim, whoever proposed it.

    Example: python -m bot claims refuse ZQ-7K3M2QX --by bob
    """
    from bot.desk import refuse

    found = _acting(by, "refuse", lambda db, who: refuse(db, number, who, clock.now()))
    _answer(found, as_json, [f"{number}: nothing is proposed any more"])


# --- creditors ------------------------------------------------------------------------------


@creditors.command("show")
def creditors_show(claim: str, by: Name = "", as_json: Json = False) -> None:
    """Where the account behind a claim stands, whether its erasure was asked for, and what that waits for.

    Example: python -m bot creditors show ZQ-7K3M2QX
    """
    from bot.desk import show_account

    found = _acting(by, "look", lambda db, _who: show_account(db, claim))
    _answer(found, as_json, found["lines"])


@creditors.command("freeze")
def creditors_freeze(claim: str, by: By, reason: Annotated[str, typer.Option()], as_json: Json = False) -> None:
    """Freeze the account behind a claim: nothing of it is given up until somebody lets it go. Its channels are told.

    Example: python -m bot creditors freeze ZQ-7K3M2QX --by alice --reason "mailbox taken over"
    """
    _freeze(claim, by, reason, as_json, frozen=True)


@creditors.command("unfreeze")
def creditors_unfreeze(claim: str, by: By, reason: Annotated[str, typer.Option()], as_json: Json = False) -> None:
    """Let a frozen account go. Its channels are told.

    Example: python -m bot creditors unfreeze ZQ-7K3M2QX --by alice --reason "identity looked at"
    """
    _freeze(claim, by, reason, as_json, frozen=False)


def _freeze(claim: str, by: str, reason: str, as_json: bool, *, frozen: bool) -> None:
    from bot.desk import freeze

    found = _acting(by, "freeze", lambda db, who: freeze(db, claim, who, reason, clock.now(), frozen=frozen))
    _answer(found, as_json, [f"{found['claim']}: account {found['status']} (receipt {found['receipt']})"])


# --- offers ---------------------------------------------------------------------------------


@offers.command("show")
def offers_show(number: Annotated[str | None, typer.Argument()] = None, as_json: Json = False) -> None:
    """Show offers and where they stand.

    Example: python -m bot offers show
    """
    from bot.desk import show_offers

    found = _with_database(lambda database: show_offers(database, number))
    _answer(found, as_json, found["lines"])


@offers.command("series")
def offers_series(as_json: Json = False) -> None:
    """Show the series, and how much of their room is taken.

    Example: python -m bot offers series
    """
    from bot.desk import show_series

    found = _with_database(show_series)
    _answer(found, as_json, found["lines"])


@offers.command("import")
def offers_import(file: Path, as_json: Json = False) -> None:
    """Bring in offers to persons, or series of offers, as drafts: CSV or TOML, all or nothing.

    Example: python -m bot offers import series.toml
    """
    from bot.desk import import_offers

    _imported(file, as_json, import_offers)


@offers.command("dry-run")
def offers_dry_run(series: str, as_json: Json = False) -> None:
    """Say what a series would come to: claims by reason, and its exposure against the cap. Changes nothing.

    Example: python -m bot offers dry-run XL-4T9XW2C
    """
    from bot.desk import dry_run_series

    found = _with_database(lambda database: dry_run_series(database, series, clock.now()))
    _answer(found, as_json, found["lines"])


@offers.command("publish")
def offers_publish(
    by: By,
    numbers: Annotated[
        list[str] | None, typer.Argument(help="Numbers of offers or series; none: every drafted offer.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, change nothing.")] = False,
    everyone: Annotated[
        bool, typer.Option("--everyone", help="A series makes its offers on every claim at once, not on demand.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Publish drafts: the creditors see them and are told. A series makes its offers as creditors ask for theirs.

    Example: python -m bot offers publish BJ-4T9XW2C --by alice
    """
    from bot.desk import publish

    found = _acting(
        by,
        "offers",
        lambda db, who: publish(db, numbers or [], who, clock.now(), dry_run=dry_run, everyone=everyone),
    )
    _answer(found, as_json, found["lines"])
    if found["refused"] and not dry_run:
        raise typer.Exit(1)


@offers.command("withdraw")
def offers_withdraw(
    number: str, by: By, reason: Annotated[str, typer.Option(help="Shown to the creditor.")] = "", as_json: Json = False
) -> None:
    """Take an open offer, or a series with its open offers, back. An acceptance that came first stands.

    Example: python -m bot offers withdraw BJ-4T9XW2C --by alice --reason "buyer gone"
    """
    from bot.desk import withdraw

    found = _acting(by, "offers", lambda db, who: withdraw(db, number, who, reason, clock.now()))
    _answer(found, as_json, [f"{number}: {found['status']}"])


@offers.command("gate")
def offers_gate(
    value: Annotated[str, typer.Argument(help="Of whom: a place (HK), a claim (ZQ-…), a channel, a range of cents.")],
    kind: Annotated[str, typer.Argument(help="sale, bond or any")],
    decision: Annotated[str, typer.Argument(help="open, shut, or end to take your decision back")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why; kept with the decision and shown to the creditor.")],
    fact: Annotated[
        str, typer.Option(help="residence nationality tax_residence lien amount channel consent claim_status identity")
    ] = "residence",
    source: Annotated[str, typer.Option(help="Who says so; shown.")] = "",
    remedy: Annotated[str, typer.Option(help="What would change it; shown.")] = "",
    since: Annotated[str, typer.Option("--from", help="First day, ISO; today if left out.")] = "",
    until: Annotated[str, typer.Option(help="Last day, ISO; open-ended if left out.")] = "",
    as_json: Json = False,
) -> None:
    """Decide a rule of eligibility, by a signed entry: who may be shown offers of a kind. Undecided means not shown.

    Example: python -m bot offers gate HK bond open --reason "legal opinion of 2026-11-01" --by alice
    """
    from datetime import date

    from bot.desk import decide_rule

    if decision not in ("open", "shut", "end"):
        raise _failed("DECISION is open or shut (or end)", 2)
    try:
        days = [date.fromisoformat(day) if day else None for day in (since, until)]
    except ValueError:
        raise _failed("not accepted: a day is like 2026-11-22", 2) from None
    terms = {"reason": reason, "source": source, "remedy": remedy, "valid_from": days[0], "valid_until": days[1]}
    said = value.upper() if fact in ("residence", "nationality", "tax_residence", "lien") else value
    found = _acting(
        by,
        "gate",
        lambda db, who: decide_rule(db, fact, said, kind, decision, clock.now(), who, **terms),
    )
    shown = f"{said} {kind}" if fact == "residence" else f"{fact} {said} {kind}"
    _answer(found, as_json, [f"{shown}: {decision}"])


@offers.command("rules")
def offers_rules(as_json: Json = False) -> None:
    """Show the rules of eligibility in force, and their version.

    Example: python -m bot offers rules
    """
    from bot.desk import show_rules

    found = _with_database(show_rules)
    _answer(found, as_json, found["lines"])


# --- payouts --------------------------------------------------------------------------------


@payouts.command("list")
def payouts_list(
    status: Annotated[str, typer.Argument(help="pending cooling test_sent active replaced cancelled")] = "cooling",
    reveal: Reveal = False,
    by: Name = "",
    as_json: Json = False,
) -> None:
    """Payout methods of one status, newest first; what waits for a second operator stands beside them.

    Example: python -m bot payouts list cooling
    """
    from bot.desk import list_payouts

    if status not in ("pending", "cooling", "test_sent", "active", "replaced", "cancelled"):
        raise _failed("STATUS is pending, cooling, test_sent, active, replaced or cancelled", 2)
    found = _acting(
        by,
        "personal" if reveal else "look",
        lambda db, who: list_payouts(db, status, clock.now(), reveal=reveal, by=who),
    )
    _answer(found, as_json, found["lines"])


@payouts.command("test")
def payouts_test(
    number: str,
    amount: Annotated[str, typer.Argument(help="1.01 to 19.99, of the coin; choose an odd sum")],
    by: By,
    as_json: Json = False,
) -> None:
    """Propose a small test transfer to a coin address. Send nothing before a second operator has confirmed it.

    Example: python -m bot payouts test SK-7K3M2QX 3.27 --by alice
    """
    from bot.desk import propose_test

    found = _acting(by, "payouts", lambda db, who: propose_test(db, number, amount, who, clock.now()))
    _answer(found, as_json, [f"{found['number']}: proposed; now somebody else: payouts confirm"])


@payouts.command("confirm")
def payouts_confirm(
    number: str,
    amount: Annotated[str, typer.Argument(help="the amount that was proposed")],
    by: By,
    as_json: Json = False,
) -> None:
    """Confirm, as a second operator, a proposed test; the creditor is asked how much arrives. Then send exactly that.

    Example: python -m bot payouts confirm SK-7K3M2QX 3.27 --by bob
    """
    from bot.desk import approve_test

    found = _acting(by, "payouts", lambda db, who: approve_test(db, number, amount, who, clock.now()))
    _answer(found, as_json, [f"{found['number']}: {found['status']}; send exactly {amount} now"])


# --- settlements ----------------------------------------------------------------------------

Amount = Annotated[str, typer.Argument(help="exactly what the terms say, as 28000.00")]
On = Annotated[str, typer.Option("--on", help="The day, as 2026-11-22.")]
Reference = Annotated[str, typer.Option("--reference", help="The bank's or the chain's reference.")]
Item = Annotated[int, typer.Argument(help="which payment of the bond, from 1", min=1)]


@settlements.command("list")
def settlements_list(
    number: Annotated[str | None, typer.Argument(help="One settlement (JG-…), with its bond's payments.")] = None,
    status: Annotated[str | None, typer.Option(help="agreed documents_signed notice_filed … returned")] = None,
    reveal: Reveal = False,
    by: Name = "",
    as_json: Json = False,
) -> None:
    """Settlements, newest first; those of one status, the longest in it first.

    Example: python -m bot settlements list --status payment_sent
    """
    from bot.desk import list_settlements
    from storage.terms import SettlementStatus

    if status is not None and status not in list(SettlementStatus):
        raise _failed(f"--status is one of {', '.join(SettlementStatus)}", 2)
    found = _acting(
        by,
        "personal" if reveal else "look",
        lambda db, who: list_settlements(db, number, status, clock.now(), reveal=reveal, by=who),
    )
    _answer(found, as_json, found["lines"])


@settlements.command("filed")
def settlements_filed(
    number: str,
    on: On,
    by: By,
    docket: Annotated[str, typer.Option("--docket", help="Docket number of the filing.")] = "",
    as_json: Json = False,
) -> None:
    """Evidence of the transfer was filed with the court (Form 2100A); the creditor is told.

    Example: python -m bot settlements filed JG-7K3M2QX --on 2026-11-23 --docket 31415 --by alice
    """
    from bot.desk import settlement_filed

    found = _acting(by, "settlements", lambda db, who: settlement_filed(db, number, on, docket, who, clock.now()))
    _answer(found, as_json, [f"{found['number']}: {found['status']}"])


@settlements.command("noticed")
def settlements_noticed(number: str, on: On, by: By, as_json: Json = False) -> None:
    """The clerk gave notice of the transfer; the 21 days run from that day.

    Example: python -m bot settlements noticed JG-7K3M2QX --on 2026-11-25 --by alice
    """
    from bot.desk import settlement_noticed

    found = _acting(by, "settlements", lambda db, who: settlement_noticed(db, number, on, who, clock.now()))
    _answer(found, as_json, [f"{found['number']}: {found['status']}, objections until {found['notice_until']}"])


@settlements.command("pay")
def settlements_pay(number: str, amount: Amount, by: By, as_json: Json = False) -> None:
    """Propose the payment (or the issue of a bond). Send nothing before a second operator has taken it up.

    Example: python -m bot settlements pay JG-7K3M2QX 28000.00 --by alice
    """
    from bot.desk import propose_payment

    found = _acting(by, "settlements", lambda db, who: propose_payment(db, number, amount, who, clock.now()))
    _answer(found, as_json, [f"{found['number']}: proposed; now somebody else: settlements paid"])


@settlements.command("paid")
def settlements_paid(number: str, amount: Amount, by: By, reference: Reference = "", as_json: Json = False) -> None:
    """Say, as a second operator, that what was proposed was paid; the creditor is asked whether it is there.

    Example: python -m bot settlements paid JG-7K3M2QX 28000.00 --reference FT26112200 --by bob
    """
    from bot.desk import settlement_paid

    found = _acting(
        by,
        "settlements",
        lambda db, who: settlement_paid(db, number, amount, reference, who, clock.now()),
    )
    _answer(found, as_json, [f"{found['number']}: {found['status']}"])


Why = Annotated[str, typer.Option("--reason", help="Shown to the creditor.")]


@settlements.command("failed")
def settlements_failed(number: str, reason: Why, by: By, as_json: Json = False) -> None:
    """A step went wrong: an objection, a payment that came back. It may be paid again, or returned.

    Example: python -m bot settlements failed JG-7K3M2QX --reason "退汇：账户名不符" --by alice
    """
    from bot.desk import settlement_failed

    found = _acting(by, "settlements", lambda db, who: settlement_failed(db, number, reason, who, clock.now()))
    _answer(found, as_json, [f"{found['number']}: {found['status']}"])


@settlements.command("returned")
def settlements_returned(number: str, reason: Why, by: By, as_json: Json = False) -> None:
    """Undo the acceptance: the claim is the creditor's again, and the offers it had ended are open again.

    Example: python -m bot settlements returned JG-7K3M2QX --reason "买方未付款" --by alice
    """
    from bot.desk import settlement_returned

    found = _acting(by, "settlements", lambda db, who: settlement_returned(db, number, reason, who, clock.now()))
    _answer(found, as_json, [f"{found['number']}: {found['status']}", *(f"{one}: open" for one in found["reopened"])])


@settlements.command("coupon-pay")
def settlements_coupon_pay(number: str, item: Item, amount: Amount, by: By, as_json: Json = False) -> None:
    """Propose one payment of a bond. Send nothing before a second operator has taken it up.

    Example: python -m bot settlements coupon-pay JG-7K3M2QX 1 1800.00 --by alice
    """
    from bot.desk import propose_coupon

    found = _acting(by, "settlements", lambda db, who: propose_coupon(db, number, item, amount, who, clock.now()))
    _answer(found, as_json, [f"{number} {item}: proposed; now somebody else: settlements coupon-paid"])


@settlements.command("coupon-paid")
def settlements_coupon_paid(
    number: str, item: Item, amount: Amount, by: By, reference: Reference = "", as_json: Json = False
) -> None:
    """Say, as a second operator, that one payment of a bond was made.

    Example: python -m bot settlements coupon-paid JG-7K3M2QX 1 1800.00 --reference FT27063000 --by bob
    """
    from bot.desk import coupon_paid

    found = _acting(
        by,
        "settlements",
        lambda db, who: coupon_paid(db, number, item, amount, reference, who, clock.now()),
    )
    _answer(found, as_json, [f"{number} {item}: {found['status']}"])


# --- tickets --------------------------------------------------------------------------------

Revision = Annotated[
    int | None,
    typer.Option(help="The revision you had before you (`tickets show`): if somebody was faster, nothing is sent."),
]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with it.")]


def _ticket(
    by: str, what: str, work: Callable[[Any, str], Awaitable[dict[str, Any]]], as_json: bool, words: str
) -> None:
    """Do something with a ticket in somebody's name and say what it came to."""
    found = _acting(by, what, work)
    told = "" if found.get("reachable", True) else " (the creditor's contact has blocked us: it will not arrive)"
    _answer(found, as_json, [f"{found['number']}: {words}, {found['status']}{told}"])


@tickets.command("list")
def tickets_list(as_json: Json = False) -> None:
    """What the desk has to look at: the most pressing first, words masked.

    Example: python -m bot tickets list
    """
    from bot.desk import list_tickets

    found = _with_database(list_tickets)
    _answer(found, as_json, found["lines"])


@tickets.command("show")
def tickets_show(
    number: str,
    by: Name = "",
    as_json: Json = False,
) -> None:
    """Show a case: words, notes, events, files, other tickets, and what may be answered. Masked.

    Example: python -m bot tickets show KF-2M7QX4T
    """
    from bot.desk import show_ticket

    found = _acting(by, "look", lambda db, who: show_ticket(db, number, who, clock.now()))
    _answer(found, as_json, found["lines"])


@tickets.command("take")
def tickets_take(number: str, by: By, as_json: Json = False) -> None:
    """Take a ticket nobody has.

    Example: python -m bot tickets take KF-2M7QX4T --by alice
    """
    from bot.desk import take_ticket

    _ticket(by, "take", lambda db, who: take_ticket(db, number, who, clock.now()), as_json, f"taken by {by}")


@tickets.command("assign")
def tickets_assign(
    number: str,
    by: By,
    to: Annotated[str, typer.Argument(help="An agent; left out: back to all.")] = "",
    as_json: Json = False,
) -> None:
    """Give a ticket to an agent, also when somebody else has it.

    Example: python -m bot tickets assign KF-2M7QX4T bob --by alice
    """
    from bot.desk import assign_ticket

    words = f"given to {to}" if to else "given back"
    _ticket(by, "assign", lambda db, who: assign_ticket(db, number, who, to, clock.now()), as_json, words)


@tickets.command("note")
def tickets_note(number: str, text: str, by: By, as_json: Json = False) -> None:
    """Note something for the other agents; the creditor never sees it.

    Example: python -m bot tickets note KF-2M7QX4T "name differs from the register" --by alice
    """
    from bot.desk import note_ticket

    _ticket(by, "note", lambda db, who: note_ticket(db, number, who, text, clock.now()), as_json, "noted")


@tickets.command("answer")
def tickets_answer(
    number: str,
    by: By,
    text: Annotated[str, typer.Argument(help="Your words; behind a canned reply, if both are given.")] = "",
    canned: Annotated[str, typer.Option(help="A canned reply by its name (`tickets canned`).")] = "",
    field: Annotated[list[str] | None, typer.Option(help="A field of it: name=value.")] = None,
    revision: Revision = None,
    sure: Annotated[
        bool, typer.Option("--sure", help="Send although it holds a number or address that looks like somebody else's.")
    ] = False,
    edit: Annotated[int | None, typer.Option(help="Put these words in the place of your answer on this line.")] = None,
    as_json: Json = False,
) -> None:
    """Answer a person in the chat.

    Example: python -m bot tickets answer KF-2M7QX4T "您好，材料已收到。" --by alice
    """
    from bot.desk import answer_ticket, edit_answer

    if edit is not None:
        line = edit
        _ticket(
            by,
            "edit",
            lambda db, who: edit_answer(db, number, line, who, text, clock.now()),
            as_json,
            "corrected",
        )
        return
    fields = dict(one.split("=", 1) for one in field or [] if "=" in one)
    _ticket(
        by,
        "answer",
        lambda db, who: answer_ticket(
            db, number, who, text, clock.now(), revision=revision, sure=sure, reply=canned, fields=fields
        ),
        as_json,
        "answered",
    )


@tickets.command("withdraw")
def tickets_withdraw(
    number: str,
    line: Annotated[int, typer.Argument(help="The line of your answer (`tickets show`).")],
    by: By,
    as_json: Json = False,
) -> None:
    """Take an answer back with its files, where the channel can; where it cannot, the creditor is told.

    Example: python -m bot tickets withdraw KF-2M7QX4T 12 --by alice
    """
    from bot.desk import withdraw_answer

    _ticket(
        by,
        "withdraw",
        lambda db, who: withdraw_answer(db, number, line, who, clock.now()),
        as_json,
        "answer taken back",
    )


@tickets.command("open")
def tickets_open(
    claim: Annotated[str, typer.Argument(help="A claim number: its creditor is written to where he wrote last.")],
    text: str,
    by: By,
    as_json: Json = False,
) -> None:
    """Write to a creditor first, about a claim of his.

    Example: python -m bot tickets open ZQ-7K3M2QX "您好，姓名与登记册不一致，请核对。" --by alice
    """
    from bot.desk import open_ticket

    _ticket(
        by,
        "write_first",
        lambda db, who: open_ticket(db, claim, who, text, clock.now()),
        as_json,
        "written to",
    )


@tickets.command("ask-document")
def tickets_ask_document(
    number: str,
    document: Annotated[str, typer.Argument(help="Which document, in the creditor's language.")],
    by: By,
    revision: Revision = None,
    as_json: Json = False,
) -> None:
    """Ask a person for a document, with a button that takes it.

    Example: python -m bot tickets ask-document KF-2M7QX4T "FTX 余额截图" --by alice
    """
    from bot.desk import ask_for_document

    _ticket(
        by,
        "ask_document",
        lambda db, who: ask_for_document(db, number, who, document, clock.now(), revision=revision),
        as_json,
        "asked for a document",
    )


@tickets.command("hold")
def tickets_hold(
    number: str,
    by: By,
    reason: Reason,
    until: Annotated[str, typer.Option(help="When to look again: 2026-11-30T10:00+08:00; or hours from now: 48h.")],
    as_json: Json = False,
) -> None:
    """Hold a ticket: its clock stands, and it comes back by itself.

    Example: python -m bot tickets hold KF-2M7QX4T --until 48h --reason "provider asked" --by alice
    """
    from bot.desk import hold_ticket

    at = clock.now()
    moment = _moment(until, at)
    _ticket(
        by,
        "hold",
        lambda db, who: hold_ticket(db, number, who, moment, reason, at),
        as_json,
        f"held until {until}",
    )


def _moment(text: str, now: Any) -> Any:
    from datetime import datetime, timedelta

    hours = re.fullmatch("([0-9]{1,3})h", text)
    if hours is not None:
        return now + timedelta(hours=int(hours[1]))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _failed("not accepted: a moment is like 2026-11-30T10:00+08:00, or 48h", 2) from None
    if moment.tzinfo is None:
        raise _failed("not accepted: the moment names no time zone (+08:00)", 2)
    return moment


@tickets.command("escalate")
def tickets_escalate(number: str, by: By, reason: Reason, as_json: Json = False) -> None:
    """Hand a ticket to the next level: senior, supervisor, on call.

    Example: python -m bot tickets escalate KF-2M7QX4T --reason "legal question" --by alice
    """
    from bot.desk import escalate_ticket

    _ticket(
        by,
        "escalate",
        lambda db, who: escalate_ticket(db, number, who, reason, clock.now()),
        as_json,
        "escalated",
    )


@tickets.command("merge")
def tickets_merge(
    number: str, into: Annotated[str, typer.Argument(help="The ticket that stays.")], by: By, as_json: Json = False
) -> None:
    """Put one ticket into another of the same creditor.

    Example: python -m bot tickets merge KF-2M7QX4T KF-7K3M2QX --by alice
    """
    from bot.desk import merge_tickets

    _ticket(
        by,
        "merge",
        lambda db, who: merge_tickets(db, number, into, who, clock.now()),
        as_json,
        f"took {number} in",
    )


@tickets.command("link")
def tickets_link(
    number: str,
    to: Annotated[
        str, typer.Argument(help="A claim (ZQ-…), an offer (BJ-…) or a notice (`tickets show`) of the same creditor.")
    ],
    by: By,
    as_json: Json = False,
) -> None:
    """Say which claim, offer or notice a ticket is about.

    Example: python -m bot tickets link KF-2M7QX4T ZQ-7K3M2QX --by alice
    """
    from bot.desk import link_ticket

    _ticket(by, "link", lambda db, who: link_ticket(db, number, to, who, clock.now()), as_json, f"is about {to}")


@tickets.command("solve")
def tickets_solve(number: str, by: By, as_json: Json = False) -> None:
    """Consider a ticket settled; the creditor is asked how it was.

    Example: python -m bot tickets solve KF-2M7QX4T --by alice
    """
    from bot.desk import solve_ticket

    _ticket(by, "solve", lambda db, who: solve_ticket(db, number, who, clock.now()), as_json, "solved")


@tickets.command("close")
def tickets_close(number: str, by: By, as_json: Json = False) -> None:
    """Close a ticket; writing again reopens it.

    Example: python -m bot tickets close KF-2M7QX4T --by alice
    """
    from bot.desk import close_ticket

    found = _acting(by, "close", lambda db, who: close_ticket(db, number, who, clock.now()))
    _answer(found, as_json, [f"{number}: closed"])


@tickets.command("reveal")
def tickets_reveal(
    number: str,
    by: By,
    reason: Reason,
    minutes: Annotated[int, typer.Option(help="For how long.", min=1, max=240)] = 30,
    as_json: Json = False,
) -> None:
    """Read a ticket unmasked for some minutes. A signed entry says who, when and why.

    Example: python -m bot tickets reveal KF-2M7QX4T --reason "call back" --by alice
    """
    from bot.desk import reveal_ticket

    found = _acting(by, "reveal", lambda db, who: reveal_ticket(db, number, who, reason, minutes, clock.now()))
    _answer(found, as_json, [*found["lines"], f"unmasked until {found['until']} (receipt {found['receipt']})"])


@tickets.command("export")
def tickets_export(number: str, by: By, reason: Reason, as_json: Json = True) -> None:
    """Print all there is about a ticket as JSON, unmasked, for a regulator. It is a signed look by itself.

    Example: python -m bot tickets export KF-2M7QX4T --reason "request 2026-114" --by alice
    """
    from bot.desk import export_ticket

    found = _acting(by, "export", lambda db, who: export_ticket(db, number, who, reason, clock.now()))
    _answer(found, True, [])  # there is no other form of it


@tickets.command("canned")
def tickets_canned(
    words: Annotated[str, typer.Argument(help="Only those that hold these words.")] = "",
    category: Annotated[str, typer.Option(help="claim offer payout account safety place privacy other")] = "",
    language: Annotated[str, typer.Option(help="zh_Hans zh_Hant zh_Hant_HK en")] = "zh_Hans",
    as_json: Json = False,
) -> None:
    """List the replies that need not be typed, with their fields.

    Example: python -m bot tickets canned 截图
    """
    from bot.desk import show_canned

    found = show_canned(category, language, words)
    _answer(found, as_json, found["lines"])


@tickets.command("words")
def tickets_words(
    words: Annotated[str, typer.Argument(help="A word of the field, or a part of it, in any language.")],
    as_json: Json = False,
) -> None:
    """Look a word of the field up: 简体, 繁體 (Taiwan, Hong Kong) and English.

    Example: python -m bot tickets words 登记日
    """
    from bot.desk import look_up

    found = look_up(words)
    _answer(found, as_json, found["lines"])


# --- agents ---------------------------------------------------------------------------------


@agents.command("add")
def agents_add(
    name: str,
    role: Annotated[str, typer.Option(help="agent senior supervisor auditor")] = "agent",
    as_json: Json = False,
) -> None:
    """Make an account for the desk, and print its first one-time link. An account that was revoked begins anew.

    Example: python -m bot agents add li.na --role senior
    """
    from bot.desk import add_agent

    token = _with_database(lambda database: add_agent(database, name, role, clock.now()))
    if token is None:
        raise _failed(f"{name} has an account already; print a link with: python -m bot agents link {name}")
    _desk_link(token, as_json)


@agents.command("link")
def agents_link(name: str, as_json: Json = False) -> None:
    """Print a one-time link for an agent who wants to sign in; the phone's code is asked besides.

    Example: python -m bot agents link li.na
    """
    from bot.desk import invite_agent

    token = _with_database(lambda database: invite_agent(database, name, clock.now()))
    if token is None:
        raise _failed(f"nobody of the name {name} may work at the desk")
    _desk_link(token, as_json)


def _desk_link(token: str, as_json: bool) -> None:
    from bot.run import desk_link

    link = desk_link(Settings.read(), token)
    _answer({"link": link}, as_json, [link, "good once, for one hour"])


@agents.command("list")
def agents_list(as_json: Json = False) -> None:
    """List the accounts of the desk and the last visits, wrong codes among them.

    Example: python -m bot agents list
    """
    from bot.desk import list_agents

    found = _with_database(list_agents)
    _answer(found, as_json, found["lines"])


@agents.command("revoke")
def agents_revoke(name: str, as_json: Json = False) -> None:
    """Take an account back; its sessions and links end at once, its tickets are everybody's again.

    Example: python -m bot agents revoke li.na
    """
    from bot.desk import revoke_agent

    released = _with_database(lambda database: revoke_agent(database, name, clock.now()))
    if released is None:
        raise _failed(f"nobody of the name {name} may work at the desk")
    found = {"revoked": name, "released": released}
    _answer(found, as_json, [f"{name}: revoked", *(f"{number}: everybody's again" for number in released)])


@agents.command("desk")
def agents_desk(as_json: Json = False) -> None:
    """Print a one-time code that makes a Telegram group the desk: an administrator types /desk CODE in the group.

    Example: python -m bot agents desk
    """
    from storage.topics import code_for_group

    code = _with_database(lambda database: code_for_group(database, clock.now()))
    words = f"/desk {code}"
    _answer({"code": code}, as_json, [words, "an administrator types this in the group; good once, for one hour"])


@agents.command("telegram")
def agents_telegram(name: str, as_json: Json = False) -> None:
    """Print a one-time code by which an agent binds his Telegram to his account: he types /bind CODE to the bot.

    Example: python -m bot agents telegram li.na
    """
    from storage.topics import code_for_agent

    code = _with_database(lambda database: code_for_agent(database, name, clock.now()))
    if code is None:
        raise _failed(f"nobody of the name {name} may work at the desk")
    words = f"/bind {code}"
    _answer({"code": code}, as_json, [words, f"{name} types this to the bot, alone; good once, for one hour"])


@agents.command("sign-out")
def agents_sign_out(name: str, as_json: Json = False) -> None:
    """End every session and link of an account, at once; the account itself stands.

    Example: python -m bot agents sign-out li.na
    """
    from bot.desk import end_sessions

    if not _with_database(lambda database: end_sessions(database, name, clock.now())):
        raise _failed(f"nobody of the name {name} may work at the desk")
    _answer({"signed_out": name}, as_json, [f"{name}: signed out everywhere"])


# --- understanding --------------------------------------------------------------------------


@understand.callback(invoke_without_command=True)
def understand_lines(
    asked: typer.Context,
    amounts: Annotated[bool, typer.Option("--amounts", help="Read each line as one sum of money.")] = False,
) -> None:
    """Read utterances from standard input, a line each; answer each with a line of JSON at once.

    text, intent, confidence, action (act, ask, fallback), buttons, slots; with --amounts: text, amount
    and currency, null where no one sum is said.

    Example: echo 那笔债现在啥情况了呀 | python -m bot understand
    """
    if asked.invoked_subcommand is not None:
        return
    from bot.understanding import spoken

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    if amounts:
        spoken.answer_amounts(sys.stdin.buffer, sys.stdout)
    else:
        spoken.answer_meanings(sys.stdin.buffer, sys.stdout, clock.now().date())


@understand.command("review")
def understand_review(
    by: Annotated[str, typer.Option("--by", help="Your name, kept with each decision.", envvar="OPERATOR")] = "",
    export: Annotated[
        Path | None, typer.Option("--export", help="Append what was labelled to this file, as training lines.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read what was not understood and say what was meant: an intent, drop, skip or quit.

    Only what people agreed to have kept, without addresses and numbers. Drop what still says who
    somebody is. Each decision counts at once. With --json the queue is listed, and nothing is asked.

    Example: python -m bot understand review --by alice
    """
    from bot.desk import export_utterances, list_utterances, review_utterances

    if export is not None:
        try:
            found = _with_database(lambda database: export_utterances(database, export))
        except OSError as wrong:
            raise _failed(f"{export}: {wrong.strerror}", 2) from None
        _answer(found, as_json, [f"{found['exported']} line(s) added to {export}"])
        return
    if as_json:
        _answer(_with_database(list_utterances), as_json, [])
        return
    if not by:
        raise _failed("--by: your name is missing", 2)
    done = _acting(by, "label", lambda db, who: review_utterances(db, who, _ask_meaning, typer.echo, clock.now))
    _answer(done, as_json, [", ".join(f"{count} {name}" for name, count in done.items())])


def _ask_meaning(one: dict[str, Any]) -> str:
    """Show one utterance and read a line; the end of the input is `quit`."""
    guess = f"{one['guess']} {one['confidence']:.2f} ({one['action']})"
    typer.echo(f"\n{one['text']}\n  {one['language']}, guess {guess}, {one['why']}, chose {one['chosen'] or 'nothing'}")
    typer.echo("intent> ", nl=False)
    return sys.stdin.readline() or "quit"


@app.command()
def reseal(as_json: Json = False) -> None:
    """Seal everything again with the first of DATA_KEYS, so that an old key can be dropped.

    Example: DATA_KEYS=2:…,1:… python -m bot reseal
    """
    from storage.reseal import reseal as seal_again

    def tell(table: str, done: int) -> None:
        if not as_json:
            typer.echo(f"{table}: {done}", err=True)

    found = _with_database(lambda database: seal_again(database, tell))
    _answer(found, as_json, [f"{name}: {value}" for name, value in found.items()])
