"""LlamaIndex: SentenceSplitter and its BM25Retriever, over jieba's words.

The retriever knows words by a pattern alone, so it is given texts with spaces between their words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import TextNode
from llama_index.retrievers.bm25 import BM25Retriever

from evals.baselines.common import DEPTH, OVERLAP, SIZE, WORD, Finder, Found, segmented, sentences, texts


@contextmanager
def words(files: Sequence[Path], home: Path) -> Iterator[Finder]:
    """BM25 over jieba's words; nothing is written to ``home``."""
    # the length of a piece is counted in characters, and Chinese full stops end a sentence
    splitter = SentenceSplitter(
        chunk_size=SIZE, chunk_overlap=OVERLAP, tokenizer=list, chunking_tokenizer_fn=sentences, include_metadata=False
    )
    nodes = [
        # its file is kept beside a piece, not among the words looked for, as LlamaIndex's own reader of folders does
        TextNode(text=segmented(piece), metadata={"file": file}, excluded_embed_metadata_keys=["file"])
        for file, text in texts(files)
        for piece in splitter.split_text(text)
    ]
    retriever = BM25Retriever(nodes=nodes, similarity_top_k=DEPTH, token_pattern=WORD, skip_stemming=True)

    def find(question: str) -> list[Found]:
        return [Found(hit.node.metadata["file"], hit.node.text) for hit in retriever.retrieve(segmented(question))]

    yield find
