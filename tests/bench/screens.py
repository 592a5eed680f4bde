"""Queries and time of the screens people look at most, with 20 and with 200 records.

A screen that asks the database once a record is slow the day the shop grows; so the
count must not grow from 20 to 200. The fields asked for are those of the very
views, taken from what the server hands to the browser.
"""

import time

from odoo.fields import Command

FEW, MANY = 20, 200
SCREENS = (
    ("library", "product.template", "kanban", [("is_print3d_model", "=", True)]),
    ("spool list", "stock.lot", "list", [("is_spool", "=", True)]),
    ("spool board", "stock.lot", "kanban", [("is_spool", "=", True)]),
    ("queue board", "print3d.run", "kanban", [("state", "=", "queued")]),
)
ACTIONS = {
    "product.template": "print3d_library.product_template_action",
    "stock.lot": "print3d_inventory.print3d_spool_action",
    "print3d.run": "print3d_production.print3d_run_action",
}


def run(env, _args):
    """Measure every screen as the owner of the shop sees it."""
    _make_records(env)
    result = {}
    print(
        f"{'screen':<14}{'queries at 20':>14}{'at 200':>9}{'ms at 20':>10}{'at 200':>9}"
    )
    for name, model, kind, domain in SCREENS:
        fields = _fields_of(env, model, kind)
        few, few_ms = _measure(env, model, domain, fields, FEW)
        many, many_ms = _measure(env, model, domain, fields, MANY)
        result[name] = {"queries_20": few, "queries_200": many}
        print(f"{name:<14}{few:>14}{many:>9}{few_ms:>10.0f}{many_ms:>9.0f}")
        # Fewer is possible: the queue looks beyond the runs shown when not all are.
        assert many <= few, f"{name}: {few} queries for {FEW}, {many} for {MANY}"
    return result


def _fields_of(env, model, kind):
    """What the view of the screen's action asks for, as the browser asks it."""
    action = env.ref(ACTIONS[model])
    views = env[model].get_views([view for view in action.views if view[1] == kind])
    return {
        name: {"fields": {"display_name": {}}} if _is_relation(env, model, name) else {}
        for name in views["models"][model]["fields"]
    }


def _is_relation(env, model, name):
    return env[model]._fields[name].type == "many2one"


def _measure(env, model, domain, fields, limit):
    """Queries and milliseconds on a cold cache, with the registry's caches warm."""

    def load():
        found = env[model].web_search_read(domain, fields, limit=limit)
        assert len(found["records"]) == limit, f"{model}: {len(found['records'])}"

    # Twice: what the first fills is looked up by the second, in a new way.
    for _time in range(2):
        load()
        env.flush_all()
        env.invalidate_all()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    load()
    return env.cr.sql_log_count - queries, 1000 * (time.perf_counter() - start)


def _make_records(env):
    """Two hundred models with a version, spools with filament, and waiting runs."""
    material = env["print3d.material"].search([], limit=1)
    filament = env["product.product"].create(
        {
            "name": "Bench filament",
            "is_filament": True,
            "material_id": material.id,
            "colour_hexes": "#336699",
        }
    )
    spools = env["stock.lot"].create(
        [{"product_id": filament.id, "name": f"BENCH-{n}"} for n in range(MANY)]
    )
    place = env["stock.warehouse"].search([], limit=1).lot_stock_id
    for spool in spools:
        env["stock.quant"]._update_available_quantity(
            filament, place, 700.0, lot_id=spool
        )
    products = env["product.product"].create(
        [{"name": f"Bench {n}", "is_print3d_model": True} for n in range(MANY)]
    )
    env["mrp.workcenter"].create({"name": "Bench", "is_printer": True, "slot_count": 1})
    versions = env["print3d.slice"].create(
        [_prepare_version(product, filament, material) for product in products]
    )
    versions.action_activate()
    env["print3d.run"].create(
        [{"plate_id": plate.id, "state": "queued"} for plate in versions.plate_ids]
    )
    env.flush_all()


def _prepare_version(product, filament, material):
    """A version that was read, without a file."""
    need = {
        "tool": 1,
        "weight_g": 50,
        "weight_known": True,
        "product_id": filament.id,
        "filament_type": material.name,
        "colour": filament.colour_hexes,
    }
    plate = {"index": 1, "time_s": 3600, "filament_ids": [Command.create(need)]}
    return {
        "product_id": product.id,
        "read_state": "done",
        "plate_ids": [Command.create(plate)],
    }
