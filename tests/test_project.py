"""The project as a whole: what the documents promise exists, and what ships is what was meant to ship."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer

from ingest.settings import PROJECT, Settings
from ui.cli import app

README = (PROJECT / "README.md").read_text(encoding="utf-8")
METADATA = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_report_that_ships_is_the_bureaus_byte_for_byte(report_file: Path) -> None:
    digest = hashlib.sha256(report_file.read_bytes()).hexdigest()
    assert digest == "a89d626d487c3517a48eab7a588d72488cd78621fd8722087561861a02010ff2"


def test_readme_names_every_command_and_no_other() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    named = set(re.findall(r"wenbao ([a-z]+)", README))
    assert named == set(commands)
    for command, option in re.findall(r"`wenbao (\w+)[^`|]*`[^|]*\|[^|]*?`(--\w+)`", README):
        assert any(option in parameter.opts for parameter in commands[command].params), (command, option)


def test_readme_names_every_setting_and_no_other() -> None:
    named = set(re.findall(r"^\| `WENBAO_(\w+)`", README, flags=re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}


def test_readme_points_at_files_that_exist() -> None:
    targets = re.findall(r"\]\((?!https?://)([^)]+)\)", README)
    assert targets
    assert [target for target in targets if not (PROJECT / target).exists()] == []


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^make ([a-z-]+)", README, flags=re.MULTILINE)
    assert {"run", "test", "ask"} <= set(targets)
    for target in targets:
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target


def test_every_dependency_has_an_exact_version() -> None:
    pinned = dict(
        re.findall(r"^([\w.-]+)==(\S+)$", (PROJECT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    )
    pinned = {_canonical(name): version for name, version in pinned.items()}
    wanted = METADATA["dependencies"] + METADATA["optional-dependencies"]["test"]
    assert [name for name in wanted if _canonical(re.split(r"[<>=\[]", name)[0]) not in pinned] == []
    assert not [name for name in pinned if name.startswith(("nvidia", "cuda", "triton"))]


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    sources = [path for package in ("ingest", "bot", "ui", "evals") for path in (PROJECT / package).rglob("*.py")]
    lengths = {str(path.relative_to(PROJECT)): len(path.read_text(encoding="utf-8").splitlines()) for path in sources}
    assert {name: length for name, length in lengths.items() if length > 450} == {}


@pytest.mark.parametrize("module", ["ui.cli", "ui.console", "ingest.library", "bot.chain"])
def test_quick_modules_do_not_load_what_takes_seconds(module: str) -> None:
    slow = {"torch", "gradio", "transformers", "pandas", "langchain_core", "chromadb"}
    code = f"import sys, {module}; print(*(sys.modules.keys() & {slow}))"
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True, text=True
    ).stdout
    assert printed.split() == []


@pytest.mark.parametrize("package", ["ingest", "bot", "evals", "ui"])
def test_numpy_is_told_of_its_threads_before_it_is_imported(package: str) -> None:
    code = f"import sys, os, {package}; print('numpy' in sys.modules, os.environ['OPENBLAS_NUM_THREADS'])"
    clean = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=clean, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["False", "1"]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
