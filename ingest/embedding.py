"""Embeddings: texts become unit vectors, by the small model shipped with the project or any sentence-transformers one.

The shipped model is a sentence-transformers folder too (see ingest/model/README.md), but a table of word vectors needs
no torch: it is read here with numpy alone, in tenths of a second where importing torch and transformers takes many.

    embedder = load_embedder()
    embedder.embed(["修建农村公路23公里"])  # array of shape (1, 256)
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest import words
from ingest.errors import EmbeddingError
from ingest.offline import stay_offline

log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]

#: the folder of the model that ships with the project
SHIPPED = Path(__file__).resolve().parent / "model"

_HAS_DIGIT = re.compile(r"\d")
_LONGEST_PIECE = 4

#: up to this size (64 MB) a file's fingerprint reads it whole; of a larger one, 4 MB at either end
_FINGERPRINT_WHOLE = 1 << 26
_FINGERPRINT_ENDS = 1 << 22
#: the files of a model folder that determine its vectors
_MODEL_SUFFIXES = {".json", ".txt", ".model", ".safetensors", ".bin"}


class Embedder(ABC):
    """Texts to vectors. Also what LangChain calls ``Embeddings``: it has ``embed_documents`` and ``embed_query``.

    ``name`` is what the setting WENBAO_EMBEDDING held, ``fingerprint`` a digest of what determines the vectors (those
    of two fingerprints must not be mixed), ``dimensions`` the length of a vector.
    """

    name: str
    fingerprint: str
    dimensions: int

    @abstractmethod
    def embed(self, texts: Sequence[str]) -> Vectors:
        """The vectors of passages: shape (len(texts), dimensions), rows of length 1 (0 where no word is known)."""

    def embed_words(self, sentences: Sequence[Sequence[str]]) -> Vectors:
        """``embed`` for passages that ``words.cut`` has cut already, which spares the static model most of its work."""
        return self.embed(["".join(sentence) for sentence in sentences])

    def embed_question(self, question: str) -> Vectors:
        """The vector of one question: shape (dimensions,). Models with a prompt for questions use it here."""
        return self.embed([question])[0]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's name for ``embed``."""
        return self.embed(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        """LangChain's name for ``embed_question``."""
        return self.embed_question(text).tolist()


def passage_text(section: Sequence[str], text: str) -> str:
    """What is embedded for a passage: the heading right above it, then its text.

    The same text must be given by whoever fills a library and by whoever measures one.
    """
    return f"{section[-1]} / {text}" if section else text


def content_words(cut: Iterable[str]) -> list[str]:
    """The words that carry meaning, folded: no punctuation, and no numbers, which full text finds exactly."""
    return [words.fold(word) for word in cut if words.is_word(word) and not _HAS_DIGIT.search(word)]


def load_embedder(name: str = "") -> Embedder:
    """The embedder a setting names: the shipped model for "", else a sentence-transformers model's folder or name.

    A folder that ``ingest.training`` wrote is read as the shipped one is: its vocabulary is of words, which
    sentence-transformers alone would not find in unsegmented text.

    :raises EmbeddingError: when the model is missing, incomplete or cannot be loaded.
    """
    if not name:
        return shipped_vectors()
    folder = Path(name).expanduser()
    return StaticEmbedder(folder, name) if _is_of_words(folder) else TransformerEmbedder(name)


@lru_cache(maxsize=1)
def shipped_vectors() -> StaticEmbedder:
    """The model that ships with the project, read once a process; word by word its vectors say what is alike, whatever model the
    library's vectors come from.

    :raises EmbeddingError: when it is incomplete.
    """
    return StaticEmbedder(SHIPPED)


def _is_of_words(folder: Path) -> bool:
    """Whether a folder holds a table of word vectors as ``StaticEmbedder`` reads it."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
        return modules[0]["type"].endswith(".StaticEmbedding") and tokenizer["model"]["type"] == "WordLevel"
    except (OSError, ValueError, LookupError, TypeError):
        return False


class StaticEmbedder(Embedder):
    """A table of word vectors: a text's vector is the sum of its words' vectors, scaled to length 1.

    :param folder: a sentence-transformers folder with a word-level ``tokenizer.json`` and, in ``model.safetensors``,
        ``embeddings`` (words x dimensions, int8) and ``weights`` (the scale of each row), as model2vec lays them out.
    """

    def __init__(self, folder: Path, name: str = "") -> None:
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        try:
            tensors = load_file(folder / "model.safetensors")
            self._table, self._scale = tensors["embeddings"], tensors["weights"].astype(np.float32)
            tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
            self._ids: dict[str, int] = tokenizer["model"]["vocab"]
        except (OSError, SafetensorError, KeyError, ValueError) as fault:
            raise EmbeddingError(f"向量模型不完整：{folder}。请重新安装问报，或从备份恢复这个文件夹。") from fault
        self.name = name
        self.dimensions = self._table.shape[1]
        self.fingerprint = fingerprint(folder)
        self._rows = lru_cache(maxsize=1 << 17)(self._find_rows)

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self.embed_words([words.cut(text) for text in texts])

    def embed_words(self, sentences: Sequence[Sequence[str]]) -> Vectors:
        vectors = np.zeros((len(sentences), self.dimensions), np.float32)
        lone: list[tuple[int, int]] = []  # most words have one row: these are all looked up at once
        for index, sentence in enumerate(sentences):
            rows = self.rows(sentence)
            if len(rows) == 1:
                lone.append((index, rows[0]))
            elif rows:
                vectors[index] = self._scale[rows] @ self._table[rows].astype(np.float32)
        if lone:
            places, rows_of = np.asarray(lone, np.intp).T
            vectors[places] = self._scale[rows_of, None] * self._table[rows_of]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, lengths, out=vectors, where=lengths > 0)

    def table(self) -> Vectors:
        """The vectors of all words; shape (words, dimensions)."""
        return self._table.astype(np.float32) * self._scale[:, None]

    def vocabulary(self) -> list[str]:
        """The words in the order of the table; the first stands for every unknown one."""
        return sorted(self._ids, key=self._ids.__getitem__)

    def rows(self, cut: Iterable[str]) -> list[int]:
        """The rows of the table that a segmented text adds up."""
        return [row for word in cut for row in self._rows(word)]

    def tokens(self, text: str) -> str:
        """A text as known words parted by spaces: what sentence-transformers takes when it loads the folder."""
        return " ".join(piece for word in content_words(words.cut(text)) for piece in self._pieces(word))

    def _find_rows(self, word: str) -> tuple[int, ...]:
        return tuple(self._ids[piece] for known in content_words([word]) for piece in self._pieces(known))

    def _pieces(self, word: str) -> Iterator[str]:
        """The word itself, or, of a word outside the vocabulary, its longest known parts from the left."""
        if word in self._ids:
            yield word
            return
        at = 0
        while at < len(word):
            for size in range(min(_LONGEST_PIECE, len(word) - at), 0, -1):
                if word[at : at + size] in self._ids:
                    yield word[at : at + size]
                    break
            at += size


class TransformerEmbedder(Embedder):
    """Any sentence-transformers model, from a folder or from the local Hugging Face cache.

    Nothing is downloaded unless the user has set HF_HUB_OFFLINE=0 (see ``ingest.offline``).
    """

    def __init__(self, name: str) -> None:
        stay_offline()
        folder = _find_model(name)
        self.name = name
        self._model = _load_model(name, folder)
        self.dimensions = int(self._model.get_embedding_dimension())
        self.fingerprint = fingerprint(folder)

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._vectors(self._model.encode_document, texts)

    def embed_question(self, question: str) -> Vectors:
        return self._vectors(self._model.encode_query, [question])[0]

    def _vectors(self, encode: Any, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        vectors = encode(list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)


def _find_model(name: str) -> Path:
    """The folder of a model: the path itself, or the newest copy of that name in the local Hugging Face cache."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    from huggingface_hub import constants, snapshot_download

    for known in (name, f"sentence-transformers/{name}"):
        try:
            return Path(snapshot_download(known, local_files_only=constants.HF_HUB_OFFLINE))
        except (OSError, ValueError):  # neither in the cache nor to be had, or no name at all
            continue
    raise EmbeddingError(
        f"找不到向量模型 {name}：它不是一个文件夹，本机的 Hugging Face 缓存里也没有（问报默认不联网下载）。"
        "请先把模型下载到本机，再把环境变量 WENBAO_EMBEDDING 设为它的文件夹；或去掉这个变量，使用自带模型。"
    )


def _load_model(name: str, folder: Path) -> Any:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as fault:
        raise EmbeddingError(
            "没有安装 sentence-transformers，只能使用自带模型。请安装它，或去掉环境变量 WENBAO_EMBEDDING。"
        ) from fault
    try:
        return SentenceTransformer(str(folder), local_files_only=True)
    except Exception as fault:  # a damaged model fails in as many ways as there are kinds of model
        reason = str(fault).strip().splitlines()[0] if str(fault).strip() else type(fault).__name__
        raise EmbeddingError(
            f"向量模型 {name} 无法加载（{reason}）。"
            f"请检查文件夹 {folder} 是否是完整的 sentence-transformers 模型；"
            "或去掉环境变量 WENBAO_EMBEDDING，使用自带模型。"
        ) from fault


def fingerprint(folder: Path) -> str:
    """A digest (16 hexadecimal digits of SHA-256) of the files that determine a model's vectors.

    Of a file larger than 64 MB only its size and both ends are read: a model of gigabytes must not slow each start.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix not in _MODEL_SUFFIXES or not path.is_file():
            continue
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            if size > _FINGERPRINT_WHOLE:
                digest.update(file.read(_FINGERPRINT_ENDS))
                file.seek(-_FINGERPRINT_ENDS, os.SEEK_END)
            digest.update(file.read())
    return digest.hexdigest()[:16]
