"""The time that is given to a model, and when it is left alone, by a clock that the test turns."""

from __future__ import annotations

from bot.writing.patience import Breaker, Clock


class Hand:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_each_sentence_that_passes_renews_the_patience_but_not_the_whole() -> None:
    now = Hand()
    clock = Clock(2, 5, now)
    now.at += 1.5
    assert clock.left() == 0.5
    clock.shown()
    assert clock.left() == 2
    now.at += 2
    clock.shown()
    assert clock.left() == 1.5
    now.at += 9
    assert clock.left() == 0
    assert clock.elapsed() == 12.5


def test_time_that_does_not_count_is_taken_from_nothing() -> None:
    now = Hand()
    clock = Clock(2, 5, now)
    now.at += 1
    clock.stop(lambda: setattr(now, "at", now.at + 30))
    assert clock.left() == 1
    assert clock.elapsed() == 1
    assert clock.stopped == 30


def test_a_service_that_fails_in_a_row_rests_and_is_then_tried_by_one() -> None:
    now = Hand()
    breaker = Breaker(2, 30, now)
    breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    now.at += 31
    assert breaker.allows()
    assert not breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
