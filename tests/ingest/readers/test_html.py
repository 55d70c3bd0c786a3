"""Web pages: the report is read, the site around it is not."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.readers import html, read

_TITLE = "交通运输局2022年工作总结"
_PARAGRAPHS = [
    "一、工程建设",
    "2022年累计完成投资36亿元，新增和改建农村公路23公里，路面状况改善133公里，群众出行更加方便。",
    "全年开通客运班线12条，建成“最美农村公路”5条，办结群众诉求1076件，满意率达到98.6%。",
    "二、下一步打算",
    "2023年计划完成投资40亿元，新建桥梁6座，改造危桥9座，力争农村公路优良路率达到92%以上。",
]
_BODY = "".join(f"<p>&emsp;&emsp;{paragraph}</p>" for paragraph in _PARAGRAPHS)


def _file(folder: Path, page: str, encoding: str = "utf-8", name: str = "报告.html") -> Path:
    path = folder / name
    path.write_bytes(page.encode(encoding))
    return path


def _lines(folder: Path, page: str) -> list[str]:
    return read(_file(folder, page)).text.split("\n")


#: a page of today, one of twenty years ago laid out by tables, and one whose container is a form with breaks for lines
_SITES = {
    "divisions": f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{_TITLE}_某县人民政府</title>
        <meta name="ArticleTitle" content="{_TITLE}"><style>p{{color:red}}</style><script>var a = "<p>脚本</p>";</script></head>
        <body><header><h1>某县人民政府</h1><nav><a href="/">首页</a></nav></header><div class="crumb">您的位置：
        <a href="/">首页</a> &gt; <a href="/zwgk">政务公开</a></div><div class="article"><div class="title">{_TITLE}</div>
        <div class="info">来源：交通运输局 发布时间：2023-01-05</div><div><span>分享：</span><a>微信</a></div>
        <div class="body">{_BODY}</div><div style="display: none">隐藏的话，不要读。</div></div>
        <ul class="more"><li><a href="1">相关新闻一，很长的一条标题，写了很多话。</a></li></ul>
        <footer>主办单位：某县人民政府办公室 备案号：12345</footer></body></html>""",
    "tables": f"""<html><head><title>{_TITLE}</title></head><body><table width=980><tr><td><table><tr><td><a href=1>首页</a></td>
        <td><a href=2>机构职能</a></td></tr><tr><td><a href=3>通知</a></td><td><a href=4>公告</a></td></tr></table></td></tr>
        <tr><td>{_TITLE}</td></tr><tr><td>来源：交通运输局 发布时间：2023-01-05</td></tr><tr><td>{_BODY}</td></tr>
        <tr><td>版权所有 技术支持</td></tr></table></body></html>""",
    "breaks": f"""<html><head><title>{_TITLE}</title></head><body><form id=f><input type=hidden name=v value=x>
        <div><a>首页</a>|<a>留言</a></div><h2>{_TITLE}</h2><div>来源：交通运输局 发布时间：2023-01-05</div>
        <div>{"<br>".join("&nbsp;&nbsp;" + p for p in _PARAGRAPHS)}</div><div>【打印】【关闭】</div></form></body></html>""",
}


@pytest.mark.parametrize("site", _SITES)
def test_the_report_is_read_and_the_site_is_not(site: str, tmp_path: Path) -> None:
    assert _lines(tmp_path, _SITES[site]) == [_TITLE, "来源：交通运输局 发布时间：2023-01-05", *_PARAGRAPHS]


def test_a_page_of_word_wraps_its_lines_in_the_midst_of_chinese(tmp_path: Path) -> None:
    page = f"<html><body><h1>{_TITLE}</h1><p class=MsoNormal><span>2022年累计完成投\n资<span lang=EN-US>36</span>亿元，\r\n同比增长</span></p>"
    page += "<p><![if !supportLists]><span>（一）</span><![endif]>Word\nwraps too<o:p></o:p></p></body></html>"
    assert _lines(tmp_path, page) == [_TITLE, "2022年累计完成投资36亿元，同比增长", "（一）Word wraps too"]


def test_headings_have_their_levels(tmp_path: Path) -> None:
    document = read(_file(tmp_path, f"<h1>{_TITLE}</h1><h2>一、<b>工程</b>建设</h2><p>完成投资36亿元。</p>"))
    headings = [(document.text[heading.start : heading.end], heading.level) for heading in document.headings]
    assert headings == [(_TITLE, 1), ("一、工程建设", 2)]


def test_tables_of_records_are_sentences(tmp_path: Path) -> None:
    page = """<p>附表</p><table><caption>农村公路</caption><thead><tr><th rowspan=2>类别<th rowspan=2>路线<th colspan=2>里程（公里）
        <tr><th>新建<th>改建</thead><tr><td rowspan=2>县道<td>X009<td>12<td>3<tr><td>X019<td>8<td>0
        <tr><td colspan=2>合计<td>20<td>3</table>"""
    assert _lines(tmp_path, page) == [
        "附表",
        "农村公路",
        "类别：县道；路线：X009；里程新建12公里；里程改建3公里。",
        "类别：县道；路线：X019；里程新建8公里；里程改建0公里。",
        "类别：合计；里程新建20公里；里程改建3公里。",
    ]


def test_numbers_of_lists_are_those_that_a_browser_shows(tmp_path: Path) -> None:
    page = "<ol start=3><li>建路</li><li><p>修桥</p></li><li>五、通车</li></ol><ul><li>其他</li></ul>"
    assert _lines(tmp_path, page) == ["3. 建路", "4. 修桥", "五、通车", "其他"]


def test_what_a_browser_does_not_show_is_left_out(tmp_path: Path) -> None:
    page = """<p>完成<del>30</del>36亿元<span hidden>甲</span><span style="VISIBILITY: hidden">乙</span><!-- 丙 --></p>
        <template><p>丁</p></template><noscript>戊</noscript><select><option>己</option></select><textarea>庚</textarea>"""
    assert _lines(tmp_path, page) == ["完成36亿元"]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "gb2312"),  # what the page says of itself is often wrong
        ("utf-8-sig", ""),
        ("gb18030", "gb2312"),
        ("gb18030", ""),
        ("utf-16", ""),
        ("big5", "big5"),
    ],
)
def test_encodings(encoding: str, declared: str, tmp_path: Path) -> None:
    words = "全年完成投資36億元，新建公路23公里，群眾出行更加方便，路面狀況改善133公里。"
    page = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={declared}"></head><p>{words}</p></html>'
    assert read(_file(tmp_path, page, encoding)).text == words


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-8", "utf-8"), ("utf-8", ""), ("gb18030", "gbk"), ("gb18030", "")]
)
def test_a_few_damaged_characters_do_not_spoil_a_page(encoding: str, declared: str, tmp_path: Path) -> None:
    data = f'<meta charset="{declared}"><p>{"完成投资36亿元。" * 60}</p><p>好'.encode(encoding) + b"\xff</p>"
    path = tmp_path / "报告.html"
    path.write_bytes(data)
    assert read(path).text.startswith("完成投资36亿元。")


def test_a_page_packed_with_its_pictures(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "报告"
    message.set_content(_SITES["breaks"], subtype="html", charset="gb18030", cte="quoted-printable")
    message.add_related(b"\x89PNG", "image", "png")
    path = tmp_path / "报告.mht"
    path.write_bytes(message.as_bytes())
    assert read(path).text.split("\n")[-1] == _PARAGRAPHS[-1]


def test_an_entity_of_its_own_is_not_expanded(tmp_path: Path) -> None:
    page = '<!DOCTYPE html [<!ENTITY a "36"><!ENTITY f SYSTEM "file:///etc/hostname">]><p>完成&a;&f;亿元</p>'
    assert "36" not in read(_file(tmp_path, page)).text


def test_tags_nested_without_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"报告\.html：.*嵌套"):
        read(_file(tmp_path, "<div>" * 20_000 + "完成36亿元"))


@pytest.mark.parametrize("page", ["<html><body></body></html>", "<!-- -->", "<script>var a;</script>"])
def test_a_page_without_words_is_refused(page: str, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="没有文字"):
        read(_file(tmp_path, page))


_TAGS = st.sampled_from(
    "<p> </p> <div> </div> <table> <tr> <td colspan=9> <td rowspan=0> <br> <a> </a> <ol start=x> <li> <h1>".split()
)


@given(
    st.lists(
        st.one_of(_TAGS, st.sampled_from(["完成36亿元，", "首页", "\n", "&#0;", "&nbsp;", "<!"]), st.text(max_size=4))
    )
)
def test_any_markup_is_read_or_refused(parts: list[str]) -> None:
    try:
        document = html.parse("".join(parts).encode("utf-8", "ignore"), Path("任意.html"))
    except IngestError as fault:
        assert "任意.html" in str(fault)
    else:
        assert "<p>" not in document.text or "&" in "".join(parts)


def test_limits_on_text_are_kept(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="WENBAO_MAX_CHARACTERS"):
        read(_file(tmp_path, _SITES["divisions"]), Limits(characters=20))


def test_preformatted_text_keeps_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "报告.html"
    path.write_text("<pre>2022年工作总结\n一、主要工作\n新建<b>公路</b>23公里。</pre><p>完</p>", encoding="utf-8")
    assert read(path).text.split("\n") == ["2022年工作总结", "一、主要工作", "新建公路23公里。", "完"]
