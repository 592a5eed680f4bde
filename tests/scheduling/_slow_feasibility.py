"""The walk along the queue once more, in the plainest way: printer by printer.

Everything is looked at anew for each print and each printer; nothing is remembered but
grams, places and what is mounted. It is slow, and short enough to be read.
"""

from dataclasses import replace

from scheduling.capability import misfits
from scheduling.feasibility import ADVICE, EPSILON, RANK, USUAL_C


def walk(jobs, printers, spools, receipts=()):
    """Return {job id: (status, printer id, [(tool, [(spool, grams, load)], missing,
    [(receipt, grams)])], codes of changes)}, grams rounded to the hundredth."""
    left = {spool.id: spool.grams for spool in spools}
    where = {spool.id: spool.printer_id for spool in spools}
    arriving = {receipt.id: receipt.grams for receipt in receipts}
    mounted = {printer.id: printer.capability for printer in printers}
    slots = {
        printer.id: [
            next(
                (
                    spool.id
                    for spool in spools
                    if spool.printer_id == printer.id and spool.slot == number
                ),
                None,
            )
            for number in range(1, printer.capability.slots + 1)
        ]
        for printer in printers
    }
    printing = {spool_id for job in jobs for spool_id in job.picks or ()}
    found = {}
    for job in jobs:
        for spool_id, grams in (job.picks or {}).items():
            left[spool_id] -= grams
    for job in jobs:
        if job.picks is not None:
            found[job.id] = ("ready", job.printer_id, [], [])
            continue
        for spool_id, grams in (job.reserved or {}).items():
            left[spool_id] += grams
        answers = [
            judge(job, place, printer, mounted, spools, left, where, printing)
            for place, printer in enumerate(printers)
            if job.printer_id in (None, printer.id) and suits(job, mounted[printer.id])
        ]
        planned = [item for item in answers if item["printer"] == job.planned_id]
        if planned and not job.printer_id:
            answers = planned
        if not answers:
            answer = None
            found[job.id] = ("no_printer", job.printer_id, [], [])
        else:
            answer = min(answers, key=lambda item: item["key"])
        if answer is None or not job.takes:
            for spool_id, grams in (job.reserved or {}).items():
                left[spool_id] -= grams
        elif answer:
            for spool_id, grams, _load in sum(
                (takes for _tool, takes, _missing in answer["picks"]), []
            ):
                left[spool_id] -= grams
            prepare(answer, slots, where, left, mounted)
        if answer:
            # A print that is held leaves what arrives to the others, too.
            coming = arriving if job.takes else dict(arriving)
            found[job.id] = (
                answer["status"],
                answer["printer"],
                [
                    (
                        tool,
                        [
                            (spool, round(grams, 2), load)
                            for spool, grams, load in takes
                        ],
                        round(missing, 2),
                        expect(job, tool, missing, receipts, coming),
                    )
                    for tool, takes, missing in answer["picks"]
                ],
                [code for code, _facts in answer["changes"]],
            )
    return found


def suits(job, capability):
    return not (set(find_codes(job, capability)) - (job.allowed & ADVICE))


def find_codes(job, capability):
    codes = [code for code, _facts in misfits(job.requirement, capability)]
    for name, usual in USUAL_C.items():
        if getattr(job.requirement, name) > usual:
            if not getattr(capability, f"max_{name}"):
                codes.append(f"unknown_{name}")
    return codes


def judge(job, place, printer, mounted, spools, left, where, printing):
    capability = mounted[printer.id]
    changes = [
        (code, facts)
        for code, facts in misfits(job.requirement, capability, mounted=True)
        if code in ("nozzle", "surface") and code not in find_codes(job, capability)
    ]
    picks, used = [], set()
    for need in job.needs:
        fitting = []
        for spool in spools:
            grams = left[spool.id]
            if grams <= EPSILON:
                continue
            if spool.id in need.spool_ids:
                rank = 0
            elif spool.product_id in need.product_ids:
                rank = need.product_ids.index(spool.product_id)
            else:
                continue
            lasts = grams + EPSILON >= need.grams
            if where[spool.id] == printer.id:
                distance = 0
            elif spool.id in printing:
                distance = 3
            else:
                distance = 2 if where[spool.id] else 1
            key = (
                spool.id not in (job.reserved or ()),
                not lasts,
                distance,
                rank,
                grams if lasts else -grams,
                spool.slot,
                spool.id,
            )
            fitting.append((key, spool.id, grams))
        takes, rest = [], need.grams
        for _key, spool_id, grams in sorted(fitting):
            if rest > EPSILON and spool_id not in used:
                part = min(grams, rest)
                takes.append((spool_id, part, where[spool_id] != printer.id))
                rest -= part
        used |= {spool_id for spool_id, _grams, _load in takes}
        picks.append((need.tool, takes, rest if rest > EPSILON else 0.0))
    missing = sum(pick[2] for pick in picks)
    loads = sum(load for _tool, takes, _missing in picks for _s, _g, load in takes)
    if missing > EPSILON:
        status = "short"
        for need, (_tool, takes, lacking) in zip(job.needs, picks, strict=True):
            there = any(spool.product_id in need.product_ids for spool in spools)
            if lacking and not takes and not there:
                status = "no_stock"
    elif changes or loads or any(len(takes) > 1 for _tool, takes, _m in picks):
        status = "swap"
    else:
        status = "ready"
    return {
        "status": status,
        "printer": printer.id,
        "picks": picks,
        "changes": changes,
        "key": (
            RANK[status],
            bool(find_codes(job, capability)),
            bool(printer.closed),
            printer.busy,
            len(changes) + loads,
            round(missing, 2),
            place,
        ),
    }


def prepare(answer, slots, where, left, mounted):
    printer_id = answer["printer"]
    own = slots[printer_id]
    chosen = {spool for _tool, takes, _m in answer["picks"] for spool, _g, _l in takes}
    firsts = [takes[0][0] for _tool, takes, _m in answer["picks"] if takes]
    rest = [
        spool
        for _tool, takes, _m in answer["picks"]
        for spool, _g, _l in takes[1:]
        if spool not in firsts
    ]
    for spool_id in firsts + rest:
        if spool_id in own:
            continue
        free = [at for at, held in enumerate(own) if held is None]
        if not free and spool_id in firsts:
            spare = [at for at, held in enumerate(own) if held not in chosen]
            empty = [at for at in spare if left[own[at]] <= EPSILON]
            free = (empty or spare)[:1]
        if not free:
            continue
        if own[free[0]] is not None:
            where[own[free[0]]] = None
        old = slots.get(where[spool_id])
        if old and spool_id in old:
            old[old.index(spool_id)] = None
        own[free[0]] = spool_id
        where[spool_id] = printer_id
    for code, facts in answer["changes"]:
        capability = mounted[printer_id]
        if code == "nozzle":
            capability = replace(capability, mounted_mms=(facts["wanted"],))
        else:
            there = facts["wanted"] & capability.surface_ids or facts["wanted"]
            capability = replace(capability, surface_id=min(there))
        mounted[printer_id] = capability


def expect(job, tool, missing, receipts, arriving):
    [need] = [need for need in job.needs if need.tool == tool]
    found, rest = [], missing
    for receipt in sorted(receipts, key=lambda item: (item.date, item.id)):
        if receipt.product_id in need.product_ids and rest > EPSILON:
            part = min(max(arriving[receipt.id], 0.0), rest)
            if part > EPSILON:
                arriving[receipt.id] -= part
                rest -= part
                found.append((receipt.id, round(part, 2)))
    return found
