"""The search as a LangChain retriever."""

from __future__ import annotations

from bot.chain import Assistant
from bot.retriever import HybridRetriever


def test_as_a_langchain_retriever_it_returns_passages_with_their_places(provinces: Assistant) -> None:
    documents = HybridRetriever(library=provinces.library, k=5).invoke("江苏省新开通国际航线几条")
    assert "国际航线9条" in documents[0].page_content
    for document in documents:
        place = document.metadata
        report = next(r for r in provinces.library.reports() if r.file == place["file"])
        text = provinces.library.report(report.id).text
        assert text[place["start"] : place["end"]] == document.page_content
        assert place["file"] == "2036_江苏省_政府工作报告.txt"
