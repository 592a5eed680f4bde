"""Several people load one slot at once: one spool is in, the others are told."""


def test_one_spool_gets_into_the_slot(run_race):
    found = run_race("slot_load_race.py", "print3d_inventory")
    assert found["in_slot"] == 1
    assert found["answers"].count(True) == 1
    refused = [answer for answer in found["answers"] if answer is not True]
    assert len(refused) == 3
    assert all("Race Slot" in answer and "SP0" in answer for answer in refused)
    assert found["grams"] == [1000.0] * 4
