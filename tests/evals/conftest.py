"""A library of two made-up counties, small enough to answer by hand, and a run over it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from bot.chain import Assistant
from evals.runs.run import Run
from evals.runs.running import ask_all, finished, library_of
from evals.sets.questions import Gold
from ingest.settings import Settings

HOSTILE = '<img src=x onerror="alert(1)">'
EAST = f"""东山县交通运输局2022年工作总结
一、工程建设
全年新改建农村公路23公里。完成养护投资3.6亿元。{HOSTILE}
"""
WEST = """西河县交通运输局2022年工作总结
一、工程建设
全年新改建农村公路41公里。
"""
QUESTIONS = (
    Gold("1", "fact_done", "东山县2022年新改建农村公路多少公里", ("23公里",), evidences=("新改建农村公路23公里",), files=("东山县.txt",)),
    Gold("2", "fact_done", "东山县2022年完成养护投资多少", ("9亿元",), evidences=("完成养护投资3.6亿元",), files=("东山县.txt",)),
    Gold("3", "unanswerable", "西河县2022年机场旅客吞吐量是多少", (), files=("西河县.txt",)),
    Gold("4", "plan", f"东山县2022年{HOSTILE}灯塔有几座", ("7座",), evidences=("灯塔7座",), files=("东山县.txt",)),
)  # fmt: skip


@pytest.fixture(scope="session")
def counties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The assistant over both counties' reports; read-only."""
    folder = tmp_path_factory.mktemp("counties")
    (folder / "东山县.txt").write_text(EAST, encoding="utf-8")
    (folder / "西河县.txt").write_text(WEST, encoding="utf-8")
    with library_of([folder], Settings()) as library:
        yield Assistant(library, Settings())


@pytest.fixture(scope="session")
def run(counties: Assistant) -> Run:
    """The questions above, asked once: right, wrong, rightly refused, refused though it could be answered."""
    began = time.time()
    return finished("两县<b>", ask_all(QUESTIONS, counties), began, counties.library)
