"""Where a model of CP-SAT begins: the plan as it is."""


def add_hints(whole):
    """Tell a model the values that its variables have in the plan as it is.

    :param whole: the `model.Model`, complete but for this
    """
    model, part, problem = whole.model, whole.part, whole.problem
    rows = {printer.id: [] for printer in part.printers}
    for placing in whole.old.values():
        rows[placing.printer_id].append(placing)
    ends = [placing.end for placing in whole.old.values()]
    values = {("last", None): max([part.makespan, *ends])}
    for printer_id, row in rows.items():
        row.sort(key=lambda placing: placing.start)
        chain = [None, *(placing.job_id for placing in row), None]
        for before, after in zip(chain, chain[1:], strict=False):
            values[before, after, printer_id] = 1
        for placing in row:
            for filament in problem.job_of[placing.job_id].filaments:
                values["used", filament, printer_id] = 1
        tail = part.tails[printer_id]
        values["through", printer_id] = row[-1].end if row else tail
    for job_id, placing in whole.old.items():
        due = problem.job_of[job_id].due
        late = 0 if due is None else max(placing.end - due, 0)
        values["late", job_id] = late
        # What the model takes the work before it to be, not what it is.
        setup = _get_setup(whole, placing, rows[placing.printer_id])
        model.add_hint(whole.begin[job_id], placing.start - setup)
        model.add_hint(whole.setup[job_id], setup)
        model.add_hint(whole.end[job_id], placing.end)
        for printer in part.printers:
            on = whole.on.get((job_id, printer.id))
            if on is not None:
                model.add_hint(on, printer.id == placing.printer_id)
    for key, variable in whole.hinted.items():
        model.add_hint(variable, values.get(key, 0))


def _get_setup(whole, placing, row):
    place = row.index(placing)
    job_of = whole.problem.job_of
    before = job_of[row[place - 1].job_id] if place else None
    printer = whole.problem.printer_of[placing.printer_id]
    return whole.get_change(printer, before, job_of[placing.job_id])[0]
