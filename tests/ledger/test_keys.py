"""The service key: whose name it bears, and the file its seed is kept in."""

import os
import stat
from pathlib import Path

import pytest

from bot.errors import Misconfigured
from bot.ledger import note
from bot.ledger.keys import ServiceKey, make_seed

ORIGIN = "ledger.example/ftx"
SERVICE = "ledger.example/ftx/service-1"


@pytest.fixture
def seed_file(tmp_path: Path) -> Path:
    path = tmp_path / "service.seed"
    make_seed(path)
    return path


def test_a_new_seed_is_a_key(seed_file: Path):
    key = ServiceKey.load(seed_file, ORIGIN)
    assert key.name == SERVICE
    assert note.verify(note.read(key.sign("hello\n")), [key.verifier])
    assert ServiceKey.load(seed_file, ORIGIN).verifier == key.verifier
    assert ServiceKey.load(seed_file, ORIGIN, 2).name == "ledger.example/ftx/service-2"
    assert stat.S_IMODE(seed_file.stat().st_mode) == 0o600
    assert list(seed_file.parent.iterdir()) == [seed_file]


def test_two_seeds_differ(tmp_path: Path):
    make_seed(tmp_path / "a")
    make_seed(tmp_path / "b")
    assert ServiceKey.load(tmp_path / "a", ORIGIN).verifier != ServiceKey.load(tmp_path / "b", ORIGIN).verifier


def test_a_seed_is_0600_whatever_the_umask(tmp_path: Path):
    before = os.umask(0)
    try:
        make_seed(tmp_path / "open")
        os.umask(0o777)
        make_seed(tmp_path / "closed")
    finally:
        os.umask(before)
    for name in ("open", "closed"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
        assert ServiceKey.load(tmp_path / name, ORIGIN).name == SERVICE


def test_a_seed_is_never_replaced(seed_file: Path):
    before = seed_file.read_bytes()
    with pytest.raises(FileExistsError):
        make_seed(seed_file)
    assert seed_file.read_bytes() == before
    assert list(seed_file.parent.iterdir()) == [seed_file]


def test_a_dangling_link_is_not_followed(tmp_path: Path):
    (tmp_path / "seed").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        make_seed(tmp_path / "seed")
    assert not (tmp_path / "elsewhere").exists()


def test_seed_and_folder_are_on_disk_before_it_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """In this order: the file's bytes, then its name, then the folder that holds the name."""
    done: list[str] = []
    fsync, link = os.fsync, os.link

    def watched_fsync(fd: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(fd).st_mode) else f"file of {os.fstat(fd).st_size}"
        done.append(kind)
        fsync(fd)

    def watched_link(source: Path, target: Path) -> None:
        done.append("name")
        link(source, target)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "link", watched_link)
    make_seed(tmp_path / "seed")
    assert done == ["file of 45", "name", "folder"]


def test_no_half_seed_after_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        make_seed(tmp_path / "seed")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604, 0o666, 0o700, 0o610, 0o601, 0o200, 0o000, 0o4600])
def test_a_file_others_may_touch_is_refused(seed_file: Path, mode: int):
    seed_file.chmod(mode)
    with pytest.raises(Misconfigured, match=r"SERVICE_KEY_FILE: .*"):
        ServiceKey.load(seed_file, ORIGIN)


def test_a_read_only_credential_is_accepted(seed_file: Path):
    seed_file.chmod(0o400)
    assert ServiceKey.load(seed_file, ORIGIN).name == SERVICE


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"S" * 32,  # raw bytes
        b"U1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1M",  # padding forgotten
        b"U1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1N=\n",  # a stray bit
        b"U1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTUw==\n",  # 31 bytes
        b"U1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NT\n",  # 33 bytes
        b"U1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1M=\n\n",
        b"U1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1M=\r\n",
        b"U1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1M=" * 2,
        b"\xff" * 44,
    ],
)
def test_a_file_that_holds_no_seed_is_refused(seed_file: Path, content: bytes):
    seed_file.write_bytes(content)
    with pytest.raises(Misconfigured, match="32 bytes in base64") as refused:
        ServiceKey.load(seed_file, ORIGIN)
    assert "U1NT" not in str(refused.value)


def test_the_seed_of_the_worked_example(seed_file: Path):
    seed_file.write_bytes(b"U1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1M=\n")
    assert ServiceKey.load(seed_file, ORIGIN).verifier == ServiceKey(ORIGIN, b"S" * 32).verifier


def test_a_missing_file_a_folder_and_a_pipe_are_refused_in_one_line(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir(0o600)
    missing, odd = "No such file", "is not a file"
    for name, fault in {"missing": missing, "missing/deeper": missing, "folder": odd, "pipe": odd}.items():
        path = tmp_path / name
        with pytest.raises(Misconfigured, match=rf"SERVICE_KEY_FILE: .* ?{fault}") as refused:
            ServiceKey.load(path, ORIGIN)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("origin", ["ledger example", "ledger+example", "ledger\nexample"])
def test_an_origin_no_key_can_be_named_after(seed_file: Path, origin: str):
    with pytest.raises(Misconfigured, match="LEDGER_ORIGIN"):
        ServiceKey.load(seed_file, origin)


def test_service_keys_are_numbered_from_1():
    with pytest.raises(note.BadKey):
        ServiceKey(ORIGIN, b"S" * 32, 0)
