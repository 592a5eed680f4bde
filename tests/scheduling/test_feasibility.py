"""What the queue is told of its filament, print by print."""

import copy

import pytest
from _slow_feasibility import walk as walk_slowly
from hypothesis import given
from hypothesis import strategies as st
from scheduling.capability import Capability, Requirement
from scheduling.feasibility import (
    EPSILON,
    FED,
    Job,
    Need,
    Printer,
    Receipt,
    Spool,
    fill,
    find_misfits,
    walk,
)

A, B = 1, 2
ONE = Printer(1, Capability(slots=1))
FOUR = Printer(2, Capability(slots=4))
PRINTERS = [ONE, FOUR]


def make_job(number, grams=40.0, product=A, **values):
    """A print of one tool, on the first printer unless said otherwise."""
    values = {"printer_id": 1, **values}
    return Job(number, [Need(1, grams, (product,))], **values)


def statuses(jobs, spools, printers=PRINTERS, **values):
    found = walk(jobs, printers, spools, **values)
    return [found[job.id].status for job in jobs]


# === FILLING === #


def test_fill():
    assert fill(10, [("x", 4), ("y", 20)]) == ([("x", 4), ("y", 6)], 0.0)
    assert fill(10, [("x", 4)]) == ([("x", 4)], 6)
    assert fill(0, [("x", 4)]) == ([], 0.0)
    assert fill(4.001, [("x", 4)]) == ([("x", 4)], 0.0)


# === ALONG THE QUEUE === #


def test_grams_are_carried():
    jobs = [make_job(number) for number in range(1, 4)]
    found = walk(jobs, PRINTERS, [Spool(1, A, 100, 1, 1)])
    assert [found[job.id].status for job in jobs] == ["ready", "ready", "short"]
    assert found[3].missing == 20
    assert found.claims == {1: [(1, 40), (2, 40), (3, 20)]}
    [take] = found[3].picks[0].takes
    assert (take.before, take.grams, take.claims) == (20, 20, 2)


def test_a_short_print_keeps_what_there_is():
    jobs = [make_job(1, 90), make_job(2, 20)]
    assert walk(jobs, PRINTERS, [Spool(1, A, 100, 1, 1)])[2].missing == 10


def test_a_held_print_takes_nothing():
    jobs = [make_job(1, 90, takes=False), make_job(2, 90)]
    assert statuses(jobs, [Spool(1, A, 100, 1, 1)]) == ["ready", "ready"]


def test_what_fits_nowhere_takes_nothing():
    jobs = [make_job(1, 90, printer_id=99), make_job(2, 90)]
    assert statuses(jobs, [Spool(1, A, 100, 1, 1)]) == ["no_printer", "ready"]


def test_a_print_that_runs_takes_what_is_told():
    jobs = [make_job(1, picks={1: 30.0}), make_job(2, 80)]
    found = walk(jobs, PRINTERS, [Spool(1, A, 100, 1, 1)])
    assert found[1].status == "ready"
    assert (found[2].status, found[2].missing) == ("short", 10)


def test_none_in_stock_is_not_the_same_as_too_little():
    spools = [Spool(1, A, 100, 1, 1)]
    jobs = [make_job(1, 100), make_job(2), make_job(3, product=B)]
    assert statuses(jobs, spools) == ["ready", "short", "no_stock"]
    # All of it is kept for somebody: there is some.
    assert statuses([make_job(1)], [Spool(1, A, 0.0)]) == ["short"]


def test_what_is_loaded_stays_for_the_next():
    jobs = [make_job(number) for number in range(1, 4)]
    found = walk(jobs, PRINTERS, [Spool(1, A, 100), Spool(2, B, 100, 1, 1)])
    assert [found[job.id].status for job in jobs] == ["swap", "ready", "short"]
    assert found[1].unload_ids == [2]


def test_what_was_taken_out_has_to_be_loaded_again():
    jobs = [make_job(1), make_job(2, product=B), make_job(3)]
    spools = [Spool(1, A, 100, 1, 1), Spool(2, B, 100)]
    found = walk(jobs, PRINTERS, spools)
    assert [found[job.id].status for job in jobs] == ["ready", "swap", "swap"]
    [take] = found[3].picks[0].takes
    assert take.moved and take.load


def test_empty_spools_come_out_first():
    printers = [Printer(1, Capability(slots=2))]
    spools = [Spool(1, B, 50, 1, 1), Spool(2, A, 40, 1, 2), Spool(3, A, 40)]
    found = walk([make_job(1), make_job(2)], printers, spools)
    assert found[1].unload_ids == []
    assert found[2].unload_ids == [2]


def test_a_follower_is_a_planned_swap():
    spools = [Spool(1, A, 30, 1, 1), Spool(2, A, 35)]
    [pick] = walk([make_job(1, 60)], PRINTERS, spools)[1].picks
    assert pick.spool_ids == [1, 2]
    assert statuses([make_job(1, 60)], spools) == ["swap"]
    # Somebody changes over, or looks on, also when both are in the printer.
    spools = [Spool(1, A, 30, 2, 1), Spool(2, A, 35, 2, 2)]
    assert statuses([make_job(1, 60, printer_id=2)], spools) == ["swap"]


# === WHICH SPOOL === #


@pytest.mark.parametrize(
    ("spools", "chosen"),
    [
        # An opened spool is used up first.
        ([Spool(1, A, 900), Spool(2, A, 50)], [2]),
        # One that lasts is better than two.
        ([Spool(1, A, 30, 1, 1), Spool(2, A, 900)], [2]),
        # What hangs in the printer is better than the shelf.
        ([Spool(1, A, 900, 1, 1), Spool(2, A, 50)], [1]),
        # The shelf is better than another printer, and that than one that prints.
        ([Spool(1, A, 50, 2, 1), Spool(2, A, 900)], [2]),
        # Two that last together: first what is loaded, then the fullest.
        ([Spool(1, A, 10), Spool(2, A, 20), Spool(3, A, 15, 1, 1)], [3, 2, 1]),
    ],
)
def test_which_spool(spools, chosen):
    assert walk([make_job(1)], PRINTERS, spools)[1].picks[0].spool_ids == chosen


def test_a_spool_that_prints_elsewhere_is_the_last_resort():
    running = make_job(1, printer_id=2, picks={1: 10.0})
    spools = [Spool(1, A, 100, 2, 1), Spool(2, A, 500, 2, 2)]
    found = walk([running, make_job(2)], PRINTERS, spools)
    assert found[2].picks[0].spool_ids == [2]


def test_what_is_reserved_is_for_its_job():
    def make(reserved):
        return [make_job(1, 60), make_job(2, 60, reserved=reserved)]

    assert statuses(make(None), [Spool(1, A, 100, 1, 1)]) == ["ready", "short"]
    # 60 of its 100 g are kept for the second.
    assert statuses(make({1: 60}), [Spool(1, A, 40, 1, 1)]) == ["short", "ready"]
    # The reserved spool is taken although another one is nearer to its end.
    spools = [Spool(1, A, 70, 1, 1), Spool(2, A, 0)]
    found = walk(make({2: 60}), PRINTERS, spools)
    assert found[1].picks[0].spool_ids == [1]
    assert found[2].picks[0].spool_ids == [2]


def test_what_is_reserved_for_a_held_print_stays_its_own():
    jobs = [make_job(1, 60, reserved={1: 60}, takes=False), make_job(2, 60)]
    assert statuses(jobs, [Spool(1, A, 40, 1, 1)]) == ["ready", "short"]


def test_a_spool_somebody_chose_will_do_whatever_its_filament():
    job = Job(1, [Need(1, 40, (A,), (7,))], 1, reserved={7: 40})
    found = walk([job], PRINTERS, [Spool(1, A, 900, 1, 1), Spool(7, B, 0)])
    assert found[1].picks[0].spool_ids == [7]


def test_one_spool_does_not_feed_two_tools():
    job = Job(1, [Need(1, 60, (A,)), Need(2, 60, (A,))], 2)
    assert statuses([job], [Spool(1, A, 500, 2, 1)]) == ["short"]
    spools = [Spool(1, A, 60, 2, 1), Spool(2, A, 60, 2, 2)]
    assert statuses([job], spools) == ["ready"]


# === WHICH PRINTER === #


def test_slots_and_materials():
    needs = [Need(1, 1, (A,)), Need(2, 1, (B,))]
    spools = [Spool(1, A, 10), Spool(2, B, 10)]
    wanted = Requirement(tools=2, material_ids=frozenset({7}))
    on_one = Job(1, needs, 1, requirement=wanted)
    found = walk([on_one], PRINTERS, spools)
    assert found[1].status == "no_printer"
    assert [code for code, _facts in found[1].misfits[1]] == ["slots"]
    anywhere = Job(1, needs, requirement=wanted)
    assert walk([anywhere], PRINTERS, spools)[1].printer_id == 2
    picky = [ONE, Printer(2, Capability(slots=4, material_ids=frozenset({8})))]
    found = walk([anywhere], picky, spools)
    assert found[1].status == "no_printer"
    assert list(found[1].misfits) == [1, 2]


def test_a_free_printer_before_a_busy_one_before_a_closed_one():
    spools = [Spool(1, A, 900)]
    printers = [
        Printer(1, closed="blocked"),
        Printer(2, busy=True),
        Printer(3),
        Printer(4),
    ]
    job = make_job(1, printer_id=None)
    assert walk([job], printers, spools)[1].printer_id == 3
    # What is loaded counts for more than what is free.
    spools[0].printer_id, spools[0].slot = 1, 1
    verdict = walk([job], printers, spools)[1]
    assert (verdict.printer_id, verdict.status) == (1, "ready")
    assert verdict.closed == "blocked"


def test_where_it_is_planned_unless_it_does_not_fit_there():
    spools = [Spool(1, A, 900, 1, 1)]
    job = make_job(1, printer_id=None, planned_id=2)
    assert walk([job], PRINTERS, spools)[1].printer_id == 2
    job.requirement = Requirement(nozzle_mm=0.6)
    narrow = Printer(2, Capability(nozzle_mms=(0.4,)))
    assert walk([job], [ONE, narrow], spools)[1].printer_id == 1


def test_how_it_stands_on_every_printer():
    wide = Requirement(nozzle_mm=0.6)
    printers = [ONE, FOUR, Printer(3, Capability(nozzle_mms=(0.4,)))]
    jobs = [make_job(1, 30), make_job(2, requirement=wide, reserved={2: 40})]
    spools = [Spool(1, A, 50, 1, 1), Spool(2, A, 0, 2, 1)]
    found = walk(jobs, printers, spools, everywhere=2)
    assert {number: verdict.status for number, verdict in found.everywhere.items()} == {
        1: "swap",
        2: "ready",
        3: "no_printer",
    }
    verdict = walk(jobs, printers, spools)[2]
    assert found.everywhere[1].picks == verdict.picks
    assert [code for code, _facts in found.everywhere[3].misfits[3]] == ["nozzle"]


def test_a_nozzle_is_changed_once():
    printer = Printer(1, Capability(nozzle_mms=(0.4, 0.6), mounted_mms=(0.4,)))
    wide = Requirement(nozzle_mm=0.6)
    jobs = [make_job(number, requirement=wide) for number in (1, 2)]
    found = walk(jobs, [printer], [Spool(1, A, 900, 1, 1)])
    assert [found[number].status for number in (1, 2)] == ["swap", "ready"]
    assert [code for code, _facts in found[1].changes] == ["nozzle"]
    assert walk(jobs[:1], [Printer(1)], [Spool(1, A, 900, 1, 1)])[1].status == "ready"


def test_a_surface_is_put_on_or_overruled():
    smooth = Requirement(surface_ids=frozenset({5}))
    spools = [Spool(1, A, 900, 1, 1)]
    both = Printer(1, Capability(surface_ids=frozenset({5, 6}), surface_id=6))
    found = walk([make_job(1, requirement=smooth)], [both], spools)
    assert found[1].status == "swap"
    rough = Printer(1, Capability(surface_ids=frozenset({6}), surface_id=6))
    job = make_job(1, requirement=smooth)
    assert statuses([job], spools, [rough]) == ["no_printer"]
    job.allowed = frozenset({"surface"})
    assert statuses([job], spools, [rough]) == ["ready"]


def test_what_is_no_advice_cannot_be_allowed():
    job = make_job(1, requirement=Requirement(nozzle_mm=0.6))
    job.allowed = frozenset({"nozzle", "surface"})
    printer = Printer(1, Capability(nozzle_mms=(0.4,), mounted_mms=(0.4,)))
    assert statuses([job], [Spool(1, A, 900, 1, 1)], [printer]) == ["no_printer"]


def test_heat_that_nobody_knows_of():
    def codes(wanted, **known):
        found = find_misfits(Requirement(**wanted), Capability(**known))
        return [code for code, _facts in found]

    assert codes({"nozzle_c": 220, "bed_c": 60}) == []
    assert codes({"nozzle_c": 280, "bed_c": 110, "chamber_c": 60}) == [
        "unknown_nozzle_c",
        "unknown_bed_c",
        "unknown_chamber_c",
    ]
    assert codes({"nozzle_c": 280}, max_nozzle_c=300) == []
    assert codes({"nozzle_c": 280}, max_nozzle_c=270) == ["nozzle_c"]


# === ON ITS WAY === #


def test_receipts_make_good_what_is_missing_in_the_order_of_the_queue():
    jobs = [make_job(1, 100), make_job(2, 50), make_job(3, 50), make_job(4, 50)]
    receipts = [Receipt(8, A, 70, "2027-03-09"), Receipt(7, A, 60, "2027-03-02")]
    found = walk(jobs, PRINTERS, [Spool(1, A, 100, 1, 1)], receipts)
    picks = [found[job.id].picks[0] for job in jobs]
    assert [pick.arrivals for pick in picks] == [
        [],
        [(7, 50)],
        [(7, 10), (8, 40)],
        [(8, 30)],
    ]
    assert [pick.uncovered for pick in picks] == [0, 0, 0, 20]


def test_what_arrives_is_told_to_held_prints_and_of_every_printer():
    receipts = [Receipt(7, A, 60, "2027-03-02")]
    jobs = [make_job(1, 50, takes=False), make_job(2, 50)]
    found = walk(jobs, PRINTERS, [], receipts, everywhere=2)
    assert found[1].picks[0].arrivals == [(7, 50)]
    assert found[2].picks[0].arrivals == [(7, 50)]
    for verdict in found.everywhere.values():
        assert verdict.picks[0].arrivals == [(7, 50)]


# === PROPERTIES === #

# Filaments 1 and 2 are doubles of each other, 3 has none.
KINDS = {1: (1, 2), 2: (2, 1), 3: (3,)}
grams = st.integers(0, 3000).map(lambda hundredths: hundredths / 10)


@st.composite
def farms(draw, several=True, requirements=True):
    """A farm: jobs, printers, spools, receipts; ids tell their position."""
    printers = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        nozzles = draw(st.sampled_from([(0.4,), (0.4, 0.6), ()]))
        surfaces = draw(st.sampled_from([(), (5,), (5, 6)]))
        capability = Capability(
            slots=draw(st.integers(1, 3)),
            nozzle_mms=nozzles,
            mounted_mms=nozzles[:1],
            surface_ids=frozenset(surfaces),
            surface_id=surfaces[0] if surfaces else 0,
        )
        printers.append(
            Printer(
                number,
                capability,
                draw(st.sampled_from(["", "", "blocked"])),
                draw(st.booleans()),
            )
        )
    holes = [
        (printer.id, slot)
        for printer in printers
        for slot in range(1, printer.capability.slots + 1)
    ]
    holes = draw(st.permutations(holes)) + [(None, 0)] * 20
    spools = [
        Spool(number, draw(st.integers(1, 3)), draw(grams), *holes.pop(0))
        if draw(st.booleans())
        else Spool(number, draw(st.integers(1, 3)), draw(grams))
        for number in range(1, draw(st.integers(0, 7)) + 1)
    ]
    jobs = []
    used = set()
    for number in range(1, draw(st.integers(1, 7)) + 1):
        products = draw(
            st.lists(st.sampled_from([1, 2, 3] if several else [1, 3]), max_size=3)
        )
        if not several:
            products = list(dict.fromkeys(products))
        needs = [
            Need(tool, draw(grams) or 1.0, KINDS[product])
            for tool, product in enumerate(products, start=1)
        ]
        job = Job(
            number,
            needs,
            draw(st.one_of(st.none(), st.integers(1, len(printers)))),
            takes=draw(st.sampled_from([True, True, True, False])),
            planned_id=draw(st.sampled_from([None, None, 1, 2, 9])),
            requirement=Requirement(tools=max(1, len(needs))),
        )
        if requirements:
            job.requirement = Requirement(
                tools=len(needs),
                nozzle_mm=draw(st.sampled_from([0.0, 0.4, 0.6])),
                nozzle_c=draw(st.sampled_from([0.0, 210.0, 280.0])),
                surface_ids=draw(st.sampled_from([frozenset(), frozenset({6})])),
            )
            job.allowed = draw(
                st.sampled_from(
                    [frozenset(), frozenset({"surface", "unknown_nozzle_c"})]
                )
            )
        free = [spool for spool in spools if spool.id not in used and spool.grams > 1]
        if free and draw(st.integers(0, 3)) == 0:
            spool = draw(st.sampled_from(free))
            used.add(spool.id)
            kept = round(spool.grams * draw(st.sampled_from([0.3, 1.0])), 1)
            if spool.printer_id and draw(st.booleans()):
                job.picks, job.printer_id = {spool.id: kept}, spool.printer_id
            elif any(spool.product_id in need.product_ids for need in needs):
                spool.grams -= kept
                job.reserved = {spool.id: kept}
        jobs.append(job)
    receipts = [
        Receipt(number, draw(st.integers(1, 3)), draw(grams), draw(st.integers(1, 9)))
        for number in range(1, draw(st.integers(0, 3)) + 1)
    ]
    return jobs, printers, spools, receipts


def tell(found, jobs):
    """What the slow reference tells, of a walk."""
    return {
        job.id: (
            found[job.id].status,
            found[job.id].printer_id,
            [
                (
                    pick.tool,
                    [
                        (take.spool_id, round(take.grams, 2), take.load)
                        for take in pick.takes
                    ],
                    round(pick.missing, 2),
                    [(number, round(part, 2)) for number, part in pick.arrivals],
                )
                for pick in found[job.id].picks
            ],
            [code for code, _facts in found[job.id].changes],
        )
        for job in jobs
    }


@given(farms())
def test_equals_the_slow_reference(farm):
    jobs = farm[0]
    assert tell(walk(*farm), jobs) == walk_slowly(*farm)


@given(farms())
def test_the_walk_changes_nothing_it_is_given(farm):
    before = copy.deepcopy(farm)
    walk(*farm)
    assert farm == before


@given(farms())
def test_no_spool_is_promised_more_than_it_holds(farm):
    jobs, _printers, spools, _receipts = farm
    found = walk(*farm)
    held = {spool.id: spool.grams for spool in spools}
    for job in jobs:
        for spool_id, kept in (job.reserved or {}).items():
            held[spool_id] += kept
    for spool_id, claims in found.claims.items():
        assert sum(part for _job, part in claims) <= held[spool_id] + EPSILON
    for job in jobs:
        verdict = found[job.id]
        taken = [number for pick in verdict.picks for number in pick.spool_ids]
        assert len(taken) == len(set(taken))
        for need, pick in zip(job.needs, verdict.picks, strict=False):
            parts = sum(take.grams for take in pick.takes)
            assert parts + pick.missing == pytest.approx(need.grams, abs=EPSILON)
            for take in pick.takes:
                assert 0 < take.grams <= take.before + EPSILON
                earlier = found.claims.get(take.spool_id, ())[: take.claims]
                assert len(earlier) == take.claims


@given(farms(), st.data())
def test_later_prints_change_nothing_for_earlier_ones(farm, data):
    jobs, printers, spools, receipts = farm
    count = data.draw(st.integers(0, len(jobs)))
    # What prints at the end of the queue keeps its spools all the same.
    first = jobs[:count] + [job for job in jobs[count:] if job.picks is not None]
    fewer = walk(first, printers, spools, receipts)
    everything = walk(jobs, printers, spools, receipts)
    assert tell(fewer, first[:count]) == tell(everything, first[:count])


@given(farms(), st.data())
def test_it_does_not_matter_in_which_order_one_asks(farm, data):
    jobs, printers, spools, receipts = farm
    piecewise = walk(jobs, printers, spools, receipts)
    for job in data.draw(st.permutations(jobs)):
        piecewise.get(job.id)
    everything = walk(jobs, printers, spools, receipts)
    assert everything.verdicts == piecewise.verdicts
    assert everything.claims == piecewise.claims


def test_the_queue_is_walked_as_far_as_is_asked():
    class Watched(list):
        """Needs that know whether somebody looked at them."""

        looked = False

        def __iter__(self):
            self.looked = True
            return super().__iter__()

    needs = [Watched([Need(1, 60, (A,))]) for _number in range(3)]
    jobs = [Job(number, item, 1) for number, item in enumerate(needs, 1)]
    found = walk(jobs, PRINTERS, [Spool(1, A, 100, 1, 1)])
    assert found[2].missing == 20
    assert [item.looked for item in needs] == [True, True, False]
    assert found.get(99) is None
    assert not needs[2].looked
    assert len(found.verdicts) == 3


@given(farms(several=False, requirements=False), st.data())
def test_more_filament_makes_nothing_worse(farm, data):
    """Whoever had enough has enough, and nobody lacks more than before.

    Which spool is loaded may change: a fuller one in the printer may serve an earlier
    print, and the next one then needs another.
    """
    jobs, printers, spools, receipts = farm
    before = walk(jobs, printers, spools, receipts)
    more = copy.deepcopy(spools)
    added = data.draw(grams)
    if more and data.draw(st.booleans()):
        data.draw(st.sampled_from(more)).grams += added
    else:
        more.append(Spool(99, data.draw(st.integers(1, 3)), added))
    after = walk(jobs, printers, more, receipts)
    for job in jobs:
        old, new = before[job.id], after[job.id]
        if old.status in FED:
            assert new.status in FED
        assert new.missing <= old.missing + EPSILON * len(jobs)
        assert (old.status == "no_printer") == (new.status == "no_printer")


@given(farms(several=False, requirements=False), st.data())
def test_another_receipt_makes_nothing_worse(farm, data):
    jobs, printers, spools, receipts = farm
    before = walk(jobs, printers, spools, receipts)
    extra = Receipt(99, data.draw(st.integers(1, 3)), data.draw(grams), 5)
    after = walk(jobs, printers, spools, [*receipts, extra])
    for job in jobs:
        for old, new in zip(before[job.id].picks, after[job.id].picks, strict=True):
            assert new.uncovered <= old.uncovered + EPSILON * len(jobs)
