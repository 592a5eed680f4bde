"""Prints of one filament follow each other, and nobody is late for it."""

from hypothesis import given
from hypothesis import strategies as st
from scheduling.batching import Task, count_changes, group_tasks

HOUR = 3600.0


def tasks(words, **values):
    """One task a letter: its filament."""
    return [
        Task(index, frozenset(letter), seconds=HOUR, **values.get(str(index), {}))
        for index, letter in enumerate(words)
    ]


def order(found):
    """The numbers of tasks."""
    return [task.id for task in found]


def letters(found):
    """The filaments of tasks."""
    return "".join("".join(sorted(task.filaments)) for task in found)


def test_same_filament_follows_itself():
    queue = tasks("abababc")
    found = group_tasks(queue, 1)
    assert letters(found) == "aaabbbc"
    assert order(found) == [0, 2, 4, 1, 3, 5, 6]
    assert (count_changes(queue, 1), count_changes(found, 1)) == (7, 3)


def test_what_is_loaded_goes_first():
    queue = tasks("aabb")
    assert letters(group_tasks(queue, 1, "b")) == "bbaa"
    assert count_changes(queue, 1, "b") == 2
    assert count_changes(group_tasks(queue, 1, "b"), 1, "b") == 1


def test_four_slots_need_no_order():
    queue = tasks("abcdabcd")
    assert count_changes(queue, 4, "abcd") == 0
    assert group_tasks(queue, 4, "abcd") == queue


def test_prints_of_several_colours():
    queue = [
        Task(0, frozenset("ab")),
        Task(1, frozenset("cd")),
        Task(2, frozenset("a")),
        Task(3, frozenset("cd")),
    ]
    assert letters(group_tasks(queue, 2)) in ("abacdcd", "aabcdcd")
    assert count_changes(queue, 2) == 6
    assert count_changes(group_tasks(queue, 2), 2) == 4


def test_nozzles_are_changes_too():
    queue = [
        Task(0, frozenset("a"), nozzle=0.4),
        Task(1, frozenset("a"), nozzle=0.6),
        Task(2, frozenset("a"), nozzle=0.4),
        Task(3, frozenset("a")),
    ]
    assert count_changes(queue, 1, "a", 0.4) == 2
    found = group_tasks(queue, 1, "a", 0.4)
    assert order(found)[:2] == [0, 2]
    assert count_changes(found, 1, "a", 0.4) == 1


def test_nobody_becomes_late():
    queue = tasks("abab", **{"1": {"due": 2 * HOUR}})
    assert order(group_tasks(queue, 1)) == [0, 1, 3, 2]
    queue = tasks("abab", **{"1": {"due": 3 * HOUR}})
    assert order(group_tasks(queue, 1)) == [0, 2, 1, 3]


def test_who_is_late_is_not_made_later():
    queue = tasks("abab", **{"1": {"due": 0.0}})
    assert order(group_tasks(queue, 1)) == [0, 1, 3, 2]


def test_fixed_ones_keep_their_place():
    queue = tasks("abcab", **{"1": {"fixed": True}})
    assert order(group_tasks(queue, 1))[:2] == [0, 1]
    queue = tasks("ababa", **{"2": {"fixed": True}})
    assert order(group_tasks(queue, 1))[2] == 2


def test_an_order_that_saves_nothing_is_not_changed():
    queue = tasks("abc")
    assert group_tasks(queue, 1) == queue
    assert group_tasks([], 1) == []


TASK = st.tuples(
    st.sampled_from("abcd"),
    st.floats(60, 20_000),
    st.none() | st.floats(0, 100_000),
    st.sampled_from([False] * 5 + [True]),
)


@given(st.lists(TASK, max_size=14), st.integers(1, 3))
def test_never_worse_and_never_later(entries, slots):
    queue = [
        Task(index, frozenset(letter), 0.0, seconds, due, fixed)
        for index, (letter, seconds, due, fixed) in enumerate(entries)
    ]
    found = group_tasks(queue, slots)
    assert sorted(order(found)) == order(queue)
    assert count_changes(found, slots) <= count_changes(queue, slots)
    for index, task in enumerate(queue):
        if task.fixed:
            assert found[index] == task
    ends = {}
    for items in (queue, found):
        clock = 0.0
        for task in items:
            clock += task.seconds
            ends.setdefault(task.id, []).append(clock)
    for task in queue:
        before, after = ends[task.id]
        if task.due is not None:
            assert after <= max(task.due, before) + 61


def test_two_thousand_prints():
    """Steps grow with prints times needs; counted, for time says little."""
    queue = tasks("abcdefghij" * 200)
    found = group_tasks(queue, 1)
    assert count_changes(found, 1) == 10
