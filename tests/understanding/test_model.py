"""The model: small, quick to load, the same at every training, and as good as the model card says."""

import time
from pathlib import Path

import pytest

from bot.understanding import model as trained_model
from bot.understanding.folding import mandarin
from bot.understanding.groups import GROUPS
from bot.understanding.meaning import Action, Intent
from bot.understanding.model import FILE, loaded, model
from bot.understanding.training import figures
from bot.understanding.training.lines import Line, read_lines, same, training_files, training_lines

HERE = Path(__file__).parent
#: a stock phrase ("人工", "谢谢") is what everybody writes: it may stand on both sides
STOCK = 4


@pytest.fixture(scope="module")
def dev() -> figures.Figures:
    return figures.figures(read_lines([HERE / "dev.tsv"]))


def test_it_is_as_good_as_the_card_says(dev: figures.Figures) -> None:
    assert dev.accuracy() >= 0.97
    assert {group: dev.accuracy(group) >= 0.95 for group in GROUPS} == dict.fromkeys(GROUPS, True)
    assert dev.right_acts() >= 0.99
    assert dev.on_the_buttons() >= 0.96
    assert dev.wrongly_ours() <= 0.02
    assert dev.done(Action.ACT) >= 0.88, "who always asks is never wrong, and no help"


def test_every_intent_is_known_in_every_group() -> None:
    taught = {(line.intent, line.group) for line in training_lines()}
    assert taught == {(intent, group) for intent in Intent for group in GROUPS}
    assert set(model().intents) == set(Intent)


@pytest.mark.parametrize("kept", ["dev.tsv", "exam.tsv"])
def test_nothing_is_learned_from_what_examines(kept: str) -> None:
    examined = {same(line.text) for line in read_lines([HERE / kept])}
    learned = {same(line.text) for line in training_lines()}
    assert {text for text in examined & learned if len(text) > STOCK} == set()


def test_training_lines_are_sorted() -> None:
    for path in training_files():
        rows = path.read_text(encoding="utf-8").splitlines()
        assert rows == sorted(set(rows)), path.name


def test_one_text_has_one_meaning() -> None:
    meant: dict[str, Line] = {}
    clash = [
        (line, meant[same(line.text)])
        for line in read_lines(training_files())
        if same(line.text) and meant.setdefault(same(line.text), line).intent is not line.intent
    ]
    assert clash == []


@pytest.mark.parametrize("row", ["help\ten", "help\tfr\taide", "nothing\ten\thi", "help\ten\t "])
def test_a_faulty_line_is_refused(tmp_path: Path, row: str) -> None:
    path = tmp_path / "lines.tsv"
    path.write_text(row + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"lines.tsv:1|nothing"):
        read_lines([path])


def test_the_file_is_small() -> None:
    assert FILE.stat().st_size < 1_500_000


def test_it_loads_in_a_tenth_of_a_second() -> None:
    written = FILE.read_bytes()
    spent = []
    for _ in range(3):
        begun = time.process_time()
        loaded(written)
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.1


def test_probabilities_are_probabilities() -> None:
    likely = model().likely(mandarin("那笔债现在啥情况了呀"))
    assert sum(share for _, share in likely) == pytest.approx(1)
    assert [share for _, share in likely] == sorted((share for _, share in likely), reverse=True)
    assert {intent for intent, _ in likely} == set(Intent)


def test_nothing_known_is_nothing_likely() -> None:
    assert model().likely("ㅋㅋㅋ") == []


@pytest.mark.slow
def test_the_same_lines_give_the_same_bytes() -> None:
    from bot.understanding.folding import CHARACTERS
    from bot.understanding.training import __main__ as training

    assert training.characters() == CHARACTERS.read_text(encoding="utf-8"), "run: make model"
    assert training.trained(training_lines()) == trained_model.FILE.read_bytes(), "run: make model"


def test_figures_of_nothing_accuse_nobody() -> None:
    empty = figures.Figures(())
    assert (empty.accuracy(), empty.right_acts(), empty.wrongly_ours()) == (1.0, 1.0, 0.0)


def test_the_report_names_what_was_confused(dev: figures.Figures) -> None:
    meant, heard, count = dev.confusions()[0]
    assert f"{meant.value} read as {heard.value}: {count}" in figures.report(dev)
