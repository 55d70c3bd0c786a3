"""Which library the settings name, and what is said where it cannot be had."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ingest.errors import LibraryError, SettingsError
from ingest.library import Library
from ingest.library.homes import open_library
from ingest.library.protocol import AnyLibrary
from ingest.settings import Settings
from tests.ingest.homes.conftest import EMBEDDER

SHARED = {"milvus_url": "http://127.0.0.1:9", "database_url": "postgresql://wenbao:geheim@127.0.0.1:9/wenbao"}


def test_without_settings_the_library_is_a_folder(tmp_path: Path) -> None:
    with open_library(Settings(home=tmp_path), EMBEDDER) as library:
        assert isinstance(library, Library)
        assert isinstance(library, AnyLibrary)


@pytest.mark.parametrize(
    ("given", "missing"), [("milvus_url", "WENBAO_DATABASE_URL"), ("database_url", "WENBAO_MILVUS_URL")]
)
def test_half_a_shared_library_is_refused(tmp_path: Path, given: str, missing: str) -> None:
    with pytest.raises(SettingsError, match=f"没有设置 {missing}"):
        open_library(Settings(home=tmp_path, **{given: SHARED[given]}), EMBEDDER)


def test_an_extra_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("ingest.library.homes.", "psycopg", "pymilvus"))]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("psycopg", "pymilvus", "psycopg_pool"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(SettingsError, match=r"wenbao\[milvus,postgres\]"):
        open_library(Settings(home=tmp_path, **SHARED), EMBEDDER)


def test_a_database_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    pytest.importorskip("pymilvus")
    with pytest.raises(LibraryError, match="WENBAO_DATABASE_URL") as fault:
        open_library(Settings(home=tmp_path, **SHARED), EMBEDDER)
    assert "geheim" not in str(fault.value)


def test_a_milvus_that_is_not_there_is_named(tmp_path: Path, postgres_url: str) -> None:
    from tests.ingest.homes import servers

    pytest.importorskip("pymilvus")
    settings = Settings(home=tmp_path, milvus_url=SHARED["milvus_url"], database_url=servers.new_database(postgres_url))
    with pytest.raises(LibraryError, match="WENBAO_MILVUS_URL"):
        open_library(settings, EMBEDDER)
