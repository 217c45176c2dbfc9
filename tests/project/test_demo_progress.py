"""Whoever starts the demonstration sees what it does, and when it is ready; standard output is for the accounts."""

import io
import itertools
from collections.abc import Iterator

import pytest

from oversite.project import migration
from oversite.project.demo.progress import Outlook, Progress, follow


class Told:
    """Collects the lines; a second passes with each."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        seconds = itertools.count()
        self.progress = Progress(self.stream, lambda: next(seconds))

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().splitlines()


def looks(*seen: Outlook) -> Iterator[Outlook]:
    yield from seen


def test_each_step_stands_on_a_line_with_the_time() -> None:
    told = Told()
    told.progress.tell("entering sites and cameras")
    told.progress.tell("starting the processes")
    assert told.lines == ["[   1 s] entering sites and cameras", "[   2 s] starting the processes"]


def test_the_database_is_told_every_few_changes_and_at_its_end() -> None:
    told = Told()
    applied = migration._Applied(60, told.progress.migration)
    for number in range(60):
        applied.write(f"  Applying app.{number:04d}_change...")
        applied.write(" OK\n")
    assert [line.partition("] ")[2] for line in told.lines] == [
        f"setting up the database: {done} of 60" for done in (25, 50, 60)
    ]


def test_a_database_that_lacks_nothing_is_not_spoken_of() -> None:
    told = Told()
    migration._Applied(0, told.progress.migration).write("No migrations to apply.\n")
    assert told.lines == []


def test_it_is_told_when_the_web_answers_and_as_cameras_come() -> None:
    told = Told()
    seen = looks(
        Outlook(is_web_up=False, online=0, cameras=0),
        Outlook(is_web_up=False, online=0, cameras=23),
        Outlook(is_web_up=False, online=0, cameras=23),
        Outlook(is_web_up=True, online=5, cameras=23),
        Outlook(is_web_up=True, online=23, cameras=23),
    )
    assert follow(told.progress, lambda: next(seen), lambda: True)
    assert [line.partition("] ")[2] for line in told.lines] == [
        "cameras online: 0 of 23",
        "the web answers; you can sign in",
        "cameras online: 5 of 23",
        "cameras online: 23 of 23",
        "everything is running",
    ]


@pytest.mark.parametrize("looked", [1, 3])
def test_a_camera_that_never_comes_is_not_waited_for_without_end(looked: int) -> None:
    told, patience = Told(), iter([True] * (looked - 1) + [False])
    outlook = Outlook(is_web_up=True, online=22, cameras=23)
    assert not follow(told.progress, lambda: outlook, lambda: next(patience))
    assert told.lines[-1].endswith("cameras online: 22 of 23")


def test_a_database_that_is_busy_for_a_moment_is_asked_again() -> None:
    told = Told()
    seen = looks(
        Outlook(is_web_up=True, online=0, cameras=0),
        Outlook(is_web_up=True, online=23, cameras=23),
    )
    assert follow(told.progress, lambda: next(seen), lambda: True)
    assert [line.partition("] ")[2] for line in told.lines] == [
        "the web answers; you can sign in",
        "cameras online: 23 of 23",
        "everything is running",
    ]
