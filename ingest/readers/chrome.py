"""Site chrome: what a web page puts around a report, and a copy of the page brings along.

Only the first lines, up to where the report itself begins, and the last ones are looked at. Titles, dates, sources and
speakers stay; a line that could be the report's own text is never taken out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEAD_LINES = 40
_FOOT_LINES = 30
_LONGEST_NAME = 4
#: so many characters in a row do not stand twice in a text by chance
_SUMMARY = 16

#: what a person presses; several may stand on one line: 「【打印】【关闭】」, 「分享：微信 微博」
_BUTTON = (
    r"(?:[\[【(（]?\s*(?:"
    r"字[体号]\s*[:：]?(?:\s*(?:特大|超大|默认|[大中小]))*|(?:大\s*中\s*小|小\s*中\s*大)"
    r"|分享(?:[到至](?:微信|微博|新浪微博|QQ空间|朋友圈)?)?\s*[:：]?|(?:新浪)?微博|(?:微信)?朋友圈|微信|QQ空间"
    r"|打印(?:本页|本文|此页)?|关闭(?:窗口|本页|此页)?|收藏(?:本页)?|我要纠错|纠错|下载(?:本文|文字版)?|语音播报|朗读"
    r"|无障碍(?:浏览|阅读)|返回(?:顶部|首页|上一页|列表)"
    r")\s*[\]】)）]?)"
)
_LABEL = re.compile(
    rf"{_BUTTON}(?:[\s|]*{_BUTTON})*"
    r"|(?:您(?:现在)?的?|当前|现在|所在)位置\s*[:：]?(?:\s*首页.*)?"
    r"|(?:网站|返回)?首页(?:\s*[>›»＞].*)?"
    r"|[>›»＞|×/]+|[\[【]?字[体号]\s*[:：]?\s*[\[【]?[大中小\s|]*[\]】]?|[大中小】\]]"
    r"|.{0,6}扫一扫.{0,20}|(?:浏览|点击|阅读|访问)(?:次数|量|数)\s*[:：]\s*[\d,]*\s*次?"
    r"|》*点击.{0,8}(?:进入|查看).{0,8}《*|[上下]一[篇条]\s*[:：].*|[0-9a-f]{16,}[:：]?"
)
#: the imprint of a site: a line that is nothing else, and those that are so beside one
_IMPRINT = re.compile(r".{0,30}(?:ICP备|公网安备|网站标识码|版权所有|Copyright|©).{0,40}", re.IGNORECASE)
_BESIDE_IMPRINT = re.compile(
    r"(?:主办|承办|协办|维护|开发|制作|技术支持|联系|地址|邮编|邮政编码|电话|传真|网站地图|关于我们).{0,40}"
)
#: what a page says of an article under its title, often on one line with buttons and a counter
_FIELD = (
    r"(?:(?:发布|成文|更新|公开|发文)?(?:日期|时间)|(?:信息|文章|稿件)?来源|(?:发布|发文|公开)(?:机构|单位|机关)"
    r"|作者|供稿|撰稿|审核|(?:责任)?编辑)\s*[:：]"
)
_COUNTER = r"(?:浏览|点击|阅读|访问)(?:次数|量|数)?\s*[:：]\s*[\d,]*\s*次?"
_ABOUT = re.compile(
    rf"(?P<field>{_FIELD}[^\[\]【】|]{{0,40}}?)(?=\s*(?:{_FIELD}|{_COUNTER}|{_BUTTON}|[\[\]【】|]|$))|(?P<counter>{_COUNTER})"
    rf"|(?P<button>{_BUTTON}[\s:：]*|[大中小](?=[\s\]】)）]|$))|[\s|()（）【】\[\]]+"
)
_LINKS = re.compile(r"相关(?:报道|附件|链接|文档|阅读|新闻|解读|文章|信息)\s*[:：]?\s*>*")
_EDITOR = re.compile(r"[（(]?(?:责任)?编辑\s*[:：].{0,12}")
_SEPARATOR = re.compile(r"[>›»＞]")
_TITLE = re.compile(r"(?=.*\d{4}年?).*(?:报告|总结|计划|要点|规划)")
#: where the report itself begins: a salutation, a numbered heading, a sentence
_BEGINS = re.compile(r"(?:各位|同志们).{0,8}[:：！]|[（(]?[一二三四五六七八九十]{1,3}[、)）]|.*[。；！]$|.{60,}")
_SENTENCE = re.compile(r"[。；！？]")


def find(lines: Sequence[str]) -> set[int]:
    """The positions of the lines (already cleaned) that are site chrome."""
    return _in_head(lines) | _in_foot(lines)


def without_buttons(line: str) -> str:
    """A line that tells of an article, without the buttons and the counter on it; any other line as it is.

    「发布日期：2023-01-12 来源：县交通局 浏览次数：1,254次 字号：[ 大 中 小 ] 【打印】」 keeps its date and its source.
    """
    fields: list[str] = []
    at = others = counters = 0
    while at < len(line):
        found = _ABOUT.match(line, at)
        if found is None:
            return line
        if found.lastgroup == "field":
            fields.append(found.group().strip())
        others += found.lastgroup in ("counter", "button")
        counters += bool(found.group("counter"))
        at = found.end()
    return " ".join(fields) if others and (fields or counters) else line


def _in_head(lines: Sequence[str]) -> set[int]:
    """Labels, breadcrumbs and repeated lines before the report begins; nothing where no label stands there."""
    head: list[int] = []
    for position, line in enumerate(lines[:_HEAD_LINES]):
        if _BEGINS.match(line) and not _LABEL.fullmatch(line):
            break
        if line:
            head.append(position)
    chrome = {position for position in head if _LABEL.fullmatch(lines[position])}
    if not chrome:
        return set()
    crumbs = _breadcrumbs(lines, head)
    names = {lines[position] for position in crumbs}
    seen: set[str] = set()
    for position in head:
        line = lines[position]
        if position in crumbs or ((line in names or line in seen) and position not in chrome):
            chrome.add(position)
        if len(line) >= 6:
            seen.add(line)
    return chrome


def _breadcrumbs(lines: Sequence[str], head: Sequence[int]) -> set[int]:
    """The lines that stand beside a lone 「>」; a report's title that ends the trail is not one of them."""
    found = set()
    for before, position, after in zip([-1, *head[:-1]], head, [*head[1:], -1], strict=True):
        beside = any(neighbour >= 0 and _SEPARATOR.fullmatch(lines[neighbour]) for neighbour in (before, after))
        if beside and not _LABEL.fullmatch(lines[position]) and not _TITLE.match(lines[position]):
            found.add(position)
    return found


def _in_foot(lines: Sequence[str]) -> set[int]:
    """Labels among the last lines, and the list of links, if any, with which the page ends."""
    chrome = _imprint(lines)
    for position in range(max(0, len(lines) - _FOOT_LINES), len(lines)):
        line, after_label = lines[position], position - 1 in chrome
        if _LINKS.fullmatch(line) and all(_is_link(lines, below) for below in range(position + 1, len(lines))):
            return chrome | set(range(position, len(lines)))
        name = after_label and len(line) <= _LONGEST_NAME and lines[position - 1].startswith("责任编辑")
        if name or _EDITOR.fullmatch(line) or (_LABEL.fullmatch(line) and (len(line) > 1 or after_label)):
            chrome.add(position)
    return chrome


def _imprint(lines: Sequence[str]) -> set[int]:
    """The lines at the very end that say who runs the site; nothing where none says it beyond doubt."""
    found = set()
    for position in range(len(lines) - 1, max(-1, len(lines) - _FOOT_LINES), -1):
        if _IMPRINT.fullmatch(lines[position]) or _BESIDE_IMPRINT.fullmatch(lines[position]):
            found.add(position)
        elif lines[position]:
            break
    return found if any(_IMPRINT.fullmatch(lines[position]) for position in found) else set()


def _is_link(lines: Sequence[str], position: int) -> bool:
    """Whether a line is no sentence, or begins as an earlier one goes on: the summary of the page under the page."""
    opening = lines[position].split("：", 1)[-1][:_SUMMARY]
    repeats = len(opening) == _SUMMARY and any(opening in line for line in lines[:position])
    return repeats or not _SENTENCE.search(lines[position])
