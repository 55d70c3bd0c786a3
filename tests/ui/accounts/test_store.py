"""The people's file: made once, kept by one program version, its faults told."""

from pathlib import Path

import pytest

from ui.accounts.store import FILE, Database, PeopleError


def test_what_is_written_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    first = Database(tmp_path)
    first.write("INSERT INTO failures VALUES ('张三', '', 1.0)")
    first.close()
    assert Database(tmp_path).rows("SELECT name FROM failures") == [("张三",)]


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path)

    def broken_off() -> None:
        with database.transaction():
            database.write("INSERT INTO failures VALUES ('张三', '', 1.0)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert database.rows("SELECT * FROM failures") == []


def test_a_newer_programs_file_is_left_alone(tmp_path: Path) -> None:
    database = Database(tmp_path)
    database.write("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(PeopleError, match="升级问报"):
        Database(tmp_path)


def test_what_is_no_such_file_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes("不是数据库".encode() * 100)
    with pytest.raises(PeopleError, match=FILE):
        Database(tmp_path)
