from collections import defaultdict

from odoo import api, models


class Print3dTraceCustomers(models.AbstractModel):
    """The end of the way of filament: pieces, deliveries, and whom to call."""

    _inherit = "print3d.trace"

    @api.model
    def _get_pieces_section(self, trail):
        """The pieces made, with what of them is still in stock."""
        lines = self._get_lines(trail.made)
        stocked = self._get_stocked(lines.lot_id)
        gone = defaultdict(float)
        for line in self._get_lines(trail.sent):
            if trail.sent[line.id]:
                gone[line.lot_id or line.product_id] += line.quantity_product_uom
        rows = []
        for thing, its_lines in lines.grouped(
            lambda line: line.lot_id or line.product_id
        ).items():
            product = its_lines.product_id
            is_lot = thing._name == "stock.lot"
            pieces, places = stocked.get(
                thing.id if is_lot else None, (trail.loose.get(product.id, 0.0), "")
            )
            if is_lot and thing.id not in stocked:
                pieces, places = 0.0, ""
            rows.append(
                {
                    "group": "",
                    "cells": {
                        "product": self._link(product),
                        "lot": self._link(thing, thing.name) if is_lot else False,
                        "made": sum(its_lines.mapped("quantity_product_uom")),
                        "stock": pieces,
                        "place": places,
                        "gone": gone[thing],
                        "date": max(its_lines.mapped("date")).date(),
                        "sure": is_lot or not pieces,
                    },
                    "follow": is_lot and {"model": "stock.lot", "ids": thing.ids},
                }
            )
        return {
            "key": "pieces",
            "title": self.env._("Pieces made"),
            "icon": "fa-cube",
            "columns": self._make_columns(
                ("product", self.env._("Product"), "link"),
                ("lot", self.env._("Lot"), "link"),
                ("made", self.env._("Made"), "number"),
                ("date", self.env._("Last on"), "date"),
                ("gone", self.env._("Delivered"), "number"),
                ("stock", self.env._("Still in stock"), "number"),
                ("place", self.env._("Where"), "text"),
                ("sure", self.env._("Sure"), "sure"),
            ),
            "rows": rows,
        }

    @api.model
    def _get_stocked(self, lots):
        """Return {number of a lot: (pieces in stock, where)}."""
        stocked = {}
        for lot, place, pieces in (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("lot_id", "in", lots.ids),
                    ("location_id.usage", "in", ("internal", "transit")),
                    ("quantity", ">", 0),
                    ("company_id", "in", self.env.companies.ids),
                ],
                ["lot_id", "location_id"],
                ["quantity:sum"],
            )
        ):
            before, places = stocked.get(lot.id, (0.0, ""))
            stocked[lot.id] = (
                before + pieces,
                ", ".join(filter(None, (places, place.display_name))),
            )
        return stocked

    @api.model
    def _get_returned(self, lines):
        """Return how much of each move that sent something came back."""
        groups = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                [
                    ("origin_returned_move_id", "in", lines.move_id.ids),
                    ("state", "=", "done"),
                ],
                ["origin_returned_move_id"],
                ["product_qty:sum"],
            )
        )
        return {move.id: pieces for move, pieces in groups}

    @api.model
    def _get_customer(self, line):
        """Hook: return to whom a line sent something (res.partner)."""
        return line.picking_id.partner_id or line.move_id.partner_id

    @api.model
    def _describe_pieces(self, lines):
        """Return what lines moved in a few words: "4 × Clip (LOT7)"."""
        words = []
        for (product, lot), its_lines in lines.grouped(
            lambda line: (line.product_id, line.lot_id)
        ).items():
            pieces = sum(its_lines.mapped("quantity_product_uom"))
            words.append(
                f"{pieces:g} × {product.display_name}"
                + (f" ({lot.name})" if lot else "")
            )
        return ", ".join(words)

    @api.model
    def _get_deliveries_section(self, trail):
        """What went to customers, delivery by delivery."""
        rows = []
        for (picking, _move), lines in (
            self._get_lines(trail.sent)
            .grouped(
                lambda line: (
                    line.picking_id,
                    self.env["stock.move"] if line.picking_id else line.move_id,
                )
            )
            .items()
        ):
            # Not by its index: that would read each one by itself.
            line = next(iter(lines))
            rows.append(
                {
                    "group": "",
                    "cells": {
                        "delivery": self._link(picking),
                        "customer": self._link(self._get_customer(line)),
                        "date": line.date.date(),
                        "pieces": self._describe_pieces(lines),
                        "sure": all(trail.sent[line.id] for line in lines),
                    },
                    "follow": picking
                    and {"model": "stock.picking", "ids": picking.ids},
                }
            )
        return {
            "key": "deliveries",
            "title": self.env._("Deliveries"),
            "icon": "fa-truck",
            "columns": self._make_columns(
                ("delivery", self.env._("Delivery"), "link"),
                ("customer", self.env._("Customer"), "link"),
                ("date", self.env._("Sent"), "date"),
                ("pieces", self.env._("What"), "text"),
                ("sure", self.env._("Sure"), "sure"),
            ),
            "rows": rows,
        }

    @api.model
    def _get_contacts(self, trail):
        """Hook: return whom it concerns.

        :return: {res.partner: dict of ``pieces``, ``returned``, ``waiting`` (ordered
            and not sent yet), ``date``, ``sure``}
        """
        contacts = {}
        lines = self._get_lines(trail.sent)
        returned = self._get_returned(lines)
        counted = set()
        for line in lines:
            partner = self._get_customer(line)
            contact = contacts.setdefault(partner, self._make_contact())
            contact["pieces"] += line.quantity_product_uom
            if line.move_id.id not in counted:
                counted.add(line.move_id.id)
                contact["returned"] += returned.get(line.move_id.id, 0.0)
            contact["sure"] |= trail.sent[line.id]
            contact["date"] = max(contact["date"] or line.date, line.date)
        return contacts

    @api.model
    def _make_contact(self):
        return {
            "pieces": 0.0,
            "returned": 0.0,
            "waiting": 0.0,
            "date": None,
            "sure": False,
        }

    @api.model
    def _get_customers_section(self, trail):
        """Whom to call: with telephone, e-mail, and how many pieces they have."""
        rows = []
        for partner, contact in self._get_contacts(trail).items():
            company = partner.commercial_partner_id
            rows.append(
                {
                    "group": "",
                    "cells": {
                        "customer": self._link(partner)
                        or {"text": self.env._("Without a name")},
                        "phone": partner.phone or company.phone or "",
                        "email": partner.email or company.email or "",
                        "pieces": contact["pieces"],
                        "returned": contact["returned"],
                        "waiting": contact["waiting"],
                        "date": contact["date"] and contact["date"].date(),
                        "sure": contact["sure"],
                    },
                    "follow": self._get_customer_subject(partner),
                }
            )
        rows.sort(
            key=lambda row: (not row["cells"]["sure"], row["cells"]["customer"]["text"])
        )
        return {
            "key": "customers",
            "title": self.env._("Customers to call"),
            "icon": "fa-phone",
            "columns": self._make_columns(
                ("customer", self.env._("Customer"), "link"),
                ("phone", self.env._("Telephone"), "phone"),
                ("email", self.env._("E-mail"), "email"),
                ("pieces", self.env._("Got"), "number"),
                ("returned", self.env._("Sent back"), "number"),
                ("waiting", self.env._("Waits for"), "number"),
                ("date", self.env._("Last sent"), "date"),
                ("sure", self.env._("Sure"), "sure"),
            ),
            "rows": rows,
        }

    @api.model
    def _get_customer_subject(self, partner):
        """Hook: return the subject that follows all a customer got."""
        return False
