"""What a person does in the chat and what it does to the page: ask, ask again elsewhere, open sources, go back to earlier talk.

Who the person is comes from the session with each call; what the page sends is only ever looked up among what is theirs.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from bot.understanding.chosen import ANYTHING, Chosen, chosen_in
from ingest.errors import WenbaoError
from ui import source
from ui.conversations import SHOWN, Conversation, Conversations, Turn
from ui.dialogs import LONGEST_COMMENT, chooser, opinion
from ui.feedback import Feedback, Opinion
from ui.framework import gr
from ui.history import drawer
from ui.limits import LONGEST_QUESTION, objection
from ui.rush import Rush
from ui.transcript import follow_ups, good, spoken, tools, transcript, waiting, warning, welcome

if TYPE_CHECKING:
    from bot.answer import Answer, Citation
    from bot.chain import Assistant
    from bot.chain import Turn as Step
    from ingest.document import Report
    from ingest.library.protocol import AnyLibrary

log = logging.getLogger(__name__)

#: earlier questions handed to the assistant: its memory is bounded
REMEMBERED = 20
#: questions shown in an empty conversation
MOST_EXAMPLES = 4
#: years to choose from
MOST_YEARS = 8
#: seconds after which somebody who waits is told what is being done; each time costs the server what half an answer does
TOLD_EVERY = 0.4
#: seconds that questions to go on with may be put off for others who are waiting for answers
PUT_OFF = 5.0

#: of the report that ships; shown as far as the library answers them
EXAMPLES = (
    "临临高速完成多少投资",
    "2022年新增和改建农村公路多少公里？",
    "2023年计划完成农村公路多少公里？",
    "“旱码头”连接哪几个城市？",
)

FAULT = "出错了，这个问题没有得到回答。请再试一次；若仍然如此，请查看运行问报的窗口里的信息。"
STOPPED = "已停止。"
LOOKING, AMONG_MANY = "正在查找", "正在逐份查看报告"
NOT_KEPT = "这段对话没有保存下来，请检查磁盘空间。"
THANKS = "谢谢，已记下。"


class Update(NamedTuple):
    """New values for the page, in the order of the outputs that ``chat.tab`` wires; ``gr.skip()`` leaves one as it is."""

    talk: Any = gr.skip()
    below: Any = gr.skip()
    panel: Any = gr.skip()
    notice: Any = gr.skip()
    held: Any = gr.skip()
    question: Any = gr.skip()
    send: Any = gr.skip()
    stop: Any = gr.skip()
    tools: Any = gr.skip()


@dataclass(frozen=True)
class Desk:
    """The chat over a library.

    :param conversations: keeps what is said; None where nothing is kept.
    :param feedback: keeps what people think of answers.
    """

    assistant: Assistant
    library: AnyLibrary
    conversations: Conversations | None = None
    feedback: Feedback | None = None
    rush: Rush = field(default_factory=Rush)

    # Beginning and ending.

    def opening(self) -> str:
        """What stands in an empty conversation."""
        return _greeting(self.assistant, tuple(report.title for report in self.library.reports()))

    def entered(self, who: str, number: int = 0) -> Update:
        """The page as it opens: with the conversation that was open before it was loaded again, or an empty one."""
        found = self._found(who, number)
        return self._shown(found) if found else self.emptied()

    def emptied(self) -> Update:
        """The page without a conversation."""
        shown, hidden = gr.update(visible=True), gr.update(visible=False)
        return Update(self.opening(), "", "", "", Conversation(), gr.skip(), shown, hidden, self._tools(Conversation()))

    def _found(self, who: str, number: int) -> Conversation | None:
        try:
            return self.conversations.get(who, number) if self.conversations and who else None
        except WenbaoError:
            log.exception("a conversation could not be read")
            return None

    def _shown(self, conversation: Conversation, panel: str = source.HINT, notice: str = "") -> Update:
        """The page when nothing is being looked for."""
        shown, hidden = gr.update(visible=True), gr.update(visible=False)
        talk, below = transcript(conversation), ""
        return Update(talk, below, panel, notice, conversation, gr.skip(), shown, hidden, self._tools(conversation))

    def _tools(self, conversation: Conversation) -> str:
        return tools(conversation, kept=self.conversations is not None)

    # Asking.

    def respond(
        self, question: str, conversation: Conversation, who: str = "", within: Chosen = ANYTHING
    ) -> Iterator[Update]:
        """What a question does to the page: it stands there as asked, then what is being done, then its answer."""
        complaint = objection(question)
        if complaint:
            yield Update(notice=warning(complaint))
            return
        turn = Turn(question.strip(), within=within)
        done = tuple(earlier for earlier in conversation.turns if not earlier.pending)[-SHOWN:]
        asking = replace(conversation, turns=(*done, turn))
        send, stop = gr.update(visible=False), gr.update(visible=True)
        below, talk = waiting(LOOKING), transcript(asking)
        yield Update(talk, below, source.HINT, spoken(turn), asking, gr.skip(), send, stop, self._tools(conversation))
        writing = getattr(self.assistant, "writer", None) is not None  # then the answer grows sentence by sentence
        told = time.monotonic()
        for found in self._answered(turn, done):
            if isinstance(found, str):
                if writing or found == AMONG_MANY or time.monotonic() - told >= TOLD_EVERY:
                    told = time.monotonic()
                    yield Update(below=waiting(found))
                continue
            turn = found
            if writing:
                yield Update(talk=transcript(replace(asking, turns=(*done, turn))), below=waiting("正在写"))
        settled, kept = self._kept(who, replace(asking, turns=(*done, turn)))
        said = spoken(turn) if kept else spoken(turn) + warning(NOT_KEPT)
        # a refusal opens no source: its passages are only the nearest
        citations = turn.answer.citations if turn.answer and turn.answered else ()
        panel = self.reveal(settled, len(done), citations[0].n) if citations else source.HINT
        yield self._shown(settled, panel, said)

    def ask_again(self, conversation: Conversation, index: int, chosen: Chosen, who: str = "") -> Iterator[Update]:
        """The question of a turn asked of other reports or another year."""
        turn = _turn_at(conversation, index)
        if not turn or not turn.answer:
            return
        reports = self.library.reports()
        known = {report.id for report in reports}
        chosen = replace(chosen, reports=tuple(number for number in chosen.reports if number in known))
        yield from self.respond(chosen.worded(turn.answer.standalone, reports), conversation, who, chosen)

    def _answered(self, turn: Turn, earlier: Sequence[Turn]) -> Iterator[str | Turn]:
        """What is being done for a question, then its turn as it grows, the last as it came out; a fault becomes a message."""
        history = [one.whole for one in earlier if one.answer is not None][-REMEMBERED:]
        try:
            with self.rush.answering():
                for step in self.assistant.steps(turn.question, history, turn.within):
                    if step.answer is None:
                        yield _stage(step)
                    else:
                        reports, year = self._scope(step.answer, turn.within)
                        yield replace(turn, answer=step.answer, reports=reports, year=year)
        except WenbaoError as fault:
            yield replace(turn, message=str(fault))
        except Exception:
            log.exception("a question could not be answered")
            yield replace(turn, message=FAULT)

    def _scope(self, answer: Answer, within: Chosen) -> tuple[str, str]:
        """Which reports and which year an answer was looked for in, in words."""
        reports = self.library.reports()
        worded = chosen_in(answer.standalone, reports)
        ids, year = within.reports or worded.reports, within.year or worded.year
        held = [report for report in reports if report.id in ids]
        names = list(dict.fromkeys(report.organisation or report.title for report in held))
        if not names:
            said = f"全部 {len(reports)} 份报告" if len(reports) > 1 else "全部报告"
        elif len(held) == 1 and sum(r.organisation == held[0].organisation for r in reports) > 1:
            said = held[0].title
        else:
            said = "、".join(names) if len(names) <= 2 else f"{names[0]}等 {len(names)} 家"
        return said, f"{year}年" if year else "不限年份"

    def _kept(self, who: str, conversation: Conversation) -> tuple[Conversation, bool]:
        """The conversation as it is kept, and whether that went well."""
        if not self.conversations or not who:
            return conversation, True
        try:
            return self.conversations.keep(who, conversation), True
        except WenbaoError:
            log.exception("a conversation could not be kept")
            return conversation, False

    def stopped(self, conversation: Conversation, who: str = "") -> Update:
        """The page after 停止: the question stands there without an answer."""
        turns = tuple(replace(turn, message=STOPPED) if turn.pending else turn for turn in conversation.turns)
        settled, _ = self._kept(who, replace(conversation, turns=turns))
        return self._shown(settled, notice=spoken(turns[-1]) if turns else "")

    async def go_on(self, conversation: Conversation) -> str:
        """Questions to go on with after the last answer; "" while others wait for theirs too long."""
        return await self.rush.after(PUT_OFF, self.follow_up, conversation) or ""

    def follow_up(self, conversation: Conversation) -> str:
        """Questions to go on with after the last answer."""
        from bot.answering.suggestions import suggest

        last = conversation.turns[-1] if conversation.turns else None
        if last is None or last.answer is None:
            return ""
        history = [turn.whole for turn in conversation.turns if turn.answer is not None][-REMEMBERED:]
        try:
            return follow_ups(suggest(self.assistant, last.answer, history, may_go_on=self.rush.calm))
        except Exception:  # they are a courtesy: the answer stands without them
            log.exception("no follow-ups could be found")
            return ""

    # Sources.

    def reveal(self, conversation: Conversation, index: int, n: int, extent: Literal["part", "whole"] = "part") -> str:
        """The source panel for citation ``n`` of the turn at ``index``; a hint where there is no such citation."""
        turn = _turn_at(conversation, index)
        answer = turn.answer if turn else None
        citation = _cited(answer, n) if answer else None
        if answer is None or citation is None:
            return source.HINT
        try:
            report = self.library.report(citation.report_id)
        except WenbaoError:
            log.warning("report %s is cited but no longer in the library", citation.report_id)
            return source.gone(citation)
        return (source.whole if extent == "whole" else source.opened)(report, answer, n, index)

    # Dialogs.

    def choices(self, conversation: Conversation, index: int) -> str:
        """The dialog in which other reports and another year are picked for the question of a turn."""
        turn = _turn_at(conversation, index)
        if not turn or not turn.answer:
            return ""
        reports = self.library.reports()
        worded = chosen_in(turn.answer.standalone, reports)
        chosen = Chosen(turn.within.reports or worded.reports, turn.within.year or worded.year)
        return chooser(turn.answer.standalone, index, chosen, reports, self._years(turn.answer, reports, chosen.year))

    def _years(self, answer: Answer, reports: Sequence[Report], asked: int | None) -> list[int]:
        """The years that the reports cited speak of most often, latest first; without citations those of the reports."""
        spoken_of: Counter[int] = Counter()
        for cited in dict.fromkeys(citation.report_id for citation in answer.citations):
            try:
                periods = [figure.period for figure in self.library.figures(cited)]
            except WenbaoError:
                continue
            spoken_of.update(p.first for p in periods if p.first is not None and p.first == p.last)
        if not spoken_of:
            spoken_of.update(report.year for report in reports if report.year)
        years = {year for year, _ in spoken_of.most_common(MOST_YEARS)} | ({asked} if asked else set())
        return sorted(years, reverse=True)

    def judging(self, conversation: Conversation, index: int, verdict: str) -> str:
        """The dialog in which somebody says what they think of the answer of a turn."""
        return opinion(verdict, index) if _turn_at(conversation, index) else ""

    def judge(
        self, conversation: Conversation, index: int, verdict: str, comment: str, expected: str, who: str = ""
    ) -> Update:
        """Keep what somebody thinks of an answer."""
        turn = _turn_at(conversation, index)
        if not turn or not turn.answer or verdict not in ("up", "down"):
            return Update()
        thought: Literal["up", "down"] = "up" if verdict == "up" else "down"
        judged = replace(turn, verdict=thought)
        text = turn.answer.short or turn.answer.answer
        said = Opinion(turn.whole, text, thought, comment[:LONGEST_COMMENT], expected[:LONGEST_QUESTION], who)
        try:
            if self.feedback:
                self.feedback.note(said)
            if self.conversations and judged.key:
                self.conversations.judge(who, judged)
        except WenbaoError as fault:
            return Update(notice=warning(str(fault)))
        turns = (*conversation.turns[:index], judged, *conversation.turns[index + 1 :])
        return Update(notice=good(THANKS), held=replace(conversation, turns=turns))

    def recall(self, who: str, sought: str, conversation: Conversation) -> str:
        """The list of somebody's conversations that hold a text."""
        if not self.conversations or not who:
            return ""
        try:
            return drawer(self.conversations.find(who, sought[:LONGEST_QUESTION]), sought, current=conversation.id)
        except WenbaoError as fault:
            return warning(str(fault))

    def rename(self, who: str, number: int, title: str, conversation: Conversation) -> str:
        """The list after a conversation was given another title."""
        if self.conversations and who:
            self.conversations.rename(who, number, title)
        return self.recall(who, "", conversation)

    def forget(self, who: str, number: int, conversation: Conversation) -> tuple[str, Update]:
        """The list after a conversation was deleted, and the page, which is emptied where it showed that one."""
        if self.conversations and who:
            self.conversations.delete(who, number)
        update = self.emptied() if number == conversation.id else Update()
        return self.recall(who, "", conversation), update


@lru_cache(maxsize=4)
def _greeting(assistant: Assistant, titles: tuple[str, ...]) -> str:
    """The welcome, with questions that have an answer: of the report that ships, while it is there, and of others."""
    from bot.answering.suggestions import openers

    examples: list[str] = []
    cited: set[str] = set()
    try:
        for question in EXAMPLES if titles else ():
            answer = assistant.ask(question)
            if answer.status == "answered":
                examples.append(question)
                cited.update(citation.report_id for citation in answer.citations)
        others = MOST_EXAMPLES - min(len(examples), MOST_EXAMPLES // 2)
        examples = [*openers(assistant, others, cited), *examples][:MOST_EXAMPLES]
    except Exception:  # the page opens without them
        log.exception("no examples could be found")
    return welcome(examples, titles)


def _stage(step: Step) -> str:
    """What is done next for a question that is understood, or whose passages are found."""
    if step.table:
        return AMONG_MANY
    if step.ranked:
        return "正在核对数字和原文"
    return f"正在{'、'.join(step.scope.names[:3])}的报告里查找" if step.scope.names else "正在报告里查找"


def _turn_at(conversation: Conversation, index: int) -> Turn | None:
    return conversation.turns[index] if 0 <= index < len(conversation.turns) else None


def _cited(answer: Answer, n: int) -> Citation | None:
    return next((citation for citation in answer.citations if citation.n == n), None)
