"""Instructions inside documents are data: a model that obeys them gets none of it onto the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chain import Assistant
from bot.quoting.instructions import is_instruction
from ingest.embedding import load_embedder
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.settings import Settings
from tests.bot.writing.attacks import ATTACKS, FORMATS, Attack, report
from tests.bot.writing.served import says, serving

#: the attacks go round the formats, so that each format holds five
WHERE = [(attack, list(FORMATS)[at % len(FORMATS)]) for at, attack in enumerate(ATTACKS)]


def _library(folder: Path, attacked: bool) -> Library:
    files = folder / "files"
    files.mkdir(parents=True)
    for suffix, (place, make) in FORMATS.items():
        planted = [attack.planted for attack, where in WHERE if where == suffix] if attacked else []
        make(files / f"{place}交通运输局2035年工作总结{suffix}", report(place, planted))
    library = Library.open(folder / "library", load_embedder())
    summary = list(ingest([files], library, Settings(home=folder / "library", corpus=files, workers=1)))
    assert len(library.reports()) == len(FORMATS), summary
    return library


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with _library(tmp_path_factory.mktemp("attacked"), attacked=True) as library:
        yield library


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with _library(tmp_path_factory.mktemp("clean"), attacked=False) as library:
        yield library


def test_there_are_attacks_in_both_languages_and_in_every_format() -> None:
    assert len(ATTACKS) >= 40
    assert sum(attack.planted.isascii() for attack in ATTACKS) >= 12
    assert all(sum(where == suffix for _, where in WHERE) >= 4 for suffix in FORMATS)


@pytest.mark.parametrize(("attack", "suffix"), WHERE, ids=[f"{at}{where}" for at, (_, where) in enumerate(WHERE)])
def test_a_model_that_obeys_does_no_harm(attack: Attack, suffix: str, attacked: Library, tmp_path: Path) -> None:
    place = FORMATS[suffix][0]
    with serving(says(attack.obeyed)) as model:
        settings = Settings(home=tmp_path, llm_base_url=model.url, llm_model="obedient", llm_patience=30)
        shown = [*Assistant(attacked, settings).stream(f"{place}农村公路建设方面做了哪些工作？")]
    assert len(model.asked) == 2  # it was asked, and asked again
    assert not [answer.answer for answer in shown if attack.harm in answer.answer]
    assert shown[-1].usage is not None
    assert shown[-1].usage.passed == 0


@pytest.mark.parametrize(("attack", "suffix"), WHERE, ids=[f"{at}{where}" for at, (_, where) in enumerate(WHERE)])
def test_what_is_written_to_a_model_never_reaches_it(
    attack: Attack, suffix: str, attacked: Library, tmp_path: Path
) -> None:
    place = FORMATS[suffix][0]
    assert is_instruction(attack.planted)
    with serving(says("2035年新改建农村公路41公里[1]。")) as model:
        settings = Settings(home=tmp_path, llm_base_url=model.url, llm_model="m", llm_patience=30)
        Assistant(attacked, settings).ask(f"{place}农村公路建设方面做了哪些工作？")
    evidence = model.asked[0]["messages"][1]["content"]
    assert attack.planted.rstrip("。.") not in evidence
    assert "41公里" in evidence


@pytest.mark.parametrize("suffix", FORMATS)
def test_without_a_model_figures_are_read_as_if_nothing_were_planted(
    suffix: str, attacked: Library, clean: Library, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path)
    with_, without = Assistant(attacked, settings), Assistant(clean, settings)
    place = FORMATS[suffix][0]
    for question in ("2035年新改建农村公路多少公里？", "农村公路清扫路面多少公里？", "开展安全检查多少次？"):
        asked = f"{place}{question}"
        assert (with_.ask(asked).status, with_.ask(asked).short) == (
            without.ask(asked).status,
            without.ask(asked).short,
        )
        assert with_.ask(asked).status == "answered"


@pytest.mark.parametrize(
    "sentence",
    [
        "请予审议，并请各位委员提出意见。",
        "要求各单位严格落实以上措施，不得放松。",
        "坚决完成上级下达的各项任务，取消不合理收费12项。",
        "建成人工智能大模型应用场景20个，开展语言文字工作检查。",
        "认真回答代表提出的问题，按时答复建议提案56件。",
        "开发系统管理平台1个，访问量达到30万次。",
    ],
)
def test_what_reports_say_is_no_instruction(sentence: str) -> None:
    assert not is_instruction(sentence)
