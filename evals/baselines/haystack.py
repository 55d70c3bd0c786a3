"""haystack: DocumentSplitter and the BM25 of its store in memory, over jieba's words.

haystack knows words by the spaces between them, so that is how the text is given to both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from haystack import Document
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

from evals.baselines.common import DEPTH, OVERLAP, SIZE, WORD, Finder, Found, segmented, texts

#: characters of a word or a punctuation mark in a report, on the average
_WORD_LENGTH = 2


@contextmanager
def words(files: Sequence[Path], home: Path) -> Iterator[Finder]:
    """BM25 over jieba's words; nothing is written to ``home``."""
    splitter = DocumentSplitter(
        split_by="word", split_length=SIZE // _WORD_LENGTH, split_overlap=OVERLAP // _WORD_LENGTH
    )
    whole = [Document(content=segmented(text), meta={"file": file}) for file, text in texts(files)]
    store = InMemoryDocumentStore(bm25_tokenization_regex=WORD)
    store.write_documents(splitter.run(documents=whole)["documents"])
    retriever = InMemoryBM25Retriever(store, top_k=DEPTH)

    def find(question: str) -> list[Found]:
        found = retriever.run(query=segmented(question))["documents"]
        return [Found(piece.meta["file"], piece.content) for piece in found]

    yield find
    store.shutdown()
