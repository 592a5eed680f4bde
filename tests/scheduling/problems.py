"""Problems of every kind for Hypothesis: small, and with everything that can be."""

from hypothesis import strategies as st
from scheduling.capability import Capability, Requirement
from scheduling.problem import Problem
from scheduling.shop import (
    Filament,
    Job,
    Printer,
    Shop,
    Weights,
)

DAY = 24 * 60
FILAMENTS = [Filament(1, 1), Filament(2, 1), Filament(3, 2), Filament(4, 3)]


@st.composite
def spans(draw, most=3, until=4 * DAY):
    """Stretches of time that may touch and overlap."""
    starts = draw(st.lists(st.integers(0, until), max_size=most))
    return tuple((start, start + draw(st.integers(1, 600))) for start in starts)


@st.composite
def attended(draw):
    """Somebody is there by day, or always, or never."""
    kind = draw(st.sampled_from(("days", "days", "days", "always", "never")))
    if kind == "always":
        return ((0, 60 * DAY),)
    if kind == "never":
        return ()
    opens, lasts = draw(st.integers(0, 600)), draw(st.integers(60, 700))
    return tuple(
        (day * DAY + opens, day * DAY + opens + lasts)
        for day in range(40)
        if day % 7 not in (5, 6)
    )


@st.composite
def printers(draw, number):
    slots = draw(st.sampled_from((1, 1, 2, 4)))
    busy = draw(st.sampled_from((0, 0, 30, 400)))
    return Printer(
        number,
        Capability(
            bed_mm=draw(st.sampled_from(((), (200.0,) * 3, (300.0,) * 3))),
            nozzle_mms=(0.4, 0.6),
            mounted_mms=draw(st.sampled_from(((), (0.4,), (0.6,), (0.4, 0.6)))),
            slots=slots,
        ),
        loaded=tuple(draw(st.lists(st.sampled_from(FILAMENTS), max_size=slots))),
        busy_until=busy,
        heats_until=draw(st.sampled_from((0, 5))),
        needs_clearing=draw(st.booleans()),
        is_dirty=draw(st.booleans()),
        closed=draw(spans()),
        watts=draw(st.sampled_from((0, 100, 150))),
        heat_watts=draw(st.sampled_from((0, 300, 500))),
        idle_watts=draw(st.sampled_from((0, 10))),
    )


@st.composite
def jobs(draw, number, printer_count):
    filaments = tuple(
        draw(st.lists(st.sampled_from(FILAMENTS), max_size=2, unique=True))
    )
    printer_id = draw(
        st.none() | st.integers(1, printer_count + draw(st.integers(0, 1)))
    )
    start = None
    if printer_id is not None:
        start = draw(st.none() | st.none() | st.integers(0, 2 * DAY))
    return Job(
        number,
        draw(st.integers(1, 900)),
        filaments,
        Requirement(
            size_mm=draw(st.sampled_from(((), (100.0,) * 3, (250.0,) * 3))),
            nozzle_mm=draw(st.sampled_from((0.0, 0.4, 0.4, 0.6))),
            tools=max(len(filaments), 1),
        ),
        due=draw(st.none() | st.integers(-300, 3 * DAY)),
        weight=draw(st.sampled_from((1, 1, 3))),
        release=draw(st.sampled_from((0, 0, 0, 200, 2000))),
        printer_id=printer_id,
        start=start,
        rank=draw(st.integers(0, 5)),
        preferred_id=draw(st.none() | st.integers(1, printer_count)),
        blocked=draw(st.sampled_from(("", "", "", "", "", "no_filament"))),
    )


@st.composite
def problems(draw, most=9):
    """A whole problem; what is in it may well have no place."""
    count = draw(st.integers(1, 4))
    return Problem(
        [
            draw(jobs(number, count))
            for number in range(1, draw(st.integers(1, most)) + 1)
        ],
        [draw(printers(number)) for number in range(1, count + 1)],
        draw(attended()),
        Shop(
            clear_minutes=draw(st.integers(0, 10)),
            colour_minutes=draw(st.integers(0, 10)),
            material_minutes=draw(st.integers(0, 20)),
            nozzle_minutes=draw(st.integers(0, 30)),
            people=draw(st.sampled_from((0, 1, 1, 2))),
            power_watts=draw(st.sampled_from((0, 0, 400, 700))),
            heat_minutes=draw(st.sampled_from((0, 5, 15))),
        ),
        Weights(
            late=draw(st.integers(0, 100)),
            swap=draw(st.integers(0, 20)),
            makespan=draw(st.integers(0, 5)),
            waiting=draw(st.integers(0, 2)),
        ),
    )
