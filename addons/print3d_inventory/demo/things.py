from datetime import timedelta

from odoo import Command, api, fields, models

# Things: external id, name, kind, vendor, price of a pack, pieces in a pack, days the
# vendor says, on the shelf, used a week.
THINGS = [
    ("nozzle_04", "Nozzle 0.4 mm, hardened", "spare", "parts", 14.9, 1, 5, 3, 0.5),
    ("nozzle_06", "Nozzle 0.6 mm, brass", "spare", "parts", 3.9, 1, 5, 4, 0.25),
    ("belt", "Timing belt GT2, 2 m", "spare", "parts", 6.5, 1, 5, 1, 0.0),
    ("glue", "Glue stick", "consumable", "office", 14.4, 12, 2, 7, 1.5),
    ("sheet", "Build sheet, textured PEI", "consumable", "parts", 29.0, 1, 5, 2, 0.25),
    ("ipa", "Isopropyl alcohol, 1 l", "consumable", "office", 8.9, 1, 2, 3, 0.75),
    ("magnet", "Magnet 6 × 3 mm, N52", "hardware", "bits", 9.5, 100, 9, 240, 60.0),
    ("insert", "Heat-set insert M3 × 5.7", "hardware", "bits", 7.2, 100, 9, 130, 45.0),
    ("box", "Shipping box 20 × 15 cm", "consumable", "office", 17.5, 25, 2, 31, 9.0),
    ("ring", "Key ring, 25 mm", "accessory", "bits", 5.5, 100, 9, 85, 12.0),
]

VENDORS = {
    "parts": "Layer & Nozzle Parts",
    "office": "Corner Office Supplies",
    "bits": "Bits and Magnets",
}

# Days ago an order was made, and how many days it took beyond what the vendor says.
ORDERS = [(112, 0), (84, 2), (56, 1), (28, 4)]
WEEKS = 15


class Print3dThingsDemo(models.AbstractModel):
    """Puts nozzles, glue and magnets beside the filament of the demo shop."""

    _name = "print3d.things.demo"
    _description = "Demo Things"

    @api.model
    def _load(self):
        """Make the demo things, their past, reorder rules and a market, once."""
        if self.env.ref("print3d_inventory.demo_thing_glue", raise_if_not_found=False):
            return
        company = self.env.ref("base.main_company")
        # In the name of a person: core clears away rules that the system made.
        self = (  # noqa: PLW0642
            self.with_user(self.env.ref("base.user_admin"))
            .sudo()
            .with_company(company)
            .with_context(tracking_disable=True, allowed_company_ids=company.ids)
        )
        vendors = {
            key: self._name_record(
                f"vendor_{key}",
                self.env["res.partner"].create(
                    {"name": name, "is_company": True, "supplier_rank": 1}
                ),
            )
            for key, name in VENDORS.items()
        }
        things = {thing[0]: self._make_thing(vendors, *thing) for thing in THINGS}
        self._make_past(things)
        filaments = self.env["product.product"].search([("is_filament", "=", True)])
        rules = self.env["stock.warehouse.orderpoint"]
        products = self.env["product.product"].union(*things.values())
        for rule in rules._print3d_ensure_rules(
            products | filaments._filter_used(company)
        ):
            self._name_record(f"rule_{rule.product_id.id}", rule)
        today = fields.Date.context_today(self)
        self._name_record(
            "event_market",
            self.env["print3d.demand.event"].create(
                {
                    "name": "Craft market",
                    "date_from": today + timedelta(days=16),
                    "date_to": today + timedelta(days=18),
                    "scope": "materials",
                    "material_ids": [
                        Command.set(self.env.ref("print3d_inventory.material_pla").ids)
                    ],
                    "effect": "extra",
                    "quantity": 900,
                }
            ),
        )
        self.env["product.product"]._learn_use(company)
        self.env["print3d.use.forecast"]._note(company)

    @api.model
    def _name_record(self, name, record):
        return self.env["print3d.inventory.demo"].sudo()._name_record(name, record)

    @api.model
    def _make_thing(
        self, vendors, key, name, kind, vendor, price, pack, delay, _stock, _used
    ):
        Template = self.env["product.template"]
        unit = self.env.ref("uom.product_uom_unit")
        pack_uom = self._get_pack(pack)
        template = Template.create(
            {
                **Template._prepare_thing_vals(kind),
                "name": name,
                "print3d_kind": kind,
                "uom_id": unit.id,
                "uom_ids": [Command.set(pack_uom.ids)],
                "standard_price": price / pack,
                "list_price": round(2.2 * price / pack, 2),
                "seller_ids": [
                    Command.create(
                        {
                            "partner_id": vendors[vendor].id,
                            "price": price,
                            "product_uom_id": (pack_uom or unit).id,
                            "delay": delay,
                        }
                    )
                ],
            }
        )
        return self._name_record(f"thing_{key}", template.product_variant_id)

    @api.model
    def _get_pack(self, size):
        """Return the unit of a pack of so many pieces; empty for single ones."""
        Uom = self.env["uom.uom"]
        if size == 1:
            return Uom
        unit = self.env.ref("uom.product_uom_unit")
        known = Uom.search(
            [("relative_uom_id", "=", unit.id), ("relative_factor", "=", size)], limit=1
        )
        return known or Uom.create(
            {
                "name": f"Pack of {size}",
                "relative_uom_id": unit.id,
                "relative_factor": size,
            }
        )

    @api.model
    def _make_past(self, things):
        """Receive each thing in a few orders, and use it up week by week."""
        now = fields.Datetime.now()
        by_vendor = {}
        for thing in THINGS:
            by_vendor.setdefault(thing[3], []).append(thing)
        for index, (days, late) in enumerate(ORDERS):
            # The first order brings most of it.
            share = 0.55 if index == 0 else 0.15
            for its in by_vendor.values():
                lines = [
                    (things[key], round((stock + used * WEEKS) * share))
                    for key, *_rest, stock, used in its
                ]
                self._receive(
                    [line for line in lines if line[1]],
                    now - timedelta(days=days),
                    its[0][6] + late,
                )
        uses = []
        for key, *_rest, stock, used in THINGS:
            left = things[key].qty_available - stock
            for week in range(WEEKS, 0, -1):
                # As lumpy as a shop: more in one week, none in the next.
                quantity = round(used * (0.4, 1.7, 0.9)[week % 3])
                if 0 < quantity <= left:
                    left -= quantity
                    uses.append((things[key], quantity, now - timedelta(7 * week - 3)))
            if left > 0:
                uses.append((things[key], left, now - timedelta(days=2)))
        self._use(uses)

    @api.model
    def _receive(self, lines, ordered, days):
        moment = ordered + timedelta(days=days)
        seller = lines[0][0].seller_ids[:1]
        order = self.env["purchase.order"].create(
            {
                "partner_id": seller.partner_id.id,
                "date_order": ordered,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": quantity,
                            "product_uom_id": product.uom_id.id,
                            "price_unit": product.standard_price,
                        }
                    )
                    for product, quantity in lines
                ],
            }
        )
        order.button_confirm()
        order.date_approve = ordered
        picking = order.picking_ids
        picking.button_validate()
        picking.date_done = moment
        picking.move_ids.date = moment
        picking.move_line_ids.date = moment

    @api.model
    def _use(self, uses):
        """Take things from the shelf: (product, quantity, when) of each time."""
        stock = self.env["print3d.inventory.demo"]._get_warehouse().lot_stock_id
        vals_list = []
        for product, quantity, _moment in uses:
            values = {
                "product_id": product.id,
                "company_id": self.env.company.id,
                "location_id": stock.id,
                "location_dest_id": product.property_stock_production.id,
            }
            line = {
                **values,
                "product_uom_id": product.uom_id.id,
                "quantity": quantity,
            }
            vals_list.append(
                {
                    **values,
                    "product_uom": product.uom_id.id,
                    "product_uom_qty": quantity,
                    "state": "confirmed",
                    "is_inventory": True,
                    "inventory_name": "Used in the shop",
                    "picked": True,
                    "move_line_ids": [Command.create(line)],
                }
            )
        moves = self.env["stock.move"].create(vals_list)
        moves._action_done()
        for move, (_product, _quantity, moment) in zip(moves, uses, strict=True):
            move.date = moment
            move.move_line_ids.date = moment
