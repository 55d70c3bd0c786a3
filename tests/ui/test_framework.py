"""Importing the page is quick and leaves the installed packages as they are."""

import subprocess
import sys

from ingest.settings import PROJECT

OPENED_STUBS = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from ui.framework import gr
import inspect
assert inspect.getfile(gr.Blocks).endswith("blocks.py")
print([name for name in opened if name.endswith(".pyi")])
"""


def test_gradio_writes_no_editor_stubs_while_it_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", OPENED_STUBS], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_session_keeps_its_state_and_not_how_the_page_was_shown() -> None:
    from gradio.state_holder import SessionState

    from ui.framework import gr

    with gr.Blocks() as page:
        box, turns = gr.Textbox("字" * 1000), gr.State([])
    session = SessionState(page)
    session[turns._id] = ["问"]
    session._update_value_in_config(box._id, "字" * 1000)
    assert session[turns._id] == ["问"]
    assert SessionState(page)[turns._id] == []
    assert session.config_values == {}


def test_what_is_left_as_it_is_or_is_html_reaches_the_page_unchanged_and_the_rest_is_worked_on() -> None:
    from gradio.state_holder import SessionState

    from tests.ui.coroutines import run
    from ui.framework import LeanBlocks, gr

    def answer() -> None:
        """Whatever."""

    with LeanBlocks() as page:
        outputs = [gr.HTML(), gr.Button(), gr.State(0), gr.Number(precision=0), gr.HTML(), gr.Dropdown(["甲"])]
        page.load(answer, None, outputs)
    session, (function,) = SessionState(page), page.fns.values()
    values = ("<b>甲</b>", gr.update(visible=False), 7, 36.4, gr.skip(), gr.update(choices=["乙"]))
    shown = run(page.postprocess_data(function, values, session))
    assert shown[:2] == ["<b>甲</b>", {"__type__": "update", "visible": False}]
    assert (shown[2], shown[4]) == (None, {"__type__": "update"})
    assert shown[3] == 36  # as the component rounds
    assert shown[5]["choices"] == [["乙", "乙"]]
    assert session[outputs[2]._id] == 7
