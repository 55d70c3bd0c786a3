"""LangChain: RecursiveCharacterTextSplitter and Chroma with this program's vectors; the same with BM25 in an EnsembleRetriever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_text_splitters import RecursiveCharacterTextSplitter

from evals.baselines.common import DEPTH, OVERLAP, SIZE, Finder, Found, texts, words
from ingest.embedding import load_embedder

#: pieces handed to Chroma at once; it takes some five thousand at most
_BATCH = 2000


@contextmanager
def vectors(files: Sequence[Path], home: Path) -> Iterator[Finder]:
    """The nearest vectors in Chroma."""
    yield _finder(_nearest(pieces_of(files), home))


@contextmanager
def ensemble(files: Sequence[Path], home: Path) -> Iterator[Finder]:
    """The nearest vectors and BM25 over jieba's words, by reciprocal rank, each counting as much."""
    from langchain_classic.retrievers import EnsembleRetriever

    pieces = pieces_of(files)
    yield _finder(EnsembleRetriever(retrievers=[_by_words(pieces), _nearest(pieces, home)], weights=[0.5, 0.5]))


def by_words(pieces: Sequence[Document]) -> Finder:
    """BM25 over jieba's words, whose index is built anew at every start."""
    return _finder(_by_words(pieces))


def pieces_of(files: Sequence[Path]) -> list[Document]:
    """The texts of files in overlapping pieces."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=SIZE, chunk_overlap=OVERLAP)
    return splitter.split_documents([Document(text, metadata={"file": file}) for file, text in texts(files)])


def _by_words(pieces: Sequence[Document]) -> BaseRetriever:
    from langchain_community.retrievers import BM25Retriever

    return BM25Retriever.from_documents(pieces, preprocess_func=words, k=DEPTH)


def _nearest(pieces: Sequence[Document], home: Path) -> BaseRetriever:
    store = Chroma("plain", load_embedder(), str(home))  # type: ignore[arg-type]
    for start in range(0, len(pieces), _BATCH):
        store.add_documents(list(pieces[start : start + _BATCH]))
    return store.as_retriever(search_kwargs={"k": DEPTH})


def _finder(retriever: BaseRetriever) -> Finder:
    return lambda question: [
        Found(piece.metadata["file"], piece.page_content) for piece in retriever.invoke(question)[:DEPTH]
    ]
