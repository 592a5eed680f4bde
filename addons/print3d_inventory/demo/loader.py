from datetime import timedelta

from odoo import Command, api, fields, models

# The colours the shop prints: external id, name, colour.
COLOURS = [
    ("black", "Galaxy Black", "#1A1A1A"),
    ("red", "Signal Red", "#C1121F"),
    ("white", "White", "#F5F5F5"),
    ("teal", "Teal", "#0F8B8D"),
    ("orange", "Orange", "#F77F00"),
    ("blue", "Blue", "#1D4ED8"),
]

# Filaments: external id, name, brand, material, net weight, tare, price of a spool,
# colours.
FILAMENTS = [
    ("pla", "Nordfil PLA", "nordfil", "pla", 1000, 212, 19.9, "black red white"),
    ("petg", "Nordfil PETG", "nordfil", "petg", 1000, 212, 23.5, "teal orange"),
    ("tpu", "Halcyon TPU 95A Blue", "halcyon", "tpu", 750, 180, 24.0, "blue"),
]

# Purchases: days ago, [(filament, spools, price of a spool)]; the last is on its way.
PURCHASES = [
    (72, [("pla_black", 2, 19.9), ("pla_white", 2, 18.9), ("pla_red", 1, 19.9)]),
    (38, [("petg_teal", 2, 23.5), ("petg_orange", 1, 23.5), ("tpu_blue", 1, 24.0)]),
    (9, [("pla_black", 2, 21.4), ("pla_red", 1, 21.4)]),
    (1, [("pla_white", 3, 18.4), ("petg_teal", 2, 22.9)]),
]

# What empty spools weigh: brand, filament on a full one, what it is made of, grams.
TARES = [("nordfil", 1000, "plastic", 212), ("halcyon", 750, "cardboard", 180)]

# Every second spool was weighed after its last print, and held so much less.
FOUND_LESS_G = 4.3

# Moisture: spool (counted from 1), days ago, what was done, told.
CARE = [
    (6, 20, "dry", {"temperature_c": 65, "hours": 6, "dryer": "Dryer 1"}),
    (6, 19, "humidity", 18),
    (9, 12, "humidity", 34),
    (9, 11, "dry", {"temperature_c": 55, "hours": 8, "dryer": "Dryer 1"}),
    (9, 2, "humidity", 22),
]

# What is kept for somebody: spool, grams, what for.
RESERVED = [(8, 200.0, "Market stall on Saturday")]

# What is left of each spool in the order they came, and the shelf it lies on.
SPOOLS = [
    (145, "a"),
    (620, "a"),
    (85, "a"),
    (730, "a"),
    (410, "a"),
    (310, "b"),
    (1000, "b"),
    (540, "b"),
    (120, "b"),
    (1000, "a"),
    (1000, "a"),
    (1000, "a"),
]


class Print3dInventoryDemo(models.AbstractModel):
    """Fills the shelves of the demo shop by real purchases and real use."""

    _name = "print3d.inventory.demo"
    _description = "Demo Filament"

    @api.model
    def _load(self):
        """Make the demo filaments and their history, once."""
        if self.env.ref("print3d_inventory.demo_shelf_a", raise_if_not_found=False):
            return
        company = self.env.ref("base.main_company")
        self = self.with_company(company).with_context(  # noqa: PLW0642
            tracking_disable=True, allowed_company_ids=company.ids
        )
        shelves = self._make_shelves()
        partners = self._make_partners()
        filaments = self._make_filaments(partners)
        self._make_tares(partners)
        # Core notes a price of 0 when a product is made; it must lie before the
        # purchases to which the past is given below.
        self.env["product.value"].search(
            [("product_id", "in", [filament.id for filament in filaments.values()])]
        ).date = fields.Datetime.now() - timedelta(days=PURCHASES[0][0] + 1)
        spools = self.env["stock.lot"]
        for days, lines in PURCHASES[:-1]:
            spools |= self._receive(self._buy(partners, filaments, days, lines), days)
        # What could be bought besides; the materials stay those of the shop.
        self.env["print3d.catalogue.filament"]._load_seed()
        self._buy(partners, filaments, *PURCHASES[-1])
        for index, (spool, (left, shelf)) in enumerate(
            zip(spools, SPOOLS, strict=True), start=1
        ):
            self._name_record(f"spool_{index}", spool)
            self._use(spool, left, shelves[shelf], weighed=index % 2 == 0)
        self._care(spools)
        # The library's demo files were read before there was any filament.
        self.env["print3d.plate.filament"].search(
            [("product_id", "=", False)]
        )._match_filament()

    @api.model
    def _name_record(self, name, record):
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"print3d_inventory.demo_{name}",
                    "record": record,
                    "noupdate": True,
                }
            ]
        )
        return record

    @api.model
    def _get_warehouse(self):
        return self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )

    @api.model
    def _make_shelves(self):
        stock = self._get_warehouse().lot_stock_id
        return {
            letter: self._name_record(
                f"shelf_{letter}",
                self.env["stock.location"].create(
                    {
                        "name": f"Shelf {letter.upper()}",
                        "location_id": stock.id,
                        "print3d_kind": "shelf",
                    }
                ),
            )
            for letter in "ab"
        }

    @api.model
    def _make_partners(self):
        names = {
            "nordfil": "Nordfil",
            "halcyon": "Halcyon Polymers",
            "vendor": "Filament Depot",
        }
        return {
            key: self._name_record(
                f"partner_{key}",
                self.env["res.partner"].create(
                    {"name": name, "is_company": True, "supplier_rank": 1}
                ),
            )
            for key, name in names.items()
        }

    @api.model
    def _make_tares(self, partners):
        for number, (brand, size, make, grams) in enumerate(TARES, start=1):
            self._name_record(
                f"tare_{number}",
                self.env["print3d.tare.profile"].create(
                    {
                        "brand_id": partners[brand].id,
                        "net_weight_g": size,
                        "spool_type": make,
                        "tare_weight_g": grams,
                    }
                ),
            )

    @api.model
    def _make_filaments(self, partners):
        """Make a product for each line of filament and a variant for each colour.

        :return: variants by names such as ``pla_black``
        :rtype: dict
        """
        attribute = self._name_record(
            "attribute_colour",
            self.env["product.attribute"].create(
                {
                    "name": "Filament colour",
                    "display_type": "color",
                    "create_variant": "always",
                }
            ),
        )
        values = {
            key: self._name_record(
                f"colour_{key}",
                self.env["product.attribute.value"].create(
                    {
                        "name": name,
                        "html_color": hex_code,
                        "attribute_id": attribute.id,
                    }
                ),
            )
            for key, name, hex_code in COLOURS
        }
        variants = {}
        for key, name, brand, material, net, tare, price, colours in FILAMENTS:
            template = self._name_record(
                f"filament_{key}",
                self.env["product.template"].create(
                    {
                        "name": name,
                        "is_filament": True,
                        "material_id": self.env.ref(
                            f"print3d_inventory.material_{material}"
                        ).id,
                        "brand_id": partners[brand].id,
                        "net_weight_g": net,
                        "tare_weight_g": tare,
                        "attribute_line_ids": [
                            Command.create(
                                {
                                    "attribute_id": attribute.id,
                                    "value_ids": [
                                        Command.set(
                                            [values[c].id for c in colours.split()]
                                        )
                                    ],
                                }
                            )
                        ],
                        "seller_ids": [
                            Command.create(
                                {
                                    "partner_id": partners["vendor"].id,
                                    "price": price,
                                    "delay": 3,
                                }
                            )
                        ],
                    }
                ),
            )
            for colour in colours.split():
                variants[f"{key}_{colour}"] = self._name_record(
                    f"filament_{key}_{colour}",
                    template.product_variant_ids.filtered(
                        lambda variant, wanted=values[colour].name: (
                            variant.colour_name == wanted
                        )
                    ),
                )
        return variants

    @api.model
    def _buy(self, partners, filaments, days, lines):
        moment = fields.Datetime.now() - timedelta(days=days)
        order = self.env["purchase.order"].create(
            {
                "partner_id": partners["vendor"].id,
                "date_order": moment,
                "order_line": [
                    Command.create(
                        {
                            "product_id": filaments[name].id,
                            "product_qty": count,
                            "product_uom_id": filaments[name]
                            .product_tmpl_id._get_spool_uom()
                            .id,
                            "price_unit": price,
                        }
                    )
                    for name, count, price in lines
                ],
            }
        )
        order.button_confirm()
        order.date_approve = moment
        return order

    @api.model
    def _receive(self, order, days):
        """Receive an order three days after it was made; return its spools."""
        moment = fields.Datetime.now() - timedelta(days=days - 3)
        picking = order.picking_ids
        picking.with_context(print3d_spool_happened_on=moment).button_validate()
        picking.date_done = moment
        picking.move_ids.date = moment
        picking.move_line_ids.date = moment
        spools = picking.move_line_ids.lot_id.sorted("name")
        spools.quant_ids.in_date = moment
        self._backdate(spools, moment)
        return spools

    @api.model
    def _use(self, spool, left, shelf, weighed):
        """Put a spool on its shelf and take prints from it until ``left`` grams.

        :param weighed: it was weighed after the last print, which found a little less
        """
        bought = spool.create_date
        spool.with_context(print3d_spool_happened_on=bought)._move_to(shelf)
        spool.quant_ids.in_date = bought
        used = spool.net_weight_g - left
        if used <= 0:
            return
        found_less = FOUND_LESS_G if weighed else 0.0
        spool.opened_on = (bought + timedelta(days=2)).date()
        source = spool.product_id.property_stock_inventory
        shares = (0.34, 0.27, 0.39)
        span = (fields.Datetime.now() - bought) / (len(shares) + 1)
        for index, share in enumerate(shares, start=1):
            grams = (
                round(used * share, 1)
                if index < len(shares)
                else spool.product_id.uom_id.round(
                    spool.remaining_g - left - found_less
                )
            )
            values = {
                "product_id": spool.product_id.id,
                "company_id": self.env.company.id,
                "location_id": shelf.id,
                "location_dest_id": source.id,
            }
            move = self.env["stock.move"].create(
                {
                    **values,
                    "product_uom": spool.product_id.uom_id.id,
                    "product_uom_qty": grams,
                    "state": "confirmed",
                    "is_inventory": True,
                    "inventory_name": "Used in prints",
                    "picked": True,
                    "move_line_ids": [
                        Command.create(
                            {
                                **values,
                                "product_uom_id": spool.product_id.uom_id.id,
                                "quantity": grams,
                                "lot_id": spool.id,
                            }
                        )
                    ],
                }
            )
            moment = bought + span * index
            move.with_context(print3d_spool_happened_on=moment)._action_done()
            move.date = moment
            move.move_line_ids.date = moment
        if weighed:
            moment += timedelta(hours=1)
            entry = spool.with_user(self.env.ref("base.user_admin"))._print3d_record(
                "weigh", spool._get_tare_g() + left, happened_on=moment
            )
            entry.move_line_ids.move_id.date = moment
            entry.move_line_ids.date = moment

    @api.model
    def _care(self, spools):
        """Log when spools were dried and how damp it was; keep some filament back."""
        admin = self.env.ref("base.user_admin")
        now = fields.Datetime.now()
        for number, days, kind, value in CARE:
            spools[number - 1].with_user(admin)._print3d_record(
                kind, value, happened_on=now - timedelta(days=days)
            )
        for number, grams, note in RESERVED:
            spools[number - 1].with_user(admin)._print3d_reserve(grams, note=note)

    @api.model
    def _backdate(self, records, moment):
        """Let records look as old as their story says."""
        records.flush_recordset()
        self.env.cr.execute(
            "UPDATE stock_lot SET create_date = %s WHERE id IN %s",
            (moment, tuple(records.ids)),
        )
        records.invalidate_recordset(["create_date"])
