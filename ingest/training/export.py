"""Word vectors become a sentence-transformers folder: StaticEmbedding over whitespace-parted words, then Normalize."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

UNKNOWN = "[UNK]"


def quantise(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Each row as whole numbers from -127 to 127 and the scale that restores it: ``rows * scales[:, None]``."""
    scales = np.abs(table).max(axis=1) / 127
    rows = np.rint(table / np.where(scales > 0, scales, 1)[:, None])
    return rows.astype(np.int8), scales.astype(np.float32)


def export(words: Sequence[str], table: NDArray[np.float32], folder: Path) -> None:
    """Write the model's folder; a README.md that stands there stays.

    The weights are laid out as model2vec's quantised models are (``embeddings`` int8, ``weights`` float32), which
    sentence-transformers' StaticEmbedding reads by itself.

    :param words: the vocabulary; ``words[0]`` stands for every unknown word and its row is zero.
    :param table: shape (len(words), dimensions).
    """
    from safetensors.numpy import save_file
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    table = table.copy()
    table[0] = 0
    vocabulary = {word: row for row, word in enumerate([UNKNOWN, *words[1:]])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    readme = folder / "README.md"
    card = readme.read_text(encoding="utf-8") if readme.exists() else None
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=table), Normalize()], device="cpu"
    )
    model.save(str(folder), create_model_card=False)
    if card is not None:
        readme.write_text(card, encoding="utf-8")
    weights = next(folder.rglob("model.safetensors"))
    rows, scales = quantise(table)
    save_file({"embeddings": rows, "weights": scales}, weights)
    weights.chmod(0o644)
    compact = weights.parent / "tokenizer.json"
    compact.write_text(
        json.dumps(json.loads(compact.read_text(encoding="utf-8")), ensure_ascii=False, separators=(",", ":")),
        encoding="utf-8",
    )
