"""Taking in by a Ray cluster: of two nodes on this machine, and a stand-in that does at once what it is given."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest import pipeline
from ingest.cluster import cluster
from ingest.embedding import load_embedder
from ingest.errors import IngestError, SettingsError
from ingest.events import Event, Finished
from ingest.library.homes import open_library
from ingest.settings import Settings
from tests.ingest.homes import servers

NODE = {"num_cpus": 1, "object_store_memory": 80_000_000}


@pytest.fixture
def head() -> Iterator[object]:
    """A cluster of one node, patient with a busy machine."""
    ray = pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    patient = {"health_check_timeout_ms": 60_000, "agent_register_timeout_ms": 120_000}
    about = {**NODE, "include_dashboard": False, "_system_config": patient}
    cluster = Cluster(initialize_head=True, head_node_args=about)
    yield cluster
    ray.shutdown()
    cluster.shutdown()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Forty reports, one of them in an archive, and a file that is none."""
    place = tmp_path / "报告"
    place.mkdir()
    for number in range(39):
        (place / f"{number}.txt").write_text(text_of(number), "utf-8")
    with zipfile.ZipFile(place / "包.zip", "w") as archive:
        archive.writestr("里面.txt", text_of(39))
    (place / "坏.docx").write_bytes(b"PK\x03\x04" + bytes(200))
    return place


@pytest.fixture(params=["folder", "shared"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    if request.param == "folder":
        yield Settings(home=tmp_path / "资料库")
        return
    with servers.postgres() as postgres, servers.milvus(tmp_path) as milvus:
        database = servers.new_database(postgres)
        yield Settings(home=tmp_path / "资料库", milvus_url=milvus, database_url=database)


def text_of(number: int) -> str:
    lines = [f"第{number}号公路第{line}段完成投资{number}{line}亿元，比上年增长{line}%。" for line in range(30)]
    return "\n".join([f"{number}县交通运输局2022年工作总结", "一、工程建设", *lines])


def outcomes(events: list[Event]) -> dict[str, str]:
    return {event.path.name: event.outcome for event in events if isinstance(event, Finished)}


def workers() -> list[int]:
    """The processes that run Ray's tasks at the moment."""
    import psutil

    found = psutil.Process().children(recursive=True)
    return [process.pid for process in found if process.name().startswith(("ray::_read", "ray::_take_in"))]


@pytest.mark.slow
@pytest.mark.parametrize("dies", ["a worker", "a node"])
def test_a_death_in_the_midst_costs_only_time(
    head: object, folder: Path, settings: Settings, dies: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.cluster.TASK_FILES", 3)
    killed = False
    with open_library(settings, load_embedder()) as library:
        with cluster(head.address) as stages:  # type: ignore[attr-defined]
            node = head.add_node(**NODE)  # type: ignore[attr-defined]
            events = []
            for event in pipeline.ingest([folder], library, settings, stages=stages):
                events.append(event)
                if killed or not isinstance(event, Finished):
                    continue
                if dies == "a node":
                    head.remove_node(node, allow_graceful=False)  # type: ignore[attr-defined]
                    killed = True
                for pid in workers() if dies == "a worker" else ():
                    os.kill(pid, signal.SIGKILL)
                    killed = True
            assert killed
            found = outcomes(events)
            assert found.pop("坏.docx") == "failed"
            assert len(found) == 40
            # what a worker wrote before it died is there already when its task is run again
            assert set(found.values()) <= {"added", "unchanged"}
            assert len(library.reports()) == 40
            assert library.failures.paths() == {str(folder / "坏.docx")}
            assert library.check() == []
            again = outcomes(list(pipeline.ingest([folder], library, settings, stages=stages)))
            assert again.pop("坏.docx") == "failed"
            assert set(again.values()) == {"unchanged"}
        report = library.find("里面.txt")[0]
        assert library.catalogue().by_id[report.id].path == str(folder / "包.zip" / "里面.txt")
        assert {hit.report for hit in library.search_text(["投资"], None, 5000)} == {r.id for r in library.reports()}


class RayError(Exception):
    """What Ray raises where a task could not be run."""


class RayTaskError(RayError):
    """What Ray raises where a task raised."""

    cause: BaseException


class StandIn:
    """Ray, as far as it is used: tasks are run when they are waited for; one that holds ``deadly`` kills its worker."""

    exceptions = SimpleNamespace(RayError=RayError, RayTaskError=RayTaskError)

    def __init__(self, deadly: str = "") -> None:
        self.deadly = deadly
        self.tasks: list[list[str]] = []

    def init(self, **_: object) -> None: ...

    def shutdown(self) -> None: ...

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 2.0}

    def put(self, value: object) -> object:
        return value

    def remote(self, **_: object) -> Callable[[Callable[..., object]], object]:
        return lambda function: SimpleNamespace(remote=lambda *given: partial(function, *given))

    def wait(self, waiting: list[object], num_returns: int) -> tuple[list[object], list[object]]:
        return waiting[:num_returns], waiting[num_returns:]

    def get(self, task: partial[object]) -> object:
        files = [Path(file.place).name for file in task.args[0]]
        self.tasks.append(files)
        if self.deadly in files:
            raise RayError("the worker died")
        return pickle.loads(pickle.dumps(task()))


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    found = StandIn()
    monkeypatch.setitem(sys.modules, "ray", found)
    monkeypatch.setattr("ingest.cluster.TASK_FILES", 20)
    return found


def test_files_go_out_by_the_task_and_an_archive_alone(stand_in: StandIn, folder: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "资料库")
    with open_library(settings, load_embedder()) as library, cluster("auto") as stages:
        found = outcomes(list(pipeline.ingest([folder], library, settings, stages=stages)))
        assert found.pop("坏.docx") == "failed"
        assert (len(found), set(found.values())) == (40, {"added"})
        assert sorted(map(len, stand_in.tasks)) == [1, 20, 20]
        assert ["包.zip"] in stand_in.tasks
        assert library.catalogue().by_id[library.find("里面.txt")[0].id].path == str(folder / "包.zip" / "里面.txt")
        assert library.failures.paths() == {str(folder / "坏.docx")}
        stand_in.tasks.clear()
        again = outcomes(list(pipeline.ingest([folder], library, settings, stages=stages)))
        assert again.pop("坏.docx") == "failed"
        assert set(again.values()) == {"unchanged"}
        assert sorted(stand_in.tasks) == [["包.zip"], ["坏.docx"]]  # what is here as it is has not been sent


def test_a_file_that_kills_its_worker_takes_no_other_with_it(stand_in: StandIn, folder: Path, tmp_path: Path) -> None:
    stand_in.deadly = "7.txt"
    settings = Settings(home=tmp_path / "资料库")
    with open_library(settings, load_embedder()) as library, cluster("auto") as stages:
        events = list(pipeline.ingest([folder], library, settings, stages=stages))
        failed = {e.path.name: e.reason for e in events if isinstance(e, Finished) and e.outcome == "failed"}
        assert set(failed) == {"7.txt", "坏.docx"}
        assert "一再意外停止" in failed["7.txt"]
        assert len(library.reports()) == 39


def test_a_cluster_that_is_not_there_is_named() -> None:
    pytest.importorskip("ray")
    with pytest.raises(IngestError, match=r"127.0.0.1:9.*ray start"), cluster("127.0.0.1:9"):
        pass


def test_an_extra_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SettingsError, match=r"wenbao\[ray\]"), cluster("auto"):
        pass
