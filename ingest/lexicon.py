"""jieba's dictionary, read as far as it is needed.

jieba keeps its 350,000 words and all their beginnings in one dict: more than a second and 80 MB at every start. A cut
only ever looks up pieces of its text, so words can wait until the two characters that they begin with come up side by
side. What is cut is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from math import log
from pathlib import Path

#: the sum of all frequencies in the dictionary of jieba 0.42, which comes with jieba
TOTAL = 60_101_967
#: from so many beginnings on it is quicker to read the whole dictionary than to go on piece by piece
_MANY = 50_000
#: neighbouring lines 「word frequency tag」 whose words begin with the same character
_LINES_OF_ONE_CHARACTER = re.compile(r"(.).*\n(?:\1.*\n)*")


#: as in jieba/__init__.py: re_han_default, re_skip_default, re_eng
_BLOCKS = re.compile(r"([\u4E00-\u9FD5a-zA-Z0-9+#&\._%\-]+)")
_SPACES = re.compile(r"(\r\n|\s)")
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


class _Logs(dict[int, float]):
    """The logarithm of each frequency's share of a total, worked out once."""

    def __init__(self, total: int) -> None:
        self._total = log(total)

    def __missing__(self, frequency: int) -> float:
        value = self[frequency] = log(frequency) - self._total
        return value


class Lexicon:
    """Words and their frequencies; ``frequencies`` is what jieba calls FREQ: of a mere beginning of words it holds 0.

    :param text: lines 「word frequency tag」, each with its line end.
    :param total: the sum of the frequencies.
    """

    def __init__(self, text: str, total: int) -> None:
        self.frequencies: dict[str, int] = {}
        self._logs = _Logs(total)
        self._text = "\n" + text
        self._read: set[str] = set()
        self._complete = False
        self._places: dict[str, list[tuple[int, int]]] = {}
        for lines in _LINES_OF_ONE_CHARACTER.finditer(self._text, 1):
            self._places.setdefault(lines.group(1), []).append(lines.span())

    def tag(self, word: str) -> str:
        """The part of speech that the dictionary gives a word (jieba's tags: ns is a place); "" for one it does not hold."""
        at = self._text.find(f"\n{word} ") if word else -1
        return self._text[at + 1 : self._text.index("\n", at + 1)].rpartition(" ")[2] if at >= 0 else ""

    def cut(self, text: str) -> list[str]:
        """The likeliest words of a text by their frequencies, without guesses at words that are not in the dictionary."""
        self.read(text)
        words: list[str] = []
        for number, block in enumerate(_BLOCKS.split(text)):
            if number % 2:
                self._cut_block(block, words)
            elif block:
                # white space stays together, anything else falls into characters
                for turn, piece in enumerate(_SPACES.split(block)):
                    words.extend([piece] if turn % 2 else piece)
        return words

    def _cut_block(self, block: str, words: list[str]) -> None:
        """Add the words of a run of Chinese characters, letters and digits: those whose frequencies have the largest
        product, of equals the longer first one, found from the end; what jieba's get_DAG and calc do in two steps."""
        known, logs, size = self.frequencies.get, self._logs, len(block)
        best, ends = [0.0] * (size + 1), [0] * size
        for start in range(size - 1, -1, -1):
            end = chosen = start + 1
            top = logs[1] + best[end]
            frequency = known(block[start])
            if frequency:
                top = logs[frequency] + best[end]
            while frequency is not None and end < size:
                end += 1
                frequency = known(block[start:end])
                if frequency:
                    score = logs[frequency] + best[end]
                    if score >= top or not known(block[start:chosen]):
                        top, chosen = score, end
            best[start], ends[start] = top, chosen
        at = latin = 0  # latin: where a run of single letters and digits began, which is one word
        while at < size:
            end = ends[at]
            if end - at > 1 or block[at] not in _LATIN:
                if latin < at:
                    words.append(block[latin:at])
                words.append(block[at:end])
                latin = end
            at = end
        if latin < size:
            words.append(block[latin:])

    def read(self, text: str) -> dict[str, int]:
        """``frequencies``, with every word that a text could hold. For many threads."""
        if self._complete:
            return self.frequencies
        pairs = {text[at : at + 2] for at in range(len(text) - 1)}
        pairs.update(character + " " for character in set(text))  # 「路 30 n」: the word of this character alone
        for pair in pairs - self._read:
            # Two threads may do this at once, to the same effect; only what is complete may count as read.
            self._add(self._lines(pair))
            self._read.add(pair)
        if len(self._read) > _MANY:
            self._add(self._text.splitlines()[1:])
            self._complete = True
        return self.frequencies

    def _lines(self, pair: str) -> Iterable[str]:
        """The lines that begin with two characters."""
        wanted = "\n" + pair
        for start, end in self._places.get(pair[0], ()):
            at = self._text.find(wanted, start - 1, end)
            while at >= 0:
                stop = self._text.index("\n", at + 1)
                yield self._text[at + 1 : stop]
                at = self._text.find(wanted, stop, end)

    def _add(self, lines: Iterable[str]) -> None:
        known = self.frequencies
        for line in lines:
            word, frequency = line.split(" ", 2)[:2]
            known[word] = int(frequency)
            for size in range(len(word) - 1, 0, -1):
                if word[:size] in known:
                    break  # and with it all shorter beginnings
                known[word[:size]] = 0


@lru_cache(maxsize=1)
def load() -> Lexicon:
    """The dictionary that comes with jieba. Threads that are first at once may each get their own; all are alike."""
    import jieba

    return Lexicon(Path(jieba.__file__).with_name("dict.txt").read_text(encoding="utf-8"), TOTAL)
