"""First contact, menu, language, consents, linking by e-mail, the account and its end, and telling us from a fake."""

from dataclasses import replace

from bot import i18n
from bot.conversation.codes import masked, read_code, send_code, try_code
from bot.conversation.flow import Flow
from bot.conversation.form import Answers, Extra, Form, Option, Question
from bot.conversation.reply import Choice, Reply
from bot.conversation.texts import code_again, code_label, code_sent_again, human, menu
from bot.conversation.turn import Person, Turn
from bot.errors import Invalid
from bot.ledger.kinds import MoveRefused
from bot.welcome import actions, rules, texts
from bot.welcome.actions import Erasing, Standing
from storage.database import Reader, Transaction
from storage.terms import NoticeKind, Purpose

flow = Flow("welcome")

#: how many rows of the register get a button of their own
MOST_RECORDS = 8
#: how much of the words' hash a button carries: enough to see that they were changed
MARK = 8


def _language() -> Choice:
    return Choice(texts.go_language(), "welcome.language")


def _rows() -> tuple[tuple[Choice, ...], ...]:
    """The main menu."""
    return (
        (Choice(texts.go_file(), "claims.file", "primary"), Choice(texts.go_status(), "claims.status")),
        (Choice(texts.go_offers(), "offers.list"), Choice(texts.go_facts(), "facts.topics")),
        (Choice(texts.go_safety(), "welcome.safety"), human()),
        (Choice(texts.go_me(), "welcome.me"), _language()),
    )


# -- hello


@flow.act("start")
async def start(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Who we are, to a stranger; where things stand, to somebody we know."""
    standing = await actions.standing(db, person)
    if standing.is_new:
        return Reply(
            title=texts.hello_title(),
            text=texts.hello(),
            choices=(
                (Choice(texts.go_consents(), "welcome.consents", "primary"),),
                (Choice(texts.go_link(), "welcome.link"), menu()),
                (Choice(texts.go_safety(), "welcome.safety"), _language()),
            ),
            replaces=False,
        )
    rows = list(_rows())
    if standing.drafts and person.draft is None:
        rows.insert(0, (Choice(texts.resume(), f"form.resume:{standing.drafts[0]}", "primary"),))
    if standing.email is None:
        rows.insert(-1, (Choice(texts.go_link(), "welcome.link"), Choice(texts.consents_title(), "welcome.consents")))
    return Reply(
        title=texts.welcome_back_title(),
        text=texts.welcome_back(standing.email, standing.claims, len(standing.drafts)),
        choices=tuple(rows),
        replaces=False,
    )


@flow.view("menu")
async def main_menu(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """The way home."""
    return Reply(title=texts.menu_title(), text=texts.menu(), choices=_rows())


@flow.view("help")
async def help_(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """What can be typed."""
    return Reply(title=texts.help_title(), text=texts.help_(), choices=_rows())


# -- words that were not understood


@flow.act("lost")
async def lost(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Free text nobody understands: never a dead end. Twice in a row, and a person comes first."""
    guess, _dot, permille = argument.partition(".")
    await _keep(db, turn, person, guess, permille, action="fallback", why="fell_back")
    return _helped(Reply(text=texts.lost(), choices=_rows(), replaces=False), _lost_again(turn, person))


@flow.act("unsure")
async def unsure(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Free text that may mean several things: `guess.permille.intent,intent,…`. Nothing is done before a tap."""
    guess, permille, intents = (*argument.split("."), "", "")[:3]
    await _keep(db, turn, person, guess, permille, action="ask", why="asked")
    rows = tuple((Choice(texts.way(intent), f"welcome.meant:{intent}"),) for intent in intents.split(",") if intent)
    asked = Reply(
        text=texts.unsure(), choices=(*rows, (Choice(texts.none_of_these(), "welcome.none"), human())), replaces=False
    )
    return _helped(asked, _lost_again(turn, person))


@flow.act("meant")
async def meant(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply | str:
    """What the person meant, after we had asked."""
    if argument not in texts.WAYS:
        return Reply(text=texts.lost(), choices=_rows())
    await actions.chose(db, person, argument, turn.received_at)
    person.lost_at = None
    return argument


@flow.act("mended")
async def mended(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply | str:
    """A correction: what was said before was taken wrongly; the argument is the step it leads to."""
    if person.before:
        await actions.keep_misunderstood(
            db, person, person.before, guess="out_of_scope", action="act", confidence=0, why="corrected",
            at=turn.received_at,
        )  # fmt: skip
    return argument


@flow.view("none")
async def none(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """None of what we thought of."""
    return Reply(text=texts.none_said(), choices=_rows(), replaces=False)


async def _keep(
    db: Transaction, turn: Turn, person: Person, guess: str, permille: str, *, action: str, why: str
) -> None:
    sure = int(permille) if permille.isascii() and permille.isdigit() else 0
    await actions.keep_misunderstood(
        db, person, turn.text or "", guess=guess, action=action, confidence=sure, why=why, at=turn.received_at
    )


def _lost_again(turn: Turn, person: Person) -> bool:
    before, person.lost_at = person.lost_at, turn.received_at
    return before is not None and turn.received_at - before < rules.LOST_AGAIN


def _helped(reply: Reply, again: bool) -> Reply:
    """The same words, with a person first for whoever was not understood twice."""
    if not again:
        return reply
    first = Choice(human().label, human().token, "primary")
    rows = tuple(tuple(c for c in row if c.token != first.token) for row in reply.choices)
    text = f"{reply.text}\n{texts.person_instead()}"
    return replace(reply, text=text, choices=((first,), *(row for row in rows if row)))


# -- language


def _languages() -> tuple[tuple[Choice, ...], ...]:
    return tuple((Choice(texts.LANGUAGES[locale], f"welcome.speak:{locale}"),) for locale in i18n.LOCALES)


@flow.view("language")
async def language(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """Every language, named in itself."""
    return Reply(title=texts.language_title(), text=texts.language(), choices=(*_languages(), (menu(),)))


@flow.act("speak")
async def speak(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Change the language, and say so in the new one. A choice outlives whatever the wire says later."""
    if argument not in i18n.LOCALES:
        return Reply(title=texts.language_title(), text=texts.language_unknown(), choices=(*_languages(), (menu(),)))
    person.locale = argument
    person.locale_chosen = True
    with i18n.speaking(argument):
        return Reply(title=texts.menu_title(), text=texts.language_kept(), choices=_rows(), replaces=False)


# -- privacy and consents


@flow.view("privacy")
async def privacy(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """The privacy notice."""
    return Reply(
        title=texts.privacy_title(),
        text=texts.privacy(),
        choices=(
            (Choice(texts.consents_title(), "welcome.consents"), Choice(texts.go_erase(), "welcome.erase")),
            (human(), menu()),
        ),
    )


@flow.view("consents")
async def consents(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """Every purpose with its words; one purpose, one button."""
    return _consents(await actions.standing(db, person), person)


def _consents(standing: Standing, person: Person, said: str = "") -> Reply:
    rows = []
    for purpose in rules.PURPOSES:
        if purpose in standing.consents:
            rows.append((Choice(texts.withdraw(purpose), f"welcome.revoke:{purpose}"),))
        else:
            rows.append((_agree(purpose),))
    if standing.agrees(*rules.NEEDED):
        rows.insert(0, (Choice(texts.go_file(), "claims.file", "primary"),))
    text = texts.consents(rules.NEEDED, rules.OPTIONAL, standing.consents, person.timezone)
    return Reply(
        title=texts.consents_title(),
        text=f"{said}\n\n{text}" if said else text,
        choices=(*rows, (Choice(texts.go_privacy(), "welcome.privacy"), menu())),
    )


def _agree(purpose: Purpose) -> Choice:
    """The button carries a mark of the words beside it: nobody agrees to words he was not shown."""
    mark = rules.fingerprint(texts.purpose_words(purpose))[:MARK]
    return Choice(texts.agree(purpose), f"welcome.consent:{purpose}.{mark}", "primary")


def _purpose(argument: str) -> Purpose | None:
    return next((purpose for purpose in Purpose if purpose == argument), None)


@flow.act("consent")
async def consent(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Agree to one purpose. Without the mark of today's words they are shown first, and nothing is written."""
    name, _dot, mark = argument.partition(".")
    purpose = _purpose(name)
    if purpose is None:
        return _consents(await actions.standing(db, person), person)
    words = texts.purpose_words(purpose)
    if mark != rules.fingerprint(words)[:MARK]:
        said = texts.asked(purpose, needed=purpose in rules.NEEDED)
        return Reply(
            title=texts.consents_title(),
            text=f"{texts.words_changed()}\n\n{said}" if mark else said,
            choices=((_agree(purpose),), (Choice(texts.back_to_consents(), "welcome.consents"), menu())),
        )
    entry = await actions.give(db, turn, person, purpose, words)
    if entry is None:
        said = texts.agreed_before(purpose)
    else:
        said = texts.agreed(purpose, turn.received_at, entry.receipt, person.timezone)
    standing = await actions.standing(db, person)
    if purpose in rules.NEEDED and standing.agrees(*rules.NEEDED):
        said = f"{said}\n{texts.ready_to_file()}"
    missing = next((one for one in rules.NEEDED if one not in standing.consents), None)
    if purpose in rules.NEEDED and missing is not None:
        said = f"{said}\n{texts.still_needed(missing, rules.PURPOSES.index(missing) + 1)}"
    return _consents(standing, person, said)


@flow.act("revoke")
async def revoke(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Withdraw one consent: one tap, as giving it was."""
    purpose = _purpose(argument)
    if purpose is None:
        return _consents(await actions.standing(db, person), person)
    entry = await actions.revoke(db, turn, person, purpose)
    if entry is None:
        said = texts.not_given(purpose)
    else:
        said = texts.withdrawn(purpose, turn.received_at, entry.receipt, person.timezone)
    return _consents(await actions.standing(db, person), person, said)


# -- linking


async def _begin(turn: Turn, db: Transaction, person: Person, argument: str) -> Answers | Reply:
    standing = await actions.standing(db, person)
    if standing.email is None:
        return {}
    return Reply(
        title=texts.linked_before_title(),
        text=texts.linked_before(standing.email),
        choices=((Choice(texts.go_me(), "welcome.me"), menu()),),
    )


def _letter(code: str) -> Reply:
    return Reply(title=texts.mail_subject(code), text=texts.mail_text(code))


async def _email_given(turn: Turn, db: Transaction, person: Person, answers: Answers, value: str) -> str:
    """Ask back about a slip of the finger, once; then mail the code."""
    slip = answers.pop("_slip", None)
    if slip is not None and value in ("better", "typed"):
        email = slip[value]
    else:
        email = value
        better = rules.meant(email)
        if better is not None and (slip is None or slip["typed"] != email):
            answers["_slip"] = {"typed": email, "better": better}
            raise Invalid("slip", typed=email, better=better)
    await send_code(db, turn, person, email, _letter)
    return str(email)


def _slips(answers: Answers) -> list[Option]:
    slip = answers.get("_slip")
    if slip is None:
        return []
    return [
        Option("better", lambda: texts.typo_yes(slip["better"])),
        Option("typed", lambda: texts.typo_no(slip["typed"])),
    ]


async def _code_given(turn: Turn, db: Transaction, person: Person, answers: Answers, value: str) -> str:
    """What is kept is the address that was proved, never the code."""
    email = str(answers["email"])
    await try_code(db, turn, person, email, value)
    return email


async def _again(turn: Turn, db: Transaction, person: Person, answers: Answers) -> str:
    await send_code(db, turn, person, str(answers["email"]), _letter, again=True)
    return code_sent_again()


async def _why(turn: Turn, db: Transaction, person: Person, answers: Answers) -> str:
    return texts.why_email_said()


async def _no_mailbox(turn: Turn, db: Transaction, person: Person, answers: Answers) -> str:
    return texts.lost_mailbox_said()


def _wrong(question: Question, invalid: Invalid) -> str:
    if invalid.code == "slip":
        return texts.typo_question(invalid.data["typed"], invalid.data["better"])
    return texts.wrong(invalid.code, invalid.data)


async def _link(turn: Turn, db: Transaction, person: Person, handle: str, answers: Answers) -> Reply:
    email = str(answers["code"])
    shown = masked(email)

    def warn(locale: str, timezone: str) -> Reply:
        with i18n.speaking(locale):
            return Reply(
                title=texts.warning_title(),
                text=texts.warning(shown, texts.channel(turn.channel), turn.received_at, timezone),
                choices=((Choice(texts.go_me(), "welcome.me"), human()),),
                replaces=False,
                notice=NoticeKind.SECURITY,
            )

    try:
        linked = await actions.link(db, turn, person, email, warn)
    except MoveRefused:
        return Reply(text=texts.frozen(), choices=((human(), menu()),), replaces=False)
    records = linked.register[:MOST_RECORDS]
    rows = [
        (Choice(texts.file_record(number, len(records)), f"claims.file:{key}", "primary"),)
        for number, key in enumerate(records, 1)
    ]
    # the form that is just being sent is no unfinished one
    drafts = [one for one in linked.standing.drafts if one != handle]
    if drafts:
        rows.append((Choice(texts.resume(), f"form.resume:{drafts[0]}"),))
    if linked.standing.claims:
        rows.append((Choice(texts.go_status(), "claims.status"),))
    agreed = linked.standing.agrees(*rules.NEEDED)
    if not agreed:
        rows.append((Choice(texts.consents_title(), "welcome.consents", "" if records else "primary"),))
    text = texts.linked(shown, linked.found, len(records), linked.standing.claims, len(drafts))
    return Reply(
        title=texts.linked_title(),
        text=text,
        choices=(*rows, (Choice(texts.go_file(), "claims.file", "primary" if agreed and not records else ""), menu())),
        replaces=False,
    )


flow.form(
    Form(
        name="welcome.link",
        version=1,
        title=texts.link_title,
        questions=(
            Question(
                name="email",
                label=texts.email_label,
                ask=lambda _answers: texts.ask_email(),
                read=lambda text, _answers: rules.read_email(text),
                options=_slips,
                then=_email_given,
                extras=(Extra("why", texts.why_email, _why), Extra("gone", texts.lost_mailbox, _no_mailbox)),
                clears=("code",),
                expects="email",
            ),
            Question(
                name="code",
                label=code_label,
                ask=lambda answers: texts.ask_code(str(answers["email"])),
                read=lambda text, _answers: read_code(text),
                then=_code_given,
                extras=(Extra("again", code_again, _again), Extra("gone", texts.lost_mailbox, _no_mailbox)),
                expects="digits",
            ),
        ),
        begin=_begin,
        wrong=_wrong,
        submit=_link,
        after=lambda: (Choice(texts.go_me(), "welcome.me"), menu()),
        review=False,
    )
)


def mail_failed() -> Reply:
    """What the person is told when the mail with the code did not go out (the outbox knows: kind `code`)."""
    return Reply(
        title=texts.link_title(),
        text=texts.mail_failed(),
        choices=((Choice(texts.go_link(), "welcome.link", "primary"), human()),),
        replaces=False,
    )


def mail_delayed() -> Reply:
    """What the person is told when the mail server cannot be reached: the outbox goes on trying."""
    return Reply(
        title=texts.link_title(),
        text=texts.mail_delayed(),
        choices=((Choice(texts.resume(), "form.resume", "primary"), human()),),
        replaces=False,
    )


# -- the account


@flow.view("me")
async def me(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """Who is linked here, on which channels, and what may be changed."""
    standing = await actions.standing(db, person)
    ends = await actions.ends(db, person)
    soon = f"{texts.erase_waits(ends.due_at, person.timezone, held=ends.held)}\n\n" if ends is not None else ""
    settings = (Choice(texts.go_notices(), "notices.settings"), _language())
    private = (Choice(texts.consents_title(), "welcome.consents"), Choice(texts.go_privacy(), "welcome.privacy"))
    if standing.email is None:
        return Reply(
            title=texts.me_title(),
            text=soon + texts.me_nobody(person.timezone),
            choices=((Choice(texts.go_link(), "welcome.link", "primary"),), settings, private, (_erase(), menu())),
        )
    lines, rows = [], [(Choice(texts.go_payouts(), "payouts.list"),)]
    for number, one in enumerate(await actions.contacts(db, person), 1):
        if one.id == person.contact_id:
            lines.append(texts.channel_here(texts.channel(one.channel)))
        else:
            where = texts.channel(one.channel)
            lines.append(texts.channel_there(number, where, one.seen_at, person.timezone))
            rows.append((Choice(texts.go_unlink_other(number), f"welcome.unlink:{one.id}"),))
    rows.append((Choice(texts.go_unlink(), "welcome.unlink"),))
    text = texts.me(standing.email, lines, standing.claims, len(standing.consents), person.timezone)
    return Reply(title=texts.me_title(), text=soon + text, choices=(settings, private, *rows, (_erase(), menu())))


def _contact(argument: str, person: Person) -> int:
    """The contact a button names; without one, this one."""
    return int(argument) if argument.isascii() and argument.isdigit() and len(argument) < 19 else person.contact_id


def _not_linked() -> Reply:
    return Reply(text=texts.not_linked(), choices=((Choice(texts.go_me(), "welcome.me"), menu()),))


@flow.view("unlink")
async def unlink(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """Ask once more, and say what it means."""
    key = _contact(argument, person)
    linked = await actions.contacts(db, person)
    found = next((one for one in linked if one.id == key), None)
    if found is None:
        return _not_linked()
    here = key == person.contact_id
    text = texts.unlink_asks(texts.channel(found.channel), here=here, last=len(linked) == 1)
    yes = Choice(texts.unlink_yes(), f"welcome.unlink_yes:{key}", "danger")
    return Reply(title=texts.unlink_title(), text=text, choices=((yes, Choice(texts.unlink_no(), "welcome.me")),))


@flow.act("unlink_yes")
async def unlink_yes(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Unlink it."""
    key = _contact(argument, person)

    def warn(locale: str, timezone: str) -> Reply:
        with i18n.speaking(locale):
            return Reply(
                title=texts.thrown_out_title(),
                text=texts.thrown_out(texts.channel(turn.channel), turn.received_at, timezone),
                choices=((Choice(texts.go_link(), "welcome.link"), human()),),
                replaces=False,
                notice=NoticeKind.SECURITY,
            )

    try:
        done = await actions.unlink(db, turn, person, key, warn)
    except MoveRefused:
        return Reply(text=texts.frozen(), choices=((human(), menu()),), replaces=False)
    if not done:
        return _not_linked()
    here = key == person.contact_id
    back = Choice(texts.go_link(), "welcome.link") if here else Choice(texts.go_me(), "welcome.me")
    return Reply(
        title=texts.unlinked_title(), text=texts.unlinked(here=here), choices=((back, menu()),), replaces=False
    )


# -- erasing everything


def _erase() -> Choice:
    return Choice(texts.go_erase(), "welcome.erase")


@flow.view("erase")
async def erase(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """What would be deleted, what stays and why, and what has to end first. Nothing is asked for yet."""
    found = await actions.erasing(db, person)
    text = _plan(found, person)
    if found.asked is not None:
        said = texts.erase_waits(found.asked.due_at, person.timezone, held=bool(found.under_way))
        rows = ((Choice(texts.go_keep_me(), "welcome.erase_back", "primary"),), (human(), menu()))
        return Reply(title=texts.erase_title(), text=f"{said}\n\n{text}", choices=rows, expects="none")
    if found.email is None:
        go = Choice(texts.erase_go_on(), "welcome.erase_sure", "danger")
    else:
        go = Choice(texts.erase_by_code(), "welcome.erasing", "danger")
    rows = ((go,), (Choice(texts.erase_not(), "welcome.me"), human()))
    return Reply(title=texts.erase_title(), text=text, choices=rows, expects="none")


def _plan(found: Erasing, person: Person) -> str:
    parts = [
        texts.erase_how(rules.REGRET.days),
        texts.erase_goes(found.email, found.channels, found.claims, found.tickets),
        texts.erase_stays(found.kept_until, person.timezone, linked=found.email is not None),
    ]
    if found.under_way:
        parts.append(texts.erase_under_way([(one.what, one.number, one.until) for one in found.under_way]))
    return "\n\n".join(parts)


@flow.view("erase_sure")
async def erase_sure(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """Ask once more, where there is no mailbox to send a code to."""
    if person.creditor_id is not None:
        return await erase(turn, db, person, argument)
    yes = Choice(texts.erase_yes(), "welcome.erase_yes", "danger")
    return Reply(
        title=texts.erase_title(),
        text=texts.erase_asks_again(rules.REGRET.days),
        choices=((yes, Choice(texts.erase_not(), "welcome.me")),),
        expects="none",
    )


@flow.act("erase_yes")
async def erase_yes(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """The wish of somebody who is not linked. A linked account is never erased without the code from its mailbox."""
    if person.creditor_id is not None:
        return await erase(turn, db, person, argument)
    return await _asked_for(turn, db, person)


async def _asked_for(turn: Turn, db: Transaction, person: Person) -> Reply:
    def warn(locale: str, timezone: str) -> Reply:
        with i18n.speaking(locale):
            return Reply(
                title=texts.erase_warning_title(),
                text=texts.erase_warning(
                    texts.channel(turn.channel), turn.received_at, turn.received_at + rules.REGRET, timezone
                ),
                choices=((Choice(texts.go_keep_me(), "welcome.erase_back", "danger"),), (human(),)),
                replaces=False,
                notice=NoticeKind.SECURITY,
            )

    try:
        row, entry = await actions.ask_erasure(db, turn, person, warn)
    except rules.Frozen:
        return _frozen()
    held = (await actions.erasing(db, person)).under_way
    said = texts.erase_waits(row.due_at, person.timezone, held=bool(held))
    if entry is not None:
        said = f"{texts.erase_asked(entry.receipt)}\n\n{said}"
    if held:
        said = f"{said}\n\n{texts.erase_under_way([(one.what, one.number, one.until) for one in held])}"
    return Reply(
        title=texts.erase_asked_title(),
        text=f"{said}\n\n{texts.erase_silently()}",
        choices=((Choice(texts.go_keep_me(), "welcome.erase_back"),), (human(), menu())),
        replaces=False,
        expects="none",
    )


def _frozen() -> Reply:
    return Reply(text=texts.erase_frozen(), choices=((human(), menu()),), replaces=False, expects="none")


@flow.act("erase_back")
async def erase_back(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """One tap, on any linked channel, and nothing is erased."""
    entry = await actions.keep_me(db, turn, person)
    text = texts.erase_nothing_to_stop() if entry is None else texts.erase_stopped(entry.receipt)
    return Reply(
        title=texts.erase_title() if entry is None else texts.erase_stopped_title(),
        text=text,
        choices=((Choice(texts.go_me(), "welcome.me"), menu()),),
        replaces=False,
        expects="none",
    )


#: what its code is good for
ERASE = "erase"


def _erase_letter(code: str) -> Reply:
    return Reply(title=texts.mail_subject(code), text=texts.erase_mail(code, rules.REGRET.days))


async def _erasing_begins(turn: Turn, db: Transaction, person: Person, argument: str) -> Answers | Reply:
    try:
        email = await actions.proved_email(db, person)
    except rules.Frozen:
        return _frozen()
    if email is None or (await actions.erasing(db, person)).asked is not None:
        return await erase(turn, db, person, argument)
    try:
        await send_code(db, turn, person, email, _erase_letter, purpose=ERASE, again=True)
    except Invalid as wrong:
        go = Choice(texts.erase_by_code(), "welcome.erasing", "danger")
        rows = ((go,), (Choice(texts.erase_not(), "welcome.me"), human()))
        return Reply(title=texts.erase_title(), text=texts.wrong(wrong.code, wrong.data), choices=rows, expects="none")
    return {"_mailbox": masked(email)}


async def _erase_code_given(turn: Turn, db: Transaction, person: Person, answers: Answers, value: str) -> str:
    """What is kept is that it was right, never the code."""
    email = await _proved(db, person)
    await try_code(db, turn, person, email, value, purpose=ERASE)
    return "right"


async def _proved(db: Reader, person: Person) -> str:
    try:
        email = await actions.proved_email(db, person)
    except rules.Frozen:
        email = None
    if email is None:
        raise Invalid("no_code")
    return email


async def _erase_code_again(turn: Turn, db: Transaction, person: Person, answers: Answers) -> str:
    await send_code(db, turn, person, await _proved(db, person), _erase_letter, again=True, purpose=ERASE)
    return code_sent_again()


async def _erasing_asked(turn: Turn, db: Transaction, person: Person, handle: str, answers: Answers) -> Reply:
    return await _asked_for(turn, db, person)


flow.form(
    Form(
        name="welcome.erasing",
        version=1,
        title=texts.erase_title,
        questions=(
            Question(
                name="code",
                label=code_label,
                ask=lambda answers: texts.ask_erase_code(str(answers["_mailbox"])),
                read=lambda text, _answers: read_code(text),
                then=_erase_code_given,
                extras=(Extra("again", code_again, _erase_code_again),),
                expects="digits",
            ),
        ),
        begin=_erasing_begins,
        wrong=_wrong,
        submit=_erasing_asked,
        after=lambda: (_erase(), menu()),
        review=False,
        resumes=False,
    )
)


# -- safety


@flow.view("safety")
async def safety(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """How to tell us from a fake."""
    return Reply(
        title=texts.safety_title(),
        text=texts.safety(),
        choices=((Choice(texts.go_scams(), "facts.answer:scams"), human()), (menu(),)),
    )
