"""The thesaurus file is well-formed: everyday words = the official terms of reports."""

import pytest

from bot.understanding import thesaurus

FILE = thesaurus.PATH
SHORTEST, LONGEST = 2, 11
MOST_TERMS = 6


def entries() -> list[tuple[int, list[str], list[str]]]:
    """Each entry's line number, its everyday words and its official terms."""
    found = []
    for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        assert line.count(" = ") == line.count("=") == 1, f"line {number}: {line}"
        left, right = line.split(" = ")
        found.append((number, left.split("、"), right.split("、")))
    return found


ENTRIES = entries()


def test_there_are_many_entries():
    assert len(ENTRIES) >= 900


def test_no_word_is_empty_or_padded():
    for number, words, terms in ENTRIES:
        for item in words + terms:
            assert item, f"line {number}"
            assert item == "".join(item.split()), f"line {number}: {item!r}"


def test_words_and_terms_have_plausible_lengths():
    for number, words, terms in ENTRIES:
        for item in words + terms:
            assert SHORTEST <= len(item) <= LONGEST, f"line {number}: {item}"
        assert 1 <= len(terms) <= MOST_TERMS, f"line {number}"


def test_words_hold_no_separators_but_the_list_mark():
    for number, words, terms in ENTRIES:
        for item in words + terms:
            assert not set(item) & set("，。；：！？,;:=#（）()"), f"line {number}: {item}"


def test_no_everyday_word_has_two_entries():
    seen: dict[str, int] = {}
    for number, words, _ in ENTRIES:
        for word in words:
            assert word not in seen, f"{word}: lines {seen[word]} and {number}"
            seen[word] = number


def test_no_term_is_listed_twice_in_an_entry():
    for number, _, terms in ENTRIES:
        assert len(set(terms)) == len(terms), f"line {number}"


def test_no_word_maps_to_itself():
    for number, words, terms in ENTRIES:
        assert not set(words) & set(terms), f"line {number}"


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("进口", "进出口"),
        ("出口", "进出口"),
        ("出口", "进口"),
        ("营收", "利润总额"),
        ("产量", "产值"),
        ("高速公路", "高速铁路"),
        ("门诊", "住院"),
        ("参保率", "参保人数"),
        ("收入", "支出"),
        ("养老保险", "医疗保险"),
    ],
)
def test_different_indicators_stay_apart(word, other):
    terms = {word: terms for _, words, terms in ENTRIES for word in words}
    assert other not in terms.get(word, [])
    assert word not in terms.get(other, [])


def test_common_everyday_words_reach_official_terms():
    terms = {word: terms for _, words, terms in ENTRIES for word in words}
    for word, term in [
        ("上了年纪的人", "老年人"),
        ("不要钱", "免费"),
        ("修路", "公路建设"),
        ("社零", "社会消费品零售总额"),
        ("低保", "最低生活保障"),
    ]:
        assert term in terms[word]


def test_the_loader_agrees_with_the_file():
    module = pytest.importorskip("bot.understanding.thesaurus")
    loaded = module.load()
    assert loaded == {word: tuple(terms) for _, words, terms in ENTRIES for word in words}
