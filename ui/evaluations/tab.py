"""The tab 评测: ask a question set, watch it, look at runs, compare two, make and change sets. Editors and admins only."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from evals.runs.comparing import compare
from evals.runs.summary import summarise
from evals.sets.opinions import Opinion
from evals.sets.questions import Gold, parse
from ingest.errors import WenbaoError
from ui.accounts.blocks import needs, person_of
from ui.evaluations import editing, shown
from ui.evaluations.keeping import Evaluations
from ui.feedback import Feedback
from ui.framework import gr
from ui.transcript import warning

if TYPE_CHECKING:
    from bot.chain import Assistant
    from ingest.settings import Settings
    from ui.accounts.store import Database

log = logging.getLogger(__name__)

FAULT = "出错了，没有做成。请再试一次；若仍然如此，请查看运行问报的窗口里的信息。"
#: milliseconds between two looks at a run at hand, and at whether there is one
WATCHED, IDLE = 700, 5000
COLLECTED = "用户评价"

#: buttons tell what is to be done and of which run; forms send their rows
LISTEN = """
element.addEventListener('click', (event) => {
  const act = event.target.closest('[data-act]');
  if (act) trigger('act', {act: act.dataset.act, run: act.dataset.run ?? ''});
  if (event.target.closest('[data-compare]')) {
    const picked = [...element.querySelectorAll('[data-pick]:checked')].map((box) => box.dataset.pick);
    trigger('compare', {runs: picked});
  }
  if (event.target.closest('[data-add]')) {
    const rows = element.querySelector('.set-rows');
    rows.append(element.querySelector('template').content.cloneNode(true));
    rows.lastElementChild.querySelector('textarea').focus();
  }
  const row = event.target.closest('[data-drop]')?.closest('li');
  if (row) row.remove();
});
element.addEventListener('change', (event) => {
  const file = event.target.matches('[data-upload]') && event.target.files[0];
  if (file) {
    file.text().then((text) => trigger('bring', {name: file.name, text}));
    event.target.value = '';
  }
  const bar = element.querySelector('[data-compare]');
  if (bar) bar.disabled = element.querySelectorAll('[data-pick]:checked').length !== 2;
});
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const value = (row, name) => row.querySelector(`[name=${name}]`).value;
  const rows = [...element.querySelectorAll('.set-rows > li')].map((row) => ({
    id: row.dataset.id, ...Object.fromEntries(['question', 'answers', 'match', 'type', 'file'].map((name) => [name, value(row, name)])),
  }));
  trigger('save', {name: element.querySelector('.set-name input').value, rows});
});
watch('value', () => { if (element.querySelector('.run-view, .set-form')) element.scrollIntoView({block: 'start', behavior: 'smooth'}); });
"""
WATCH = f"""
let last = 0;
setInterval(() => {{
  const due = document.querySelector('#evaluations-progress .running') ? {WATCHED} : {IDLE};
  const seen = element.closest('#evaluations-tab')?.offsetParent && document.visibilityState === 'visible';
  if (seen && Date.now() - last >= due - 50) {{ last = Date.now(); trigger('look', {{}}); }}
}}, {WATCHED});
"""

#: apart from what depends on the set chosen: a file that is being picked must not be lost when that changes
TOOLS = (
    '<div class="set-tools"><button type="button" class="plain" data-act="new">新建题集</button>'
    '<label class="plain upload">上传 .jsonl<input type="file" accept=".jsonl" data-upload></label>'
    '<button type="button" class="plain" data-act="collect">从用户评价收集</button></div>'
)


def tools_of(key: str) -> str:
    """What can be done with the set that is chosen."""
    whose, _, name = key.partition("/")
    link = f'<a class="plain" href="/evaluations/sets/{whose}/{quote(name)}.jsonl" download>下载题集</a>' if key else ""
    discard = '<button type="button" class="plain" data-act="discard">删除题集</button>' if whose == "own" else ""
    edit = '<button type="button" class="plain" data-act="edit">修改题集</button>' if key else ""
    return f'<div class="set-tools">{edit}{link}{discard}</div>' if key else ""


class _Parts(NamedTuple):
    """The tab's components."""

    chosen: Any
    start: Any
    stop: Any
    own: Any
    tools: Any
    notice: Any
    progress: Any
    listed: Any
    panel: Any
    clock: Any
    held: Any
    seen: Any


class Desk:
    """What the tab does, without Gradio's wiring: every method gives what components are to show."""

    def __init__(self, evaluations: Evaluations, feedback: Feedback | None) -> None:
        self.evaluations = evaluations
        self.feedback = feedback

    def choices(self, chosen: str = "") -> Any:
        """The dropdown of sets; ``chosen`` stays chosen where it is still there."""
        sets = self.evaluations.sets()
        keys = [one.key for one in sets]
        named = [(f"{one.name}（{'' if one.own else '自带，'}{one.questions} 题）", one.key) for one in sets]
        value = chosen if chosen in keys else next(iter(keys), None)
        return gr.Dropdown(choices=named, value=value)

    def look(self, seen: Any) -> tuple[Any, Any, Any]:
        """Progress, runs and what has been seen; nothing new where the page shows them already."""
        at, heads = self.evaluations.progress, self.evaluations.runs()
        if seen == (at, heads):
            return gr.skip(), gr.skip(), gr.skip()
        listed = shown.listing(heads) if not seen or seen[1] != heads else gr.skip()
        return shown.progress(at), listed, (at, heads)

    def view(self, name: str) -> str:
        """One run."""
        run = self.evaluations.run(name)
        return shown.view(name, run, summarise(run))

    def compared(self, names: Any) -> str:
        """Two runs compared, the earlier one first."""
        if not isinstance(names, list) or len(names) != 2:
            raise WenbaoError("请选中两次评测来比较。")
        heads = {head.id: head for head in self.evaluations.runs()}
        before, after = sorted(str(name) for name in names)
        found = compare(self.evaluations.run(before), self.evaluations.run(after))
        return shown.comparison(found, (heads[before], heads[after]))

    def form(self, name: str, golds: list[Gold], waiting: tuple[Opinion, ...] = ()) -> tuple[str, tuple[Gold, ...]]:
        """The form of a set, and what it was made of."""
        return editing.form(name, golds, waiting, self.evaluations.files()), tuple(golds)

    def collected(self) -> tuple[str, tuple[Gold, ...]]:
        """The form of the questions that opinions make."""
        found = self.feedback.questions() if self.feedback else None
        if not found or not (found.questions or found.waiting):
            raise WenbaoError("还没有用户评价。在问答里点👍或👎，就会收集到这里。")
        return self.form(COLLECTED, list(found.questions), found.waiting[: editing.MOST_ROWS])


def tab(page: gr.Blocks, assistant: Assistant, settings: Settings, people: Database | None = None) -> gr.Tab:
    """Lay the evaluations out as a tab of the Gradio context that is open; hidden from whoever may not use it."""
    desk = Desk(Evaluations(settings.home, assistant), Feedback(people) if people else None)
    with gr.Tab("评测", id="evaluations", elem_id="evaluations-tab", visible=False) as here:
        parts = _laid_out()
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    skip = gr.skip()
    looks = [parts.progress, parts.listed, parts.seen]

    def rights(request: gr.Request) -> Any:
        person = person_of(request)
        return gr.Tab(visible=bool(person and person.may("editor")))

    @needs("editor")
    @_told(4)
    def entered(chosen: str) -> tuple[Any, ...]:
        return desk.choices(chosen or ""), *desk.look(None), skip

    @needs("editor")
    @_told(3)
    def looked(seen: Any) -> tuple[Any, ...]:
        return *desk.look(seen), skip

    @needs("editor")
    @_told(3)
    def started(chosen: str, seen: Any) -> tuple[Any, ...]:
        if not chosen:
            raise WenbaoError("请先选一个题集；没有的话，可以新建或上传。")
        desk.evaluations.start(chosen)
        return *desk.look(seen), ""

    @needs("editor")
    @_told(3)
    def stopped(seen: Any) -> tuple[Any, ...]:
        desk.evaluations.stop()
        return *desk.look(seen), ""

    @needs("editor")
    @_told(6)
    def acted(chosen: str, seen: Any, event: gr.EventData) -> tuple[Any, ...]:
        return _acted(desk, str(event.act), str(event.run), chosen or "", seen)

    @needs("editor")
    @_told(1)
    def compared(event: gr.EventData) -> tuple[Any, ...]:
        return desk.compared(event.runs), ""

    @needs("editor")
    @_told(3)
    def saved(held: tuple[Gold, ...], event: gr.EventData) -> tuple[Any, ...]:
        golds = editing.read(event.rows, held)
        key = desk.evaluations.keep(str(event.name), golds)
        return desk.choices(key), "", (), _good(f"已保存「{key.partition('/')[2]}」，{len(golds)} 题。")

    @needs("editor")
    @_told(3)
    def brought(event: gr.EventData) -> tuple[Any, ...]:
        name = Path(str(event.name)).stem
        golds = parse(str(event.text).removeprefix("\ufeff"), str(event.name))
        key = desk.evaluations.keep(name, golds)
        return desk.choices(key), *desk.form(name, golds), _good(f"已上传「{name}」，{len(golds)} 题。")

    @needs("editor")
    def tooled(chosen: str) -> str:
        return tools_of(chosen or "")

    page.load(rights, None, here, queue=False, **quiet)
    parts.chosen.change(tooled, [parts.chosen], parts.own, **quiet)
    here.select(entered, [parts.chosen], [parts.chosen, *looks, parts.notice], **quiet)
    parts.clock.look(looked, [parts.seen], [*looks, parts.notice], **quiet)
    parts.start.click(started, [parts.chosen, parts.seen], [*looks, parts.notice], **quiet)
    parts.stop.click(stopped, [parts.seen], [*looks, parts.notice], **quiet)
    outputs = [parts.panel, parts.held, parts.chosen, *looks, parts.notice]
    for html in (parts.listed, parts.panel, parts.own, parts.tools):
        html.act(acted, [parts.chosen, parts.seen], outputs, **quiet)
    parts.listed.compare(compared, None, [parts.panel, parts.notice], **quiet)
    forms = [parts.chosen, parts.panel, parts.held, parts.notice]
    parts.panel.save(saved, [parts.held], forms, **quiet)
    parts.tools.bring(brought, None, forms, **quiet)
    return here


def _acted(desk: Desk, act: str, run: str, chosen: str, seen: Any) -> tuple[Any, ...]:
    """After a button: panel, held questions, sets, progress, runs, what has been seen, and the notice."""
    skip = gr.skip()
    panel, held, sets, notice = skip, skip, skip, ""
    looked: tuple[Any, ...] = (skip, skip, skip)
    if act in ("edit", "discard") and not chosen:
        raise WenbaoError("请先选一个题集。")
    if act == "view":
        panel = desk.view(run)
    elif act == "forget":
        desk.evaluations.forget(run)
        looked, notice = desk.look(seen), _good("已删除这次评测。")
    elif act == "close":
        panel, held = "", ()
    elif act == "edit":
        panel, held = desk.form(desk.evaluations.name_of(chosen), desk.evaluations.questions(chosen))
    elif act == "new":
        panel, held = desk.form("新题集", [])
    elif act == "collect":
        panel, held = desk.collected()
    elif act == "discard":
        desk.evaluations.discard(chosen)
        sets, notice = desk.choices(), _good("已删除这个题集。")
    return panel, held, sets, *looked, notice


def _told(others: int) -> Callable[[Callable[..., tuple[Any, ...]]], Callable[..., tuple[Any, ...]]]:
    """Whatever goes wrong in a function becomes its last output, the notice; its ``others`` outputs stay as they are."""

    def told(function: Callable[..., tuple[Any, ...]]) -> Callable[..., tuple[Any, ...]]:
        @wraps(function)
        def safe(*given: Any, **named: Any) -> tuple[Any, ...]:
            try:
                return function(*given, **named)
            except WenbaoError as fault:
                return *(gr.skip() for _ in range(others)), warning(str(fault))
            except Exception:
                log.exception("the evaluations' tab failed")
                return *(gr.skip() for _ in range(others)), warning(FAULT)

        return safe

    return told


def _laid_out() -> _Parts:
    with gr.Row(elem_id="evaluations", elem_classes=["desk"]), gr.Column(elem_id="evaluations-main"):
        with gr.Row(elem_id="evaluations-form", elem_classes=["fields"]):
            chosen = gr.Dropdown([], label="题集", elem_id="evaluations-set")
            start = gr.Button("开始评测", variant="primary", elem_id="evaluations-start")
            stop = gr.Button("停止", elem_id="evaluations-stop")
        with gr.Row(elem_id="evaluations-sets"):
            own = _html("evaluations-own")
            tools = _html("evaluations-tools", TOOLS)
        notice = _html("evaluations-notice", script=None)
        progress = _html("evaluations-progress", script=None)
        listed = _html("evaluations-runs")
        panel = _html("evaluations-panel")
        clock = _html("evaluations-clock", script=WATCH)
        held, seen = gr.State(()), gr.State(None)
    return _Parts(chosen, start, stop, own, tools, notice, progress, listed, panel, clock, held, seen)


def _html(name: str, value: str = "", script: str | None = LISTEN) -> gr.HTML:
    return gr.HTML(value, elem_id=name, js_on_load=script, apply_default_css=False)


def _good(text: str) -> str:
    from html import escape

    return f'<p class="good" role="status">{escape(text)}</p>'
