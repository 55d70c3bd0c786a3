"""Typer's messages in Chinese."""

from __future__ import annotations

import re
from collections.abc import Sequence

from typer.exceptions import TyperException

_SAYINGS = tuple(
    (re.compile(pattern), saying)
    for pattern, saying in (
        (r"No such command '(.*?)'", r"没有「\1」这个命令。"),
        (r"No such option: (\S+)", r"没有「\1」这个选项。"),
        (r"Missing command", "没有给出命令。"),
        (r"Missing (?:argument|option|parameter) '?(.*?)'?\.?$", r"缺少「\1」。"),
        (r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", r"多出了「\1」。问题里有空格时，请用引号括起来。"),
        (r"Option '?(.*?)'? requires an argument", r"选项「\1」后面要有值。"),
        (
            r"Invalid value for .*?: \w+ '(.*)' is not (?:readable|writable)",
            r"没有权限读写 \1。请修改它的权限，或换一个有权限的用户。",
        ),
        (
            r"Invalid value for '?(.*?)'?: Input should be less than or equal to (\S+)",
            r"「\1」的值不能使用：最大是 \2。",
        ),
        (
            r"Invalid value for '?(.*?)'?: Input should be greater than or equal to (\S+)",
            r"「\1」的值不能使用：最小是 \2。",
        ),
        (r"Invalid value for '?(.*?)'?: Input should be less than (\S+)", r"「\1」的值不能使用：要小于 \2。"),
        (r"Invalid value for '?(.*?)'?: Input should be greater than (\S+)", r"「\1」的值不能使用：要大于 \2。"),
        (r"Invalid value for '?(.*?)'?: Input should be a valid integer", r"「\1」的值不能使用：应是整数。"),
        (r"Invalid value for '?(.*?)'?: Input should be a valid number", r"「\1」的值不能使用：应是数字。"),
        (r"Invalid value for '?(.*?)'?: (.*)", r"「\1」的值不能使用：\2"),
    )
)
_HELP = "用 wenbao --help 查看用法。"


def explain(fault: Exception) -> str:
    """A usage error in Chinese, with the remedy; "" where the fault is another one."""
    if not isinstance(fault, TyperException):
        return ""
    message = fault.format_message()
    for pattern, saying in _SAYINGS:
        match = pattern.match(message)
        if match:
            return match.expand(saying) + _HELP
    return f"命令不能执行：{message} {_HELP}"


def speak_chinese(arguments: Sequence[str]) -> None:
    """Give the help pages Chinese headings, where one is about to be shown."""
    if arguments and "--help" not in arguments:
        return
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
    rich_utils.OPTIONS_PANEL_TITLE = "选项"
    rich_utils.COMMANDS_PANEL_TITLE = "命令"
    rich_utils.REQUIRED_LONG_STRING = "[必填]"
    rich_utils.DEFAULT_STRING = "[默认：{}]"
