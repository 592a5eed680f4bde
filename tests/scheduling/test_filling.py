"""Orders share plates, in as few plates as will do, and nobody is moved for nothing."""

from math import ceil

from hypothesis import given
from hypothesis import strategies as st
from scheduling.filling import Plate, Want, fill_plates


def shares(plates):
    """What stands on each plate."""
    return [plate.shares for plate in plates]


def want(name, pieces, **values):
    """A want of the only product."""
    return Want(name, pieces, **{"rank": (name,), **values})


def fill(copies, wants, plates=()):
    """Fill plates of one product."""
    return fill_plates({None: copies}, wants, plates)


def test_two_orders_one_plate():
    assert shares(fill(9, [want("a", 4), want("b", 5)])) == [{"a": 4, "b": 5}]


def test_an_order_over_several_plates():
    assert shares(fill(4, [want("a", 9)])) == [{"a": 4}, {"a": 4}, {"a": 1}]


def test_the_rest_of_a_large_order_takes_room():
    plates = fill(9, [want("a", 4), want("b", 22)], [Plate(1, {"a": 4})])
    assert shares(plates) == [{"a": 4, "b": 4}, {"b": 9}, {"b": 9}]
    assert [plate.id for plate in plates] == [1, None, None]


def test_what_is_there_stays_where_it_is():
    plates = [Plate(1, {"b": 5}), Plate(2, {"a": 9})]
    done = fill(9, [want("a", 9), want("b", 5), want("c", 2)], plates)
    assert shares(done) == [{"b": 5, "c": 2}, {"a": 9}]
    assert shares(plates) == [{"b": 5}, {"a": 9}]


def test_an_order_that_goes_leaves_its_room():
    plates = [Plate(1, {"a": 4, "b": 5}), Plate(2, {"c": 4})]
    done = fill(9, [want("b", 5), want("c", 4)], plates)
    assert shares(done) == [{"b": 5, "c": 4}, {}]


def test_less_wanted_comes_off_the_end_of_the_queue():
    plates = [Plate(1, {"a": 4}), Plate(2, {"a": 4}), Plate(3, {"a": 4})]
    assert shares(fill(4, [want("a", 5)], plates)) == [{"a": 4}, {"a": 1}, {}]


def test_pieces_stay_together_where_they_can():
    plates = [Plate(1, {"a": 7}), Plate(2, {"b": 4})]
    done = fill(9, [want("a", 7), want("b", 4), want("c", 3)], plates)
    assert shares(done) == [{"a": 7}, {"b": 4, "c": 3}]


def test_pieces_are_split_before_another_plate_is_printed():
    plates = [Plate(1, {"a": 7}), Plate(2, {"b": 7})]
    done = fill(9, [want("a", 7), want("b", 7), want("c", 3)], plates)
    assert shares(done) == [{"a": 7, "c": 2}, {"b": 7, "c": 1}]


def test_the_more_urgent_gets_the_earlier_plate():
    wants = [want("late", 2, rank=(2,)), want("rush", 2, rank=(1,))]
    plates = [Plate(1, {"x": 2}), Plate(2, {"y": 2})]
    wants += [want("x", 2, rank=(3,)), want("y", 2, rank=(3,))]
    assert shares(fill(4, wants, plates)) == [{"x": 2, "rush": 2}, {"y": 2, "late": 2}]


def test_groups_do_not_mix():
    wants = [want("a", 2, group="A"), want("b", 2, group="B"), want("c", 2, group="A")]
    assert shares(fill(9, wants)) == [{"a": 2, "c": 2}, {"b": 2}]


def test_a_plate_of_several_groups_from_before_stays():
    wants = [want("a", 2, group="A"), want("b", 2, group="B"), want("c", 2, group="A")]
    done = fill(9, wants, [Plate(1, {"a": 2, "b": 2})])
    assert shares(done) == [{"a": 2, "b": 2}, {"c": 2}]


def test_closed_plates_take_nothing_and_give_back_what_nobody_wants():
    plates = [Plate(1, {"a": 4, "gone": 5}, open=False)]
    done = fill(9, [want("a", 4), want("b", 5)], plates)
    assert shares(done) == [{"a": 4}, {"b": 5}]


def test_kept_plates_do_not_go_but_are_filled():
    plates = [Plate(1, {"a": 4}), Plate(2, {"b": 4}, kept=True)]
    done = fill(9, [want("a", 4), want("b", 4)], plates)
    assert shares(done) == [{"a": 4}, {"b": 4}]
    done = fill(9, [want("a", 4), want("b", 4), want("c", 5)], plates)
    assert shares(done) == [{"a": 4, "c": 5}, {"b": 4}]


def test_a_plate_that_became_smaller():
    done = fill(3, [want("a", 5)], [Plate(1, {"a": 5})])
    assert shares(done) == [{"a": 3}, {"a": 2}]


def test_a_plate_of_two_products():
    """Lids ask for plates of their own only when no base brings them along."""
    capacity = {"base": 4, "lid": 2}
    wants = [Want("b", 4, "base", rank=(1,)), Want("l", 3, "lid", rank=(2,))]
    assert shares(fill_plates(capacity, wants, [])) == [{"b": 4, "l": 2}, {"l": 1}]


def test_who_has_plates_of_his_own_takes_only_what_comes_along():
    capacity = {"base": 4, "lid": 2}
    lids = Want("l", 5, "lid", rank=(0,), drives=False)
    done = fill_plates(capacity, [Want("b", 8, "base", rank=(1,)), lids], [])
    assert shares(done) == [{"b": 4, "l": 2}, {"b": 4, "l": 2}]
    done = fill_plates(capacity, [Want("b", 4, "base", rank=(1,)), lids], done)
    assert shares(done) == [{"b": 4, "l": 2}, {}]
    assert shares(fill_plates(capacity, [lids], done)) == [{}, {}]


WANTS = st.lists(
    st.tuples(st.integers(0, 25), st.sampled_from("AB"), st.integers(0, 3)), max_size=8
)


def check(copies, wants, plates):
    """Everything wanted is made once, and nothing on a plate is too much."""
    for item in wants:
        made = sum(plate.shares.get(item.id, 0) for plate in plates)
        assert made == item.pieces
    for plate in plates:
        assert sum(plate.shares.values()) <= copies
        assert all(pieces > 0 for pieces in plate.shares.values())
        groups = {item.group for item in wants if item.id in plate.shares}
        assert len(groups) <= 1


@given(st.integers(1, 9), WANTS, WANTS)
def test_nothing_is_lost_and_no_plate_too_many(copies, first, second):
    """From no plates, and again from those when the orders have changed."""
    plates = []
    for entries in (first, second):
        wants = [
            Want(index, pieces, group=group, rank=(rank, index))
            for index, (pieces, group, rank) in enumerate(entries)
        ]
        # An order keeps its group; one of another group is another order.
        wants = [
            Want((item.id, item.group), item.pieces, None, item.group, item.rank)
            for item in wants
        ]
        plates = fill(copies, wants, plates)
        check(copies, wants, plates)
        for group in "AB":
            total = sum(item.pieces for item in wants if item.group == group)
            ids = {item.id for item in wants if item.group == group}
            used = [plate for plate in plates if ids & plate.shares.keys()]
            assert len(used) == ceil(total / copies)
        assert shares(fill(copies, wants, plates)) == shares(plates)
