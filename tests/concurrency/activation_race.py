"""Two people choose the version of a variant at the same moment, each another one.

    activation_race.py DATABASE

What was found is printed as JSON.
"""

import json
import sys

from racing import connect, race

from odoo import SUPERUSER_ID, Command, api

GRAMS = (10.0, 20.0, 30.0)


def build(env):
    """Make a variant with a draft version for each of :data:`GRAMS`."""
    filament = env["product.product"].create(
        {
            "name": "Race PLA",
            "is_filament": True,
            "material_id": env.ref("print3d_inventory.material_pla").id,
            "colour_hexes": "#112233",
        }
    )
    product = env["product.product"].create(
        {"name": "Race Vase", "is_print3d_model": True}
    )
    return env["print3d.slice"].create(
        [
            {
                "product_id": product.id,
                "read_state": "done",
                "plate_ids": [
                    Command.create(
                        {
                            "time_s": 3600,
                            "filament_ids": [
                                Command.create(
                                    {
                                        "weight_g": grams,
                                        "weight_known": True,
                                        "product_id": filament.id,
                                    }
                                )
                            ],
                        }
                    )
                ],
            }
            for grams in GRAMS
        ]
    )


def look(env, versions):
    """What is on record after a race."""
    env.invalidate_all()
    product = versions.product_id
    active = versions.filtered(lambda version: version.state == "active")
    boms = env["mrp.bom"].search([("product_id", "=", product.id)])
    return {
        "active": active.mapped("number"),
        "of_product": product.active_slice_id.mapped("number"),
        "boms": len(boms),
        "printed": boms.operation_ids.plate_id.slice_id.mapped("number"),
        "grams_fit": boms.bom_line_ids.mapped("product_qty")
        == [sum(active.mapped("weight_g"))],
    }


def main(database):
    """Run all races; print what came of them."""
    registry = connect(database)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["mrp.workcenter"].create({"name": "Race Printer", "is_printer": True})
    found = {}
    for name, former, acts in (
        ("first_ever", None, ((0, "action_activate"), (1, "action_activate"))),
        ("two_new", 0, ((1, "action_activate"), (2, "action_activate"))),
        ("one_twice", 0, ((1, "action_activate"), (1, "action_activate"))),
        ("forth_and_back", 1, ((0, "_roll_back"), (2, "action_activate"))),
        ("out_and_in", 0, ((0, "action_retire"), (1, "action_activate"))),
    ):
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            versions = build(env)
            if former is not None:
                versions[0].action_activate()
                versions[former].action_activate()
            cr.commit()
            answers = race(
                registry, *((versions[index], method) for index, method in acts)
            )
            # A new snapshot, in which the others' work can be seen.
            cr.commit()
            found[name] = {"answers": answers, **look(env, versions)}
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
