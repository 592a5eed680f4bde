"""Four people reserve one spool, and four open a spool of one filament, at once.

    spool_reserve_race.py DATABASE

What was found is printed as JSON.
"""

import json
import sys

from racing import connect, race
from slot_load_race import build

from odoo import SUPERUSER_ID, api

PEOPLE = 4
EACH_G = 400.0


def main(database):
    """Run the races; print what came of them."""
    registry = connect(database)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        _slot, spools = build(env)
        spool, filament = spools[0], spools.product_id
        cr.commit()
        answers = race(registry, *[(spool, "_print3d_reserve", EACH_G)] * PEOPLE)
        opened = race(registry, *[(filament, "_print3d_open_spool")] * PEOPLE)
        # A new snapshot, in which the others' work can be seen.
        cr.commit()
        env.invalidate_all()
        found = {
            "refused": [answer for answer in answers if isinstance(answer, str)],
            "reserved_g": spool.reserved_g,
            "free_g": spool.free_g,
            "opened": len({lot.id for lot in opened if not isinstance(lot, str)}),
            "open": len(spools.filtered("opened_on")),
            "grams": spools.mapped("remaining_g"),
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
