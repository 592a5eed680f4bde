from odoo import Command, api, models

# Vendors: freight of an order, free from, smallest order.
VENDORS = {
    "depot": ("Filament Depot", 5.9, 60.0, 0.0),
    "direct": ("Nordfil Direct", 6.9, 80.0, 25.0),
    "union": ("Spool Union", 4.5, 0.0, 0.0),
}

# Offers: filament, vendor, price of a pack, spools in a pack, packs from which on,
# days, its number there.
OFFERS = [
    ("pla", "depot", 18.9, 1, 6, 3, "DP-PLA-1"),
    ("pla", "direct", 18.2, 1, 1, 5, "NF-PLA"),
    ("pla", "union", 82.0, 5, 1, 8, "U5-PLA"),
    ("petg", "direct", 21.9, 1, 1, 5, "NF-PETG"),
    ("petg", "union", 24.2, 1, 1, 8, "U1-PETG"),
    ("tpu", "union", 22.5, 1, 1, 8, "U1-TPU"),
]
# Written on the list by hand: filament, spools.
BY_HAND = [("pla_red", 3), ("petg_orange", 2), ("tpu_blue", 1)]
SHOPS = {
    "depot": "https://filament-depot.example/item/",
    "direct": "https://nordfil.example/shop/",
    "union": "https://spool-union.example/p/",
}


class Print3dShoppingDemo(models.AbstractModel):
    """Lets the demo shop compare three vendors of filament."""

    _name = "print3d.shopping.demo"
    _description = "Demo Vendors"

    @api.model
    def _load(self):
        """Make the vendors, their prices and terms, and a line by hand, once."""
        if self.env.ref(
            "print3d_inventory.demo_partner_union", raise_if_not_found=False
        ):
            return
        company = self.env.ref("base.main_company")
        self = (  # noqa: PLW0642
            self.with_user(self.env.ref("base.user_admin"))
            .sudo()
            .with_company(company)
            .with_context(tracking_disable=True, allowed_company_ids=company.ids)
        )
        vendors = {
            key: self._make_vendor(key, *terms) for key, terms in VENDORS.items()
        }
        templates = {
            key: self.env.ref(f"print3d_inventory.demo_filament_{key}")
            for key in ("pla", "petg", "tpu")
        }
        for template in templates.values():
            template.seller_ids.filtered(
                lambda info: info.partner_id == vendors["depot"]
            ).purchase_url = SHOPS["depot"] + str(template.id)
        for sequence, (key, vendor, price, spools, least, delay, code) in enumerate(
            OFFERS, start=10
        ):
            templates[key].seller_ids = [
                Command.create(
                    {
                        "sequence": sequence,
                        "partner_id": vendors[vendor].id,
                        "product_uom_id": self._get_box(templates[key], spools).id,
                        "price": price,
                        "min_qty": least,
                        "delay": delay,
                        "product_code": code,
                        "purchase_url": SHOPS[vendor] + code.lower(),
                    }
                )
            ]
        for name, packs in BY_HAND:
            self.env["print3d.shopping.line"].action_add_product(
                self.env.ref(f"print3d_inventory.demo_filament_{name}").id, packs
            )

    @api.model
    def _make_vendor(self, key, name, freight, free_from, minimum):
        known = "vendor" if key == "depot" else key
        vendor = self.env.ref(
            f"print3d_inventory.demo_partner_{known}", raise_if_not_found=False
        )
        if not vendor:
            vendor = self.env["print3d.inventory.demo"]._name_record(
                f"partner_{key}",
                self.env["res.partner"].create(
                    {"name": name, "is_company": True, "supplier_rank": 1}
                ),
            )
        vendor.write(
            {
                "print3d_freight_cost": freight,
                "print3d_free_freight_from": free_from,
                "print3d_minimum_order": minimum,
            }
        )
        return vendor

    @api.model
    def _get_box(self, template, spools):
        """Return the unit of a box of so many spools of a filament."""
        spool = template._get_spool_uom()
        if spools == 1:
            return spool
        known = self.env["uom.uom"].search(
            [("relative_uom_id", "=", spool.id), ("relative_factor", "=", spools)],
            limit=1,
        )
        return known or self.env["uom.uom"].create(
            {
                "name": f"Box of {spools} spools",
                "relative_uom_id": spool.id,
                "relative_factor": spools,
            }
        )
