"""Where a library is kept, as the settings say: on this PC, with its vectors on a Chroma server, or shared by many machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.errors import SettingsError
from ingest.library.library import Library

if TYPE_CHECKING:
    from ingest.embedding import Embedder
    from ingest.library.protocol import AnyLibrary
    from ingest.settings import Settings

#: what of the optional extras each module belongs to
_EXTRAS = {"pymilvus": "milvus", "psycopg": "postgres", "psycopg_pool": "postgres", "milvus_lite": "milvus"}


def is_shared(settings: Settings) -> bool:
    """Whether the library is in PostgreSQL and Milvus, so that any process on any machine may read and write it.

    :raises SettingsError: if only one of the two is named.
    """
    if bool(settings.milvus_url) != bool(settings.database_url):
        given, missing = "WENBAO_MILVUS_URL", "WENBAO_DATABASE_URL"
        if settings.database_url:
            given, missing = missing, given
        raise SettingsError(
            f"设置了 {given}，没有设置 {missing}。共享的资料库把报告和数据放在 PostgreSQL、检索放在 Milvus，"
            "两个地址都要设置；只用本机的资料库时请两个都去掉。"
        )
    return bool(settings.milvus_url)


def open_library(settings: Settings, embedder: Embedder) -> AnyLibrary:
    """Open the library that the settings name; what a killed process left half done is finished.

    :raises SettingsError: if the settings of a shared library are incomplete, or what it needs is not installed.
    :raises LibraryError: if it cannot be reached or opened.
    :raises EmbeddingError: if another model made its vectors.
    """
    if is_shared(settings):
        return _shared(settings, embedder, any_model=False)
    return Library.open(settings.home, embedder, settings.chroma_url)


def open_with_any_model(settings: Settings, embedder: Embedder) -> AnyLibrary:
    """Open the library that the settings name whoever made its vectors; ``objection`` says if it was another model."""
    if is_shared(settings):
        return _shared(settings, embedder, any_model=True)
    return Library.open_with_any_model(settings.home, embedder, settings.chroma_url)


def open_for_repair(settings: Settings, embedder: Embedder) -> AnyLibrary:
    """Open the library that the settings name as it is, for ``check`` and ``repair``."""
    if is_shared(settings):
        return _shared(settings, embedder, any_model=True)
    return Library.open_for_repair(settings.home, embedder, settings.chroma_url)


def _shared(settings: Settings, embedder: Embedder, any_model: bool) -> AnyLibrary:
    try:
        from ingest.library.homes.shared import SharedLibrary
    except ModuleNotFoundError as fault:
        extra = _EXTRAS.get((fault.name or "").partition(".")[0])
        if extra is None:
            raise
        raise SettingsError(
            f"设置了 WENBAO_MILVUS_URL 和 WENBAO_DATABASE_URL，但没有安装 {fault.name}。"
            '请运行 pip install "wenbao[milvus,postgres]"。'
        ) from fault
    return SharedLibrary.open(settings, embedder, any_model)
