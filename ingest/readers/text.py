"""Plain text: UTF-8 with or without a byte order mark, GB18030 (hence GBK and GB 2312), UTF-16; others where told."""

from __future__ import annotations

import codecs
from pathlib import Path

from ingest.document import Document
from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.readers.cleaning import clean_text
from ingest.readers.files import content

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
#: encodings worth guessing when neither UTF-8 nor GB18030 makes sense
_OTHERS = ["big5", "big5hkscs", "utf_16_le", "utf_16_be"]
_LEAST_COMMON = 0.7
_MOST_CONTROLS = 0.01


def read(path: Path, limits: Limits) -> Document:
    """The document in a plain text file.

    :raises IngestError: where the file cannot be opened, is empty, or is not text.
    """
    return Document(clean_text(decode(content(path, limits), path)))


def decode(data: bytes, path: Path) -> str:
    """The text that bytes hold.

    :raises IngestError: naming ``path``, where they hold no text or their encoding cannot be told.
    """
    text = _marked(data) or _unmarked(data)
    if text is None:
        if b"\0" in data:
            raise IngestError(f"{path}：不是文本文件（可能是其他类型的文件改了后缀）。请用原来的后缀，或另存为文本。")
        raise IngestError(f"{path}：认不出文字编码。请用记事本打开，另存为 UTF-8 编码后再收入。")
    if _controls(text) > _MOST_CONTROLS:
        raise IngestError(f"{path}：不是文本文件（可能是其他类型的文件改了后缀）。请用原来的后缀，或另存为文本。")
    return text


def _marked(data: bytes) -> str | None:
    """The text of data that opens with a byte order mark; None where there is none or it lies."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError:
                return None
    return None


def _unmarked(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if b"\0" not in data:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            pass
        else:
            if _common(text) >= _LEAST_COMMON:
                return text
    return _guessed(data)


def _guessed(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=_OTHERS).best()
    return None if best is None else str(best)


def _common(text: str) -> float:
    """The share of everyday characters among a text's Chinese ones; 1.0 where it has none.

    Everyday are those of the first level of GB 2312, rows 16 to 55. Text of another encoding, read as GB18030, is
    Chinese too, but of characters that nobody uses: 「鍏ㄧ渷」 for 「全省」.
    """
    han = [character.encode("gb18030") for character in text if "\u3400" <= character <= "\u9fff"]
    everyday = sum(len(code) == 2 and 0xB0 <= code[0] <= 0xD7 and code[1] >= 0xA1 for code in han)
    return everyday / len(han) if han else 1.0


def _controls(text: str) -> float:
    """The share of control characters that no text holds."""
    return sum(character < " " and character not in "\t\n\v\f\r" for character in text) / max(1, len(text))
