"""The figures for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from tests.ui.conftest import Office


def _samples(office: Office) -> dict[tuple[str, ...], float]:
    text = office.client("reader").get("/metrics").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_questions_are_counted_and_timed_by_whichever_interface(office: Office) -> None:
    client, before = office.client("reader"), _samples(office)
    question = "2024年新建光伏电站多少座"
    client.post("/api/ask", json={"question": question})
    client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": question}]})
    client.post("/api/ask", json={"question": "火星基地的氧气储备有多少吨"})
    after = _samples(office)
    for name, more in (
        (("wenbao_questions_total", "answered"), 2),
        (("wenbao_questions_total", "refused"), 1),
        (("wenbao_answer_seconds_count",), 3),
    ):
        assert after[name] - before.get(name, 0) == more
    assert after[("wenbao_reports",)] == 1


def test_requests_are_counted_by_rule_not_by_what_was_typed(office: Office) -> None:
    client = office.client("reader")
    for number in range(3):
        client.get(f"/api/reports/typed{number}")
        client.get(f"/typed{number}")
    after = _samples(office)
    assert after[("wenbao_requests_total", "GET", "/api/reports", "404")] >= 3
    assert after[("wenbao_requests_total", "", "", "404")] >= 3
    assert not any("typed" in part for name in after for part in name)
