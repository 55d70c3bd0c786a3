# 问报。常用：make run 启动网页；make test 测试；make ask Q="临临高速完成多少投资"
.DEFAULT_GOAL := help
.PHONY: help install run ask test test-slow lint eval eval-accept bench clean

PYTHON ?= python3
VENV ?= .venv
# PyTorch 官方的 CPU 版下载地址；可换成镜像
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
TORCH := $(shell sed -n 's/^torch==//p' constraints.txt)

ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
# --no-compile：用到的模块第一次导入时再编译，安装快得多
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
STAMP := $(VENV)/.installed
TEST_STAMP := $(VENV)/.installed-test

help:
	@echo 'make run              启动网页问答，地址 http://127.0.0.1:7860'
	@echo 'make ask Q="问题"     在命令行问一个问题'
	@echo 'make test             检查代码并测试（make test-slow 跑较慢的测试）'
	@echo 'make eval             用项目里的题集评测，与提交的结果比较（make eval-accept 接受新结果）'
	@echo 'make bench            测速度、内存和磁盘：自带题集，16 份和 1000 份报告（BENCH_SIZES="16 10000" 可改）'
	@echo 'make clean            删除虚拟环境和缓存（不动资料库）'

run: $(STAMP)
	@$(BIN)/wenbao serve

ask: export WENBAO_QUESTION := $(Q)
ask: $(STAMP)
	@$(BIN)/wenbao ask -- "$$WENBAO_QUESTION"

test: lint
	@echo '▸ 测试'
	@$(BIN)/python -m pytest -m "not slow"

test-slow: $(TEST_STAMP)
	@echo '▸ 较慢的测试'
	@$(BIN)/python -m pytest -m slow

lint: $(TEST_STAMP)
	@echo '▸ 检查代码'
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo >$(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }

# 与提交的评测结果比较，有超出偶然的下降就失败
eval: $(STAMP)
	@$(BIN)/python -m evals.gate

eval-accept: $(STAMP)
	@$(BIN)/python -m evals.gate --accept

# 造出的报告里埋了已知答案的事实，各规模下的正确率也一起测；自己的文章用 python -m evals.scale --articles
BENCH_SIZES ?= 16 1000
bench: $(STAMP)
	@echo '▸ 自带题集'
	@$(BIN)/python -m evals.performance evals/questions/yiyuan_dev.jsonl
	@echo '▸ 规模'
	@$(BIN)/python -m evals.scale --count $(BENCH_SIZES)

install: $(STAMP)

# 安装一次；pyproject.toml 或 constraints.txt 变了才重来
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo '需要 Python 3.11 或更新的版本。装好后可以指定：make run PYTHON=python3.11' >&2; exit 1; }
	@echo '▸ 建立虚拟环境 $(VENV)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo '建不了虚拟环境。Debian/Ubuntu 请先安装：apt install python3-venv' >&2; exit 1; }
	@echo '▸ 安装 PyTorch $(TORCH)（CPU 版）'
	@$(BIN)/python -c 'import torch, sys; sys.exit(torch.__version__.split("+")[0] != "$(TORCH)")' 2>/dev/null || \
	  $(PIP) --constraint constraints.txt "torch==$(TORCH)+cpu" 2>/dev/null || \
	  $(PIP) --constraint constraints.txt --retries 0 --timeout 15 --extra-index-url $(TORCH_INDEX) "torch==$(TORCH)+cpu" 2>/dev/null || \
	  $(PIP) --constraint constraints.txt "torch==$(TORCH)"
	@echo '▸ 安装问报和其余依赖（第一次需要几分钟）'
	@$(PIP) --constraint constraints.txt --editable .
	@touch $@

$(TEST_STAMP): $(STAMP)
	@echo '▸ 安装测试工具'
	@$(PIP) --constraint constraints.txt --editable '.[test]'
	@touch $@

clean:
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
