"""Which part of a plan is planned anew next, and how it is put back."""

from heapq import heapify, heappop, heapreplace

from .model import Part

# Printers of a piece, and how often the print it is about is any at all.
PRINTERS, BY_CHANCE = 3, 0.3
# More late minutes than these make a print no likelier.
LATE_MINUTES = 600


def choose(problem, plan, size, random):
    """Return what is planned anew next (Part), or ``None`` when nothing can be.

    :param int size: how many prints
    :param random: what decides (random.Random)
    """
    rows = plan.by_printer()
    free = [
        placing
        for placing in plan.placings.values()
        if problem.job_of[placing.job_id].start is None
    ]
    if not free:
        return None
    first = _pick(problem, free, random)
    candidates = problem.candidates[first.job_id]
    others = [item for item in candidates if item.id != first.printer_id]
    random.shuffle(others)
    printers = [problem.printer_of[first.printer_id], *others[: PRINTERS - 1]]
    # Where it begins: before the print it is about, or anywhere.
    start = random.choice((first.start, first.start // 2, random.choice(free).start))
    start = min(start, first.start)
    pieces = sorted(
        (
            placing
            for printer in printers
            for placing in rows.get(printer.id, ())
            if placing.start >= start
        ),
        key=lambda placing: (placing.start, placing.job_id),
    )[:size]
    return _get_part(problem, plan, printers, {item.job_id for item in pieces})


def _pick(problem, free, random):
    """Return a print that costs something, or by chance any."""
    if random.random() < BY_CHANCE:
        return random.choice(free)
    prices = []
    for placing in free:
        job = problem.job_of[placing.job_id]
        late = max(placing.end - job.due, 0) if job.due is not None else 0
        prices.append(
            1
            + problem.weights.late * job.weight * min(late, LATE_MINUTES)
            + problem.weights.swap * 60 * placing.swaps
        )
    return random.choices(free, prices)[0]


def _get_part(problem, plan, printers, ids):
    """Return the part in which some prints of some printers are free (Part)."""
    tails, states, after, fixed = {}, {}, {}, []
    weights, rows = problem.weights, plan.by_printer()
    printer_ids = {printer.id for printer in printers}
    makespan = 0
    for printer in problem.printers:
        row = rows.get(printer.id, ())
        if printer.id not in printer_ids:
            fixed += row
            makespan = max(makespan, row[-1].end if row else 0)
            continue
        tail, state = printer.busy_until, problem.get_first_state(printer)
        price, is_behind = 0, False
        for placing in row:
            job = problem.job_of[placing.job_id]
            if placing.job_id in ids:
                is_behind = True
            elif is_behind:
                price += weights.waiting * job.weight
                if job.due is not None and placing.end >= job.due:
                    price += weights.late * job.weight
            else:
                tail = placing.end
                state = problem.get_change(printer, state, job).after
                fixed.append(placing)
        tails[printer.id], states[printer.id] = tail, state
        after[printer.id] = price
    jobs = [job for job in problem.jobs if job.id in ids]
    return Part(jobs, printers, tails, states, plan, fixed, after, makespan)


def put_in(plan, part, solution):
    """Put what was found for a part into the order of the rest.

    :return: pairs of (job id, printer id), as `heuristic.replay` wants them
    :rtype: list[tuple]
    """
    rows = {printer_id: list(row) for printer_id, row in plan.by_printer().items()}
    moved = {placing.job_id for placing in solution.placings}
    for printer in part.printers:
        row = rows.get(printer.id, [])
        new = sorted(
            (item for item in solution.placings if item.printer_id == printer.id),
            key=lambda item: (item.start, item.job_id),
        )
        places = [number for number, item in enumerate(row) if item.job_id in moved]
        kept = [item for item in row if item.job_id not in moved]
        if places:
            cut = places[0]
        else:
            cut = sum(item.end <= part.tails[printer.id] for item in kept)
        rows[printer.id] = [*kept[:cut], *new, *kept[cut:]]
    return _merge(rows)


def _merge(rows):
    """Put the prints of several printers into one order in which to place them.

    The order of each printer stays; between printers what starts earlier is earlier.

    :param dict rows: {printer id: placings in the order of the printer}
    :return: pairs of (job id, printer id)
    :rtype: list[tuple]
    """
    heads = [(row[0].start, printer_id, 0) for printer_id, row in rows.items() if row]
    heapify(heads)
    merged = []
    while heads:
        start, printer_id, place = heads[0]
        row = rows[printer_id]
        merged.append((row[place].job_id, printer_id))
        if place + 1 == len(row):
            heappop(heads)
        else:
            heapreplace(
                heads, (max(start, row[place + 1].start), printer_id, place + 1)
            )
    return merged
