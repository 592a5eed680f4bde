"""Several people acting at the same moment, each as Odoo would serve them.

Each act is a transaction of its own in a thread of its own; all have read their record
before any acts, and all go through what Odoo does with every request: try again when
PostgreSQL says that somebody else was faster.
"""

import threading
from functools import partial

import odoo.service.server
import odoo.tools
from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying


def connect(database):
    """The registry of a database, in a program that is no Odoo server."""
    odoo.tools.config.parse_config(
        ["--database", database, "--log-level=critical"], setup_logging=True
    )
    odoo.service.server.load_server_wide_modules()
    return Registry(database)


def race(registry, *acts):
    """Let several acts happen at once; return what each answered.

    :param acts: (record, method, *arguments) each; arguments are no records
    :return: what the methods returned, or the message of the UserError
    """
    barrier, answers = threading.Barrier(len(acts)), []
    threads = [
        threading.Thread(
            target=partial(
                _act, registry, barrier, answers, record._name, record.id, *words
            )
        )
        for record, *words in acts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return sorted(answers, key=str)


def _act(registry, barrier, answers, model, record_id, method, *args):
    met = []
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})

        def once():
            record = env[model].browse(record_id)
            record.display_name  # noqa: B018  all see the record before any acts
            if not met:
                met.append(True)
                barrier.wait(timeout=60)
            return getattr(record, method)(*args)

        try:
            answers.append(retrying(once, env))
        except UserError as error:
            cr.rollback()
            answers.append(str(error))


def make_spools(env, grams=1000.0):
    """Make a filament and put two spools of it on the shelf.

    :param float grams: on each spool
    :return: the filament (product.product) and its spools (stock.lot)
    """
    filament = env["product.product"].create(
        {
            "name": "Race PLA",
            "is_filament": True,
            "material_id": env.ref("print3d_inventory.material_pla").id,
            "colour_hexes": "#112233",
        }
    )
    warehouse = env["stock.warehouse"].search([], limit=1)
    wizard = env["print3d.spool.add"].create(
        {
            "product_id": filament.id,
            "count": 2,
            "net_weight_g": grams,
            "price_per_kg": 20,
            "location_id": warehouse.lot_stock_id.id,
        }
    )
    return filament, wizard._add_spools()
