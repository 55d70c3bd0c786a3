"""The search as a LangChain retriever."""

from __future__ import annotations

from bot.chain import Assistant
from bot.search.hybrid import HybridSearch
from bot.search.retriever import HybridRetriever


def test_as_a_langchain_retriever_it_returns_passages_with_their_places(provinces: Assistant) -> None:
    documents = HybridRetriever(library=provinces.library, k=5).invoke("江苏省新开通国际航线几条")
    assert "国际航线9条" in documents[0].page_content
    for document in documents:
        place = document.metadata
        report = next(r for r in provinces.library.reports() if r.file == place["file"])
        text = provinces.library.report(report.id).text
        assert text[place["start"] : place["end"]] == document.page_content
        assert place["file"] == "2036_江苏省_政府工作报告.txt"


def test_it_returns_at_most_k_passages_best_first(provinces: Assistant) -> None:
    documents = HybridRetriever(library=provinces.library, k=2).invoke("江苏省新开通国际航线几条")
    assert len(documents) == 2
    assert documents[0].metadata["score"] >= documents[1].metadata["score"]


def test_it_finds_what_the_assistant_finds(provinces: Assistant) -> None:
    question = "江苏省新开通国际航线几条"
    ranked = provinces.retrieve(provinces.understand((question, ()))).ranked
    documents = provinces.retriever.invoke(question)
    assert [document.id for document in documents] == [f"{r.report}:{r.ordinal}" for r in ranked]


def test_the_search_it_is_given_is_the_one_that_finds(provinces: Assistant) -> None:
    full_text = HybridSearch(provinces.library, vector_weight=0)
    retriever = HybridRetriever(library=provinces.library, search=full_text)
    assert retriever.invoke("鹦鹉") == []
