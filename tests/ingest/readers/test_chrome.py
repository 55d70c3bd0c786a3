"""Site chrome goes; titles, dates, sources, speakers and the report itself stay."""

from __future__ import annotations

import pytest

from ingest.readers.chrome import find, without_buttons
from ingest.readers.cleaning import clean_text

_BODY = "现在，我代表省人民政府，向大会报告工作，请予审议，并请省政协委员提出意见。"


def _kept(*lines: str) -> list[str]:
    dropped = find(lines)
    return [line for position, line in enumerate(lines) if position not in dropped]


def test_a_trail_of_links_goes_and_the_title_under_it_stays() -> None:
    title, source, date = "2026年政府工作报告", "来源：云南日报", "2026-02-03 09:02:33"
    head = ["您的位置:", "首页", ">", "云南要闻", "云南要闻", title, source, date, "【字体：", "大", "中", "小"]
    assert _kept(*head, "省长 王予波", "各位代表：", _BODY) == [title, source, date, "省长 王予波", "各位代表：", _BODY]


@pytest.mark.parametrize(
    "label",
    [
        "您的位置：首页 > 政务公开 > 政府工作报告",
        "当前位置:首页>政府信息公开",
        "分享:",
        "分享到微信",
        "【字体：大 中 小】",
        "[大 中 小]",
        "字号：",
        "打印本页",
        "关闭窗口",
        "【打印】【关闭】",
        "[ 打印 ] [ 关闭窗口 ]",
        "分享：微信 微博",
        "字号：小 中 大",
        "字体：默认 大 超大 | 打印",
        "浏览次数：1,024",
        "扫一扫在手机打开当前页",
        "》》点击图片进入专题《《",
    ],
)
def test_labels_go_at_either_end(label: str) -> None:
    assert _kept(label, "交通局2022年工作总结", _BODY, label) == ["交通局2022年工作总结", _BODY]


def test_a_title_that_the_page_repeats_is_kept_once() -> None:
    title = "陕西省2026年政府工作报告"
    head = ["分享:", title, "首页", ">", "政府信息公开", ">", "省政府工作报告", title, "时间：2026-02-02"]
    assert _kept(*head, _BODY) == [title, "时间：2026-02-02", _BODY]


def test_a_title_at_the_end_of_the_trail_is_kept() -> None:
    assert _kept("首页", ">", "交通局2022年工作总结", _BODY) == ["交通局2022年工作总结", _BODY]


def test_links_and_the_summary_under_the_report_go() -> None:
    foot = [
        "责任编辑：",
        "李莎莎",
        "相关链接>>",
        "abcd39f1fb7f426d9dfb6bd0fa1f2146:",
        "热议政府工作报告 以奋勇争先之姿",
    ]
    assert _kept("工作报告", _BODY, *foot, _BODY[:24]) == ["工作报告", _BODY]


def test_the_imprint_of_the_site_goes() -> None:
    foot = [
        "主办单位：某县人民政府办公室",
        "地址：某路1号 电话：0533-0000000",
        "鲁ICP备12345678号-1",
        "网站标识码：3703230001",
    ]
    assert _kept("工作总结", _BODY, *foot) == ["工作总结", _BODY]


def test_who_ran_an_event_is_no_imprint() -> None:
    lines = ["工作总结", _BODY, "主办单位：某县人民政府办公室", "电话：0533-0000000"]
    assert _kept(*lines) == lines


def test_the_report_that_ends_without_chrome_keeps_its_last_lines() -> None:
    lines = ["工作总结", _BODY, "附件", "1.为民办实事项目清单", "13.“标准海”：", "指划定的适养海域。", "2023年1月5日"]
    assert _kept(*lines) == lines


def test_a_heading_that_looks_like_a_list_of_links_stays_with_what_follows() -> None:
    lines = ["工作总结", _BODY, "相关信息", "附表", "县道", "/", "大", "完成投资36亿元。"]
    assert _kept(*lines) == lines


def test_words_of_the_body_that_look_like_labels_stay() -> None:
    lines = ["工作总结", "一、工作回顾", _BODY, *["首页", "大", ">"], *[_BODY] * 30]
    assert _kept(*lines) == lines


def test_lines_repeated_in_a_head_without_chrome_stay() -> None:
    lines = ["工作总结和计划", "工作总结和计划", _BODY]
    assert _kept(*lines) == lines


def test_no_text_but_chrome_is_lost_from_a_page() -> None:
    page = "\n".join(
        ["分享:", "首页", ">", "要闻", "2026年工作报告", "各位代表：", _BODY, "一、回顾", "完成36亿元。", "相关报道："]
    )
    assert clean_text(page) == "\n".join(["2026年工作报告", "各位代表：", _BODY, "一、回顾", "完成36亿元。"])


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (
            "发布日期：2023-01-12 09:30信息来源：县交通局浏览次数：1,254次字号：[ 大 中 小 ]【打印】【关闭】分享到：微信微博",
            "发布日期：2023-01-12 09:30 信息来源：县交通局",
        ),
        (
            "[来源：县交通局] [发布时间：2023-01-12] [点击：1254次] [字体：大 中 小]",
            "来源：县交通局 发布时间：2023-01-12",
        ),
        ("信息来源： 县政府办 阅读次数： 字体：【大】【中】【小】", "信息来源： 县政府办"),
        ("编辑：王某 审核：李某 | 打印 | 关闭 |", "编辑：王某 审核：李某"),
        ("浏览次数：1254次 字号：大 中 小", ""),
    ],
)
def test_buttons_and_counters_go_from_the_line_about_an_article(line: str, kept: str) -> None:
    assert without_buttons(line) == kept
    assert without_buttons(kept) == kept


@pytest.mark.parametrize(
    "line",
    [
        "来源：县交通局",
        "时间：2023年1月5日 地点：会议室",
        "数据来源：统计局，浏览次数：12次，同比增长5%。",
        "网站访问量：126万次",
        "全年接待访问：126人次",
        "打印",
    ],
)
def test_lines_that_are_not_about_an_article_stay_as_they_are(line: str) -> None:
    assert without_buttons(line) == line
