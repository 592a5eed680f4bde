"""Five people look at the shopping list, order, undo and add at the same moment."""

import pytest


@pytest.fixture(scope="module")
def found(run_race):
    return run_race("shopping_race.py", "print3d_inventory")


def test_a_need_is_on_the_list_once(found):
    looked = found["looked"]
    assert looked["lines"] == ["orderpoint"]
    assert looked["states"] == ["todo"]
    assert looked["needed"] == [1500.0]


def test_everybody_is_told_of_the_one_rfq(found):
    orders = {str(answer["orders"]) for answer in found["answers"]}
    assert len(found["answers"]) == 5
    assert len(orders) == 1
    ordered = found["ordered"]
    assert ordered["ordered"] == [2.0]
    assert ordered["orders"] == 1
    assert ordered["states"] == ["ordered"]
    assert ordered["to_order"] == 0


def test_what_is_undone_five_times_is_back_once(found):
    undone = found["undone"]
    assert undone["ordered"] == []
    assert undone["lines"] == ["orderpoint"]
    assert undone["states"] == ["todo"]
    assert undone["to_order"] > 0


def test_what_five_people_add_is_one_line_of_five_packs(found):
    added = found["added"]
    assert sorted(added["lines"]) == ["manual", "orderpoint"]
    assert sum(added["needed"]) == 1500 + 5 * 1000
