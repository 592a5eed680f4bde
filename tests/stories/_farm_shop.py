"""The shop of the story of the farm: its printers, spools, models, and its people."""

import random
from datetime import datetime, timedelta

from odoo.fields import Command

BEGIN = datetime(2026, 3, 2, 6)
DAYS = 3
# When somebody is there to load, clear, start and look.
OPENS, CLOSES = 7, 19
KWH_PRICE = 0.32
PRICE_KG = 20.0
# Name, slots, rate an hour, W, cleared by hand, and whether it tells by itself.
PRINTERS = (
    ("Ada", 4, 2.4, 130, True, True),
    ("Bea", 4, 2.4, 130, True, True),
    ("Cid", 1, 1.2, 90, True, True),
    ("Dot", 1, 1.2, 90, True, False),
    ("Eli", 1, 1.2, 90, True, False),
    ("Fay", 2, 1.8, 110, False, True),
)
# Material, colour, spools as (grams by the books, grams that are really on them).
FILAMENTS = {
    "black": ("pla", "#101010", [(1000, 1000)] * 2 + [(170, 96), (240, 240)]),
    "white": ("pla", "#F5F5F5", [(1000, 1000), (310, 310)]),
    "red": ("pla", "#C81010", [(1000, 1000)]),
    "blue": ("petg", "#1030C0", [(1000, 1000), (330, 210)]),
}
# Name: copies, minutes, grams of each tool; a chance to be ordered.
MODELS = {
    "Clip": (9, 150, (("black", 63.0),), 5),
    "Hook": (6, 205, (("blue", 84.0),), 4),
    "Vase": (1, 330, (("white", 118.0),), 4),
    "Badge": (12, 95, (("black", 14.4), ("white", 9.6)), 4),
    "Bracket": (4, 240, (("black", 92.0),), 5),
    "Coaster": (2, 70, (("red", 31.0),), 3),
    "Stand": (1, 420, (("black", 142.0),), 3),
}


class Fate:
    """What becomes of each print, drawn from a seed."""

    def __init__(self, seed):
        self.draw = random.Random(f"{seed} fate")

    def get(self, minutes, copies):
        """Return what will happen to a print.

        :param float minutes: how long its file says it takes
        :param int copies: pieces on its plate
        :return: ``minutes`` it really takes to its end, ``outcome``, ``percent`` at
            the end, ``bad`` copies, ``grams`` as a factor of the file's, ``purged``
            and ``back`` grams, ``pause`` as (percent, minutes) or None, ``twice``
            whether the printer tells the end again
        :rtype: dict
        """
        draw = self.draw
        luck, pace = draw.random(), draw.uniform(0.96, 1.12)
        outcome, percent, bad = "done", 100.0, 0
        if luck < 0.09:
            outcome, percent = "failed", float(draw.randint(3, 92))
        elif luck < 0.12:
            outcome, percent = "cancelled", float(draw.randint(2, 60))
        elif luck < 0.28 and copies > 1:
            bad = draw.randint(1, max(1, copies // 3))
        return {
            "outcome": outcome,
            "percent": percent,
            "bad": bad,
            "minutes": minutes * pace * percent / 100.0,
            "grams": draw.uniform(0.985, 1.03),
            "purged": round(draw.uniform(0.4, 3.0), 2) if draw.random() < 0.2 else 0.0,
            "back": round(draw.uniform(0.2, 1.0), 2) if outcome != "done" else 0.0,
            "pause": (draw.uniform(20, 80), draw.randint(6, 45))
            if draw.random() < 0.12
            else None,
            "twice": draw.random() < 0.5,
        }


class Shop:
    """Makes the records of the shop, and keeps hold of them."""

    def __init__(self, env):
        # A company of its own: nothing that is in the shop already gets in its way.
        self.company = env["res.company"].create({"name": "Story Farm"})
        env.user.company_ids |= self.company
        self.env = env(context=dict(env.context, allowed_company_ids=self.company.ids))
        self.company = self.company.with_env(self.env)
        self.company.print3d_kwh_price = KWH_PRICE
        warehouses = self.env["stock.warehouse"]
        self.warehouse = warehouses.search(
            [("company_id", "=", self.company.id)], limit=1
        ) or warehouses.create({"name": "Story Farm", "code": "FARM"})
        self.real = {}
        self.make_people()
        self.make_filaments()
        self.make_printers()
        self.make_models()

    def make_people(self):
        """Ida and Jan run the printers; Kim owns the shop."""
        self.ida, self.jan, self.kim = self.env["res.users"].create(
            [
                {
                    "name": name,
                    "login": f"story_farm_{name.lower()}",
                    "company_id": self.company.id,
                    "company_ids": [Command.set(self.company.ids)],
                    "group_ids": [
                        Command.link(
                            self.env.ref(f"print3d_library.group_print3d_{role}").id
                        )
                    ],
                }
                for name, role in (
                    ("Ida", "operator"),
                    ("Jan", "operator"),
                    ("Kim", "owner"),
                )
            ]
        )

    def make_filaments(self):
        """Each filament with its spools; some hold less than the books say."""
        self.filaments = {}
        for name, (material, colour, spools) in FILAMENTS.items():
            self.filaments[name] = self.env["product.product"].create(
                {
                    "name": f"Story {material.upper()} {name}",
                    "is_filament": True,
                    "material_id": self.env.ref(
                        f"print3d_inventory.material_{material}"
                    ).id,
                    "colour_hexes": colour,
                }
            )
            for grams, really in spools:
                self.add_spool(name, grams, really)

    def add_spool(self, name, grams=1000, really=None):
        """Put a spool on the shelf, and note what is really on it."""
        spool = (
            self.env["print3d.spool.add"]
            .create(
                {
                    "product_id": self.filaments[name].id,
                    "count": 1,
                    "net_weight_g": grams,
                    "price_per_kg": PRICE_KG,
                    "location_id": self.warehouse.lot_stock_id.id,
                }
            )
            ._add_spools()
        )
        self.real[spool] = float(grams if really is None else really)
        return spool

    def make_printers(self):
        """Six printers; half of them tell by themselves what they do."""
        self.printers = self.env["mrp.workcenter"].create(
            [
                {
                    "name": f"Story {name}",
                    "is_printer": True,
                    "company_id": self.company.id,
                    "slot_count": slots,
                    "costs_hour": rate,
                    "power_w": watts,
                    "needs_clearing": clears,
                }
                for name, slots, rate, watts, clears, _tells in PRINTERS
            ]
        )
        self.tells = {
            printer: tells
            for printer, (*_rest, tells) in zip(self.printers, PRINTERS, strict=True)
        }

    def make_models(self):
        """Models with an active version of one plate each."""
        self.models = {}
        for name, (copies, minutes, tools, _chance) in MODELS.items():
            product = self.env["product.product"].create(
                {
                    "name": f"Story {name}",
                    "is_print3d_model": True,
                    "company_id": self.company.id,
                }
            )
            version = self.env["print3d.slice"].create(
                {
                    "product_id": product.id,
                    "read_state": "done",
                    "plate_ids": [
                        Command.create(
                            {
                                "copies": copies,
                                "time_s": minutes * 60,
                                "filament_ids": [
                                    Command.create(self.prepare_tool(number, *tool))
                                    for number, tool in enumerate(tools, start=1)
                                ],
                            }
                        )
                    ],
                }
            )
            version.action_activate()
            self.models[name] = product

    def prepare_tool(self, number, name, grams):
        filament = self.filaments[name]
        return {
            "tool": number,
            "weight_g": grams,
            "weight_known": True,
            "product_id": filament.id,
            "filament_type": filament.material_id.name,
            "colour": filament.colour_hexes,
        }

    def order(self, name, quantity, deadline, urgent=False):
        """Confirm an order of pieces; its prints are in the queue."""
        production = self.env["mrp.production"].create(
            {
                "product_id": self.models[name].id,
                "product_qty": quantity,
                "date_deadline": deadline,
                "priority": "1" if urgent else "0",
            }
        )
        production.action_confirm()
        return production


def is_open(moment):
    """Tell whether somebody is there."""
    return OPENS <= moment.hour < CLOSES


def get_next_opening(moment):
    """Return when somebody is there next, or the moment itself."""
    if is_open(moment):
        return moment
    day = moment if moment.hour < OPENS else moment + timedelta(days=1)
    return day.replace(hour=OPENS, minute=0, second=0, microsecond=0)
