"""Several things asked for at once: 「粮食、油料和蔬菜产量各是多少」 is one question of each.

What they share stands before the first or behind the last of them: 「2024年夏粮和秋粮的产量分别是多少」 asks for 2024年夏粮的产量 and
2024年秋粮的产量. Which words are the thing and which are shared is told by the thing that stands between others, by 的, and by a word
that both have (城镇居民和农村居民收入).
"""

from __future__ import annotations

import re

from bot.understanding.question import names_a_measure
from ingest import words

_ASKED_OF_EACH = r"(?:分别|依次|各自?)(?P<asked>[^，。？?；;、]{0,6}?(?:多[少大长高]|(?<!哪)几(?!个月)|百分之几)[^，。？?；;、]*)[？?。]?$"
_EACH = re.compile(rf"(?P<things>[^，。？?；;]*?){_ASKED_OF_EACH}")
#: 「甲路、乙路、丙路，去年各修了多少公里」
_NAMED_FIRST = re.compile(
    rf"^(?P<things>[^，。？?；;]*、[^，。？?；;]*)，(?P<lead>[^，。？?；;、]{{0,24}}?){_ASKED_OF_EACH}"
)
_JOIN = re.compile(r"、|以及|和|与|及|跟")
#: how many they are, or what they are, said once more: 「紫菜、鲍鱼、海带三个单品的产值」, 「四个子链（面制品、肉制品）」
_COUNTED = re.compile(r"(?<![第前])(?:这?[两二三四五六七八九几]|\d)[个大类种项条家座处]")
_SECTORS = (
    (re.compile(r"一、?二、?三产的?"), "一产、二产、三产的"),
    (re.compile(r"三次产业的?"), "第一产业、第二产业、第三产业的"),
)
_LEADS = frozenset("的中里")
_MOST = 6


def itemised(text: str) -> list[tuple[str, str]]:
    """Each thing asked for with its own question; none where the text does not ask for several things side by side."""
    for pattern, named in _SECTORS:
        text = pattern.sub(named, text, count=1)
    listed = _NAMED_FIRST.match(text)
    if listed:
        things = _parts(listed["things"])
        lead, asked = listed["lead"], listed["asked"]
        return [(thing, f"{lead}{thing}{asked}") for thing in things] if len(things) <= _MOST else []
    match = _EACH.search(text)
    if not match:
        return []
    lead, said = text[: match.start("things")], match["things"].strip("的")
    cuts = [words.cut(part) for part in _parts(said)]
    if not 2 <= len(cuts) <= _MOST or not all(cuts):
        return []
    last, shared = _thing_and_shared(cuts)
    middle = ["".join(cut) for cut in cuts[1:-1]]
    before, first = _before_and_thing(cuts[0], len(words.cut(middle[0] if middle else last)))
    return [(thing, f"{lead}{before}{thing}{shared}{match['asked']}") for thing in (first, *middle, last)]


def _parts(said: str) -> list[str]:
    """What 、 and 和 stand between; not what stands inside a word, the 和 of 和谐."""
    parts = [""]
    for word in words.cut(said):
        if _JOIN.fullmatch(word):
            parts.append("")
        else:
            parts[-1] += word
    return parts


def _thing_and_shared(cuts: list[list[str]]) -> tuple[str, str]:
    """The last thing and what is asked of all of them: 「三产的增加值」 -> 三产, 的增加值."""
    last, text = cuts[-1], "".join(cuts[-1])
    counted = _COUNTED.search(text, 1)
    if counted:
        return text[: counted.start()], "".join(words.cut(text[counted.end() :])[1:])
    length = len(cuts[1]) if len(cuts) > 2 else len(_thing(cuts[0]))
    if cuts[0][-1] in last:
        length = last.index(cuts[0][-1]) + 1
    elif "的" in last:
        length = min(length, last.index("的"))
    elif len(cuts) == 2 and not names_a_measure(text):
        length = len(last)
    return "".join(last[:length]), "".join(last[length:])


def _thing(cut: list[str]) -> list[str]:
    """The words of the first part without those before it that a year, 的 or 中 ends."""
    ends = (at for at, word in enumerate(cut[:-1], start=1) if word in _LEADS or word.endswith("年"))
    return cut[max(ends, default=0) :]


def _before_and_thing(cut: list[str], length: int) -> tuple[str, str]:
    """What stands before the first thing, and the thing: its last words, as many as those of the others."""
    thing = _thing(cut)
    if len(thing) == len(cut):
        thing = cut[-length:]
    return "".join(cut[: len(cut) - len(thing)]), "".join(thing)
