"""The command line: help with an example, an exit code that tells, one line for what is wrong, JSON for scripts."""

import asyncio
import io
import json
import logging
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import typer.main

from bot import cli, clock, numbers, processes
from bot.settings import Settings
from storage import utterances
from storage.connect import open_database
from tests.offers.sheets import SALE, SALE_SERIES, sheet
from tests.person import MORNING

ROOT = Path(__file__).parent.parent
PROCESSES = {"run", "serve", "work"}


def _leaves(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _leaves(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = {" ".join(path): command for path, command in _leaves(typer.main.get_command(cli.app))}


class Line:
    """A shell before the product, in this process; `environment` is all that is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        for name in (*Settings.model_fields, "operator"):
            monkeypatch.delenv(name.upper(), raising=False)
        self.folder = folder
        self.sets(VAR=str(folder / "var"), OPERATOR="alice")

    def sets(self, **environment: str) -> None:
        """Export settings."""
        for name, value in environment.items():
            self._monkeypatch.setenv(name, value)

    def types(self, words: str) -> tuple[int, str, str]:
        """Type a command; its exit code, its output, and what it complains of."""
        self._monkeypatch.setattr(sys, "argv", ["python -m bot", *shlex.split(words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = self._capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    def asks(self, words: str) -> Any:
        """Type a command for a script; what it answers."""
        code, out, err = self.types(f"{words} --json")
        assert code == 0, err
        return json.loads(out)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Line]:
    loggers = [logging.getLogger(), *map(logging.getLogger, list(logging.root.manager.loggerDict))]
    levels, handlers = [logger.level for logger in loggers], list(logging.root.handlers)
    yield Line(monkeypatch, capsys, tmp_path)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    logging.root.handlers[:] = handlers  # `run` writes to a standard error that is closed by now


@pytest.fixture
def operator(line: Line, sqlite_url: str) -> Line:
    """A shell with a migrated database."""
    line.sets(DATABASE_URL=sqlite_url)
    return line


# ------------------------------------------------------------------------------------------ help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does_and_shows_an_example(line: Line, name: str) -> None:
    code, out, err = line.types(f"{name} --help")
    assert (code, err) == (0, "")
    example = next(words for words in out.splitlines() if "Example:" in words)
    assert f"python -m bot {name}" in example


def test_the_reader_of_utterances_shows_an_example_too(line: Line) -> None:
    code, out, _err = line.types("understand --help")
    assert code == 0
    assert "Example: echo" in out


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - PROCESSES))
def test_every_command_that_ends_answers_scripts(name: str) -> None:
    assert "--json" in [option for parameter in COMMANDS[name].params for option in parameter.opts]


def test_the_examples_can_be_typed() -> None:
    for name, command in COMMANDS.items():
        example = next(words for words in (command.help or "").splitlines() if "Example:" in words)
        words = shlex.split(example.partition("python -m bot ")[2])[len(name.split()) :]
        assert command.make_context(name, words).args == [], "every word has its place"


def test_links_lead_to_the_process_that_runs_here(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/x.db", port=8080)
    assert processes.port_of(settings) == 8080
    processes.announce(settings, 9123)  # as `run --port 9123` does
    assert processes.port_of(settings) == 9123
    (tmp_path / "x.lock").write_text("4194305 9123")  # no process has so high a number
    assert processes.port_of(settings) == 8080


def test_nothing_typed_shows_the_commands(line: Line) -> None:
    code, out, err = line.types("")
    assert code == 2
    assert all(name.split()[0] in out + err for name in COMMANDS)


# ------------------------------------------------------------------------------------------ what is wrong is one line


def _numbered(words: str) -> str:
    """A number of the right form that nobody has, in place of each -NEW."""
    return re.sub(r"(ZQ|BJ|KF)-NEW", lambda found: numbers.new(found[1]), words)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("claims show ZQ-123", 2, "not accepted: wrong number"),
        ("claims show ZQ-NEW", 1, "refused: no such claim"),
        ("claims decide ZQ-NEW allowed", 1, "refused: no such claim"),
        ("claims decide ZQ-NEW bless", 2, "unknown decision 'bless'"),
        ("offers show BJ-123", 2, "not accepted: wrong number"),
        ("offers show BJ-NEW", 1, "refused: offer unknown"),
        ("offers withdraw BJ-NEW", 1, "refused: offer unknown"),
        ("offers gate HK sale ajar --reason x", 2, "DECISION is open or shut"),
        ("offers gate HK loan open --reason x", 2, "not accepted: kind"),
        ("offers gate HKG sale open --reason x", 2, "not accepted: place"),
        ("tickets answer KF-NEW hello", 1, "refused: no such ticket"),
        ("tickets close KF-NEW", 1, "refused: no such ticket"),
        ("demo ZQ-NEW", 1, "refused: no such claim"),
        ("import claims nowhere.csv", 2, "nowhere.csv: No such file or directory"),
        ("release --to nonsense", 2, "'nonsense'"),
    ],
)
def test_a_command_that_fails_says_why_in_one_line(operator: Line, words: str, code: int, says: str) -> None:
    ended, out, err = operator.types(_numbered(words))
    assert ended == code
    assert out == ""
    told = [told for told in err.splitlines() if "…" not in told]  # that it is at work stands before
    assert len(told) == 1
    assert says in told[0]


def test_an_offer_that_stays_back_fails_the_publication(operator: Line) -> None:
    code, out, _err = operator.types(_numbered("offers publish BJ-NEW"))
    assert code == 1
    assert "no such offer" in out


@pytest.mark.parametrize("words", ["nonsense", "claims decide", "run --port 99999", "serve --port -1"])
def test_what_cannot_be_meant_is_refused(operator: Line, words: str) -> None:
    code, _out, err = operator.types(words)
    assert code == 2
    assert "Usage:" in err


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        (b"ClaimID,Wrong\n1,2\n", "row 1, Wrong: no such column"),
        (
            b"ClaimID,CreditorName,TotalCurrentClaimAmount,DebtorName,AsOf\n1,N,1.00,FTX,2026-03-31\n",
            "row 2, DebtorName: is none of the values this column knows (FTX Trading Ltd., West Realm",
        ),
        ("ClaimID\n\u4e00".encode("utf-16")[:-1], "neither UTF-8, UTF-16 nor GB18030"),
    ],
)
def test_a_file_with_faults_brings_nothing_in(operator: Line, file: bytes, fault: str) -> None:
    (operator.folder / "register.csv").write_bytes(file)
    code, out, err = operator.types(f"import claims {operator.folder / 'register.csv'}")
    assert code == 1
    assert fault in out
    assert "nothing was imported" in err


# ------------------------------------------------------------------------------------------ settings

KEY = "A" * 43 + "="
SERVER = {"DATABASE_URL": "postgresql://u@127.0.0.1:1/x", "DATA_KEYS": f"1:{KEY}", "INDEX_KEY": KEY}


@pytest.mark.parametrize("words", ["run", "serve", "work", "release", "claims show"])
@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"DATABASE_URL": "mysql://127.0.0.1/x"}, "DATABASE_URL"),
        ({"PORT": "eighty"}, "PORT"),
        ({"PUBLIC_URL": "chat.example"}, "PUBLIC_URL"),
        ({"TELEGRAM_TOKEN": "hunter2"}, "TELEGRAM_TOKEN"),
        ({"TELEGRAM_API_BASE": "api.example"}, "TELEGRAM_API_BASE"),
        ({"TELEGRAM_TOKEN": "42:hunter2", "TELEGRAM_WEBHOOK_SECRET": "hunter2-hunter2-hunter2"}, "PUBLIC_URL"),
        ({"SMTP_URL": "mail.example:25"}, "SMTP_URL"),
        ({"DATA_KEYS": "1:hunter2"}, "DATA_KEYS"),
        ({"INDEX_KEY": "hunter2"}, "INDEX_KEY"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
        (SERVER, "SERVICE_KEY_FILE"),
    ],
)
def test_a_malformed_setting_stops_the_start_with_its_name(
    line: Line, words: str, given: dict[str, str], named: str
) -> None:
    line.sets(**given)
    code, out, err = line.types(words)
    assert code == 2
    assert out == ""
    (told,) = err.splitlines()
    assert told.startswith("cannot start: ")
    assert named in told
    assert "hunter2" not in told


@pytest.mark.parametrize("words", ["serve", "work", "release", "claims show"])
def test_a_database_that_is_away_stops_the_start_in_one_line(line: Line, words: str) -> None:
    seed = line.folder / "service-key"
    seed.write_text(KEY)
    seed.chmod(0o600)
    line.sets(**SERVER | {"DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/x"}, SERVICE_KEY_FILE=str(seed))
    code, _out, err = line.types(words)
    assert (code, err) == (2, "cannot start: DATABASE_URL: the database cannot be opened (ConnectionRefusedError)\n")


@pytest.mark.parametrize("words", ["serve", "work", "claims show", "operator", "reseal"])
def test_a_database_without_tables_is_not_served(line: Line, words: str) -> None:
    line.sets(DATABASE_URL=f"sqlite:///{line.folder / 'new.db'}")
    code, _out, err = line.types(words)
    assert code == 2
    assert err == "cannot start: DATABASE_URL: the database is not migrated; run: python -m bot release\n"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"DATABASE_URL": "sqlite:////proc/nowhere/x.db"}, "DATABASE_URL: /proc/nowhere: No such file or directory"),
        ({"DATABASE_URL": "sqlite:///{folder}/junk.db"}, "DATABASE_URL: the database cannot be opened"),
        ({"VAR": "/proc/nowhere"}, "VAR: /proc/nowhere"),
        ({"HOST": "192.0.2.1"}, "HOST, PORT: cannot listen on 192.0.2.1:"),
        ({"PORT": "{taken}"}, "HOST, PORT: cannot listen on 127.0.0.1:"),
        ({"MAIL_FROM": "nobody"}, "MAIL_FROM: must be an address"),
        ({"LEDGER_ORIGIN": "two words"}, "LEDGER_ORIGIN: "),
        ({"SERVICE_KEY_FILE": "{folder}/none"}, "SERVICE_KEY_FILE: "),
    ],
)
def test_what_cannot_be_had_stops_the_start_with_its_name(line: Line, given: dict[str, str], says: str) -> None:
    (line.folder / "junk.db").write_bytes(b"no database " * 1000)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        places = {"folder": line.folder, "taken": taken.getsockname()[1]}
        given = {"DATABASE_URL": "sqlite:///{folder}/new.db", "PORT": "0"} | given
        ended = _ends("run", {"VAR": str(line.folder / "var")} | {k: v.format(**places) for k, v in given.items()})
    assert ended.returncode == 2
    told = ended.stderr.splitlines()
    assert f"cannot start: {says}" in told[-1]
    assert "Traceback" not in ended.stderr


# ------------------------------------------------------------------------------------------ real processes


def _command(words: str, environment: dict[str, str]) -> dict[str, Any]:
    return {
        "args": [sys.executable, "-m", "bot", *words.split()],
        "cwd": ROOT,
        "env": {"PATH": os.environ["PATH"], **environment},
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
    }


def _ends(words: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(**_command(words, environment), timeout=60)


@contextmanager
def _running(words: str, environment: dict[str, str], ready: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that has printed `ready`; killed at the end if it still runs."""
    with subprocess.Popen(**_command(words, environment)) as process:
        try:
            assert process.stdout is not None
            for printed in process.stdout:
                if ready in printed:
                    break
            else:
                assert process.stderr is not None
                raise AssertionError(process.stderr.read())
            yield process
        finally:
            process.kill()


def test_a_second_process_on_one_sqlite_file_refuses_to_start(tmp_path: Path) -> None:
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}", "VAR": str(tmp_path), "PORT": "0"}
    with _running("run", environment, "Ctrl-C") as first:
        for words in ("run", "serve", "work"):
            ended = _ends(words, environment)
            assert ended.returncode == 2
            (told,) = ended.stderr.splitlines()
            assert told.startswith(
                f"cannot start: DATABASE_URL: {tmp_path / 'x.db'} is being served by another process"
            )
        assert _ends("claims show --json", environment).returncode == 0, "commands work beside it"
        first.send_signal(signal.SIGINT)
        assert first.wait(30) == 0
    with _running("run", environment, "Ctrl-C") as again:
        again.send_signal(signal.SIGTERM)
        assert again.wait(30) == 0


def test_output_is_plain_where_nobody_looks(tmp_path: Path) -> None:
    ended = _ends("claims show ZQ-1", {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}", "VAR": str(tmp_path)})
    assert ended.returncode == 2
    assert "\x1b" not in ended.stderr + ended.stdout


# ------------------------------------------------------------------------------------------ what commands do


def test_release_can_be_run_again(line: Line) -> None:
    line.sets(DATABASE_URL=f"sqlite:///{line.folder / 'new.db'}")
    first = line.asks("release")
    assert first == line.asks("release")
    code, out, _err = line.types("release")
    assert (code, out) == (0, "the database is up to date\n")


def test_the_gate_and_its_offers(operator: Line) -> None:
    decided = operator.asks("offers gate hk sale open --reason 'legal opinion'")
    assert {name: decided[name] for name in ("fact", "value", "kind", "decision")} == {
        "fact": "residence",
        "value": "HK",
        "kind": "sale",
        "decision": "open",
    }
    assert decided["receipt"]
    assert operator.asks("offers rules")["ruleset"] == decided["ruleset"]
    assert operator.types("offers gate HK bond shut --reason 'none yet'")[1] == "HK bond: shut\n"
    assert operator.asks("offers show")["offers"] == []
    assert operator.asks("offers publish")["published"] == []
    assert operator.types("offers publish --dry-run")[1] == "there are no drafts\n"


def test_a_series_from_its_file_to_its_end(operator: Line) -> None:
    file = operator.folder / "series.toml"
    cells = {**SALE_SERIES, "expires_at": (clock.now() + timedelta(days=3)).isoformat()}
    lines = ["[[series]]", *(f"{name} = {cell!r}" for name, cell in cells.items())]
    file.write_text("\n".join(lines), encoding="utf-8")
    (number,) = operator.asks(f"offers import {file}")["added"]
    run = operator.asks(f"offers dry-run {number}")
    assert (run["eligible"], run["exposure"], run["cap"], run["room"]) == (0, "0.00", "1000000.00", "1000000.00")
    assert f"{number}: published, 0 offer(s) made\n" == operator.types(f"offers publish {number}")[1]
    assert operator.asks("offers series")["series"][0]["status"] == "open"
    code, _out, err = operator.types(f"offers publish {number}")
    assert (code, "series closed" in err) == (1, True)
    assert operator.types(f"offers withdraw {number} --reason 'buyer gone'")[1] == f"{number}: withdrawn\n"
    file.write_text("\n".join(line for line in lines if not line.startswith("cap")), encoding="utf-8")
    code, out, _err = operator.types(f"offers import {file} --json")
    assert (code, json.loads(out)["faults"]) == (1, ["row 2, cap: a series needs a cap"])


def test_a_register_is_brought_in_once(operator: Line) -> None:
    row = {
        "ClaimID": "1", "ScheduleNumber": "6543217", "ClaimNumber": "", "CreditorName": "赵明远",
        "TotalCurrentClaimAmount": "187654.32", "DebtorName": "FTX Trading Ltd.", "PlanClass": "5A", "UCC": "",
        "Email": "zhao@mail.example", "AsOf": "2026-03-31",
    }  # fmt: skip
    file = operator.folder / "register.csv"
    file.write_bytes(sheet([row], encoding="gb18030"))
    first, again = operator.asks(f"import claims {file}"), operator.asks(f"import claims {file}")
    assert first["faults"] == again["faults"] == []
    assert first != again
    assert operator.types(f"import claims {file}")[0] == 0


def test_an_import_of_offers_names_row_and_field(operator: Line) -> None:
    file = operator.folder / "offers.csv"
    file.write_bytes(sheet([{**SALE, "claim": numbers.new("ZQ"), "expires_at": "tomorrow"}]))
    code, out, err = operator.types(f"import offers {file} --json")
    assert code == 1
    assert json.loads(out)["added"] == []
    assert any(fault.startswith("row 2, expires_at: ") for fault in json.loads(out)["faults"])
    assert "nothing was imported" in err


def test_what_there_is_to_look_at(operator: Line) -> None:
    assert operator.asks("claims show") == {"claims": [], "lines": ["no claims"]}
    assert operator.asks("tickets list") == {"tickets": [], "lines": ["nobody waits"]}
    assert operator.types("tickets list")[1] == "nobody waits\n"
    assert set(operator.asks("demo")) == {"register rows", "e-mail", "gate open for"}
    assert set(operator.asks("reseal").values()) >= {0}


def test_the_queue_of_what_was_not_understood(operator: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    assert operator.asks("understand review") == {"utterances": [], "lines": ["nothing waits"]}
    database = Settings.read().database_url
    asyncio.run(_keeps(database, "那个啥咋整", "嗯哼", "啊这"))
    monkeypatch.setattr(sys, "stdin", io.StringIO("claim_status\nskip\n"))
    code, out, err = operator.types("understand review --by alice")
    assert (code, err) == (0, ""), "the end of the input is the end of the work"
    assert out.endswith("1 labelled, 0 dropped, 1 skipped\n")
    assert "那个啥咋整\n  zh-Hans, guess help 0.31 (ask), asked, chose nothing" in out
    assert [one["text"] for one in operator.asks("understand review")["utterances"]] == ["嗯哼", "啊这"]
    file = operator.folder / "lines.tsv"
    assert operator.asks(f"understand review --export {file}") == {"exported": 1, "file": str(file)}
    assert file.read_text(encoding="utf-8") == "claim_status\tzh-Hans\t那个啥咋整\n"
    assert operator.types(f"understand review --export {file}")[1] == f"0 line(s) added to {file}\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO("greeting\n"))
    operator.types("understand review")
    code, _out, err = operator.types(f"understand review --export {operator.folder}")
    assert (code, err) == (2, f"{operator.folder}: Is a directory\n")
    operator.sets(OPERATOR="")
    assert operator.types("understand review")[::2] == (2, "--by: your name is missing\n")


async def _keeps(url: str, *texts: str) -> None:
    database = await open_database(url)
    try:
        for text in texts:
            await database.write(
                partial(
                    utterances.keep, contact=1, creditor=None, text=text, locale="zh_Hans", guess="help", action="ask",
                    confidence=310, why="asked", at=MORNING,
                )
            )  # fmt: skip
    finally:
        await database.close()


def test_the_operator_s_link(operator: Line) -> None:
    operator.sets(PUBLIC_URL="https://chat.example")
    first, second = (operator.asks("operator")["link"] for _time in range(2))
    assert first.startswith("https://chat.example/operator?token=")
    assert first != second


def test_codes_for_the_desk_in_a_telegram_group(operator: Line) -> None:
    assert re.fullmatch("[A-Z0-9]{16}", operator.asks("agents desk")["code"])
    code, _out, err = operator.types("agents telegram li.na")
    assert (code, "nobody of the name li.na" in err) == (1, True)
    operator.asks("agents add li.na")
    assert re.fullmatch("[A-Z0-9]{16}", operator.asks("agents telegram li.na")["code"])


def test_demo_data_stay_out_of_a_real_service(line: Line) -> None:
    seed = line.folder / "service-key"
    seed.write_text(KEY)
    seed.chmod(0o600)
    line.sets(**SERVER, SERVICE_KEY_FILE=str(seed))
    assert line.types("demo")[::2] == (2, "demo data is for embedded SQLite only\n")
