from odoo import Command, api, models
from odoo.exceptions import UserError


class MrpProduction(models.Model):
    """Pieces of a closed order that turn out to be bad: scrapped, and made again."""

    _inherit = "mrp.production"

    def _find_pieces_in_stock(self):
        """Return where pieces of this order lie that are promised to nobody else.

        Those of a lot are found wherever they are in stock; others look the same as
        any of their kind, so that only the place counts to which the order brought
        them.

        :return: (stock.quant, pieces that are free there), nearest first
        :rtype: list[tuple]
        """
        self.ensure_one()
        domain = [
            ("product_id", "=", self.product_id.id),
            ("company_id", "=", self.company_id.id),
            ("location_id.usage", "=", "internal"),
            ("quantity", ">", 0),
            ("package_id", "=", False),
            ("owner_id", "=", False),
        ]
        if self.product_id.tracking == "none":
            domain += [("location_id", "child_of", self.location_dest_id.id)]
        else:
            domain += [("lot_id", "in", self.lot_producing_ids.ids)]
        quants = self.env["stock.quant"].search(domain, order="id")
        return [
            (quant, quant.quantity - quant.reserved_quantity)
            for quant in quants.sorted(
                lambda quant: quant.location_id != self.location_dest_id
            )
            if self.product_id.uom_id.compare(
                quant.quantity - quant.reserved_quantity, 0
            )
            > 0
        ]

    def _get_waiting_moves(self):
        """Hook: return what the pieces of this order are for (stock.move)."""
        self.ensure_one()
        return self.move_finished_ids.move_dest_ids

    def _scrap_flaws(self, quantity, run, cause=None):
        """Scrap bad pieces of this closed order from the stock.

        What waits for the pieces of this order lets go of them first, so that nobody
        else's pieces are taken.

        :param float quantity: pieces, in the unit of the product
        :param run: the print they came from (print3d.run)
        :param cause: print3d.failure.cause
        :return: what waits for pieces of this order (stock.move)
        :raises UserError: that many do not lie in stock any more
        """
        self.ensure_one()
        waiting = self._get_waiting_moves().filtered(
            lambda move: move.state not in ("done", "cancel") and not move.picked
        )
        waiting._do_unreserve()
        left, uom = quantity, self.product_id.uom_id
        places = self._find_pieces_in_stock()
        there = sum(free for _quant, free in places)
        if uom.compare(there, quantity) < 0:
            raise UserError(self._get_gone_message(there))
        for quant, free in places:
            part = uom.round(min(left, free))
            if uom.compare(part, 0) > 0:
                scrap = self.env["stock.scrap"].create(
                    self._prepare_flaw_vals(quant, part, run, cause)
                )
                scrap.action_validate()
                left -= part
        return waiting

    def _get_gone_message(self, there):
        """Return why bad pieces cannot be scrapped, and what to do.

        :param float there: pieces that are there
        """
        self.ensure_one()
        return self.env._(
            "Of the pieces of %(order)s only %(there)s lie in %(place)s and are kept "
            "for nobody else: the others were sent, packed or used. Take them back by "
            "a return of their transfer first, then note them here.",
            order=self.name,
            there=f"{there:g}",
            place=self.location_dest_id.display_name,
        )

    def _prepare_flaw_vals(self, quant, quantity, run, cause=None):
        """Hook: return the values of the scrap of bad pieces.

        :param quant: where they lie (stock.quant)
        :param float quantity: pieces
        :param run: the print they came from (print3d.run)
        :param cause: print3d.failure.cause
        :rtype: dict
        """
        self.ensure_one()
        return {
            "flaw_run_id": run.id,
            "company_id": self.company_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_id.uom_id.id,
            "lot_id": quant.lot_id.id,
            "location_id": quant.location_id.id,
            "scrap_qty": quantity,
            "production_id": self.id,
            "origin": run.name,
            "scrap_reason_tag_ids": [
                Command.link(tag.id)
                for tag in cause and cause._get_scrap_reason() or ()
            ],
        }

    def _make_again(self, quantity, waiting):
        """Make pieces of this closed order again, for whoever waits for them.

        :param float quantity: pieces, in the unit of the product
        :param waiting: what waits for them (stock.move)
        :return: the new order, confirmed
        :rtype: mrp.production
        """
        self.ensure_one()
        again = self.create(self._prepare_again_vals(quantity))
        # Others take them from the stock as soon as they are there.
        chained = waiting & self.move_finished_ids.move_dest_ids
        again.move_finished_ids.filtered(
            lambda move: move.product_id == self.product_id
        ).move_dest_ids = [Command.set(chained.ids)]
        again.action_confirm()
        return again

    def _prepare_again_vals(self, quantity):
        """Hook: return the values of the order that makes pieces again."""
        self.ensure_one()
        vals = self.copy_data({**self._get_backorder_mo_vals(), "state": "draft"})[0]
        for name in self._get_names_made_anew():
            vals.pop(name, None)
        if not self.bom_id.active:
            vals.pop("bom_id", None)
        uom = self.product_uom_id
        return {
            **vals,
            "product_qty": self.product_id.uom_id._compute_quantity(quantity, uom),
        }

    @api.model
    def _get_names_made_anew(self):
        """Hook: return the fields that follow from the bill and the quantity."""
        return [
            "name",
            "move_raw_ids",
            "move_finished_ids",
            "move_dest_ids",
            "workorder_ids",
            # As a backorder it would also serve what has been sent.
            "production_group_id",
            "backorder_sequence",
            "date_start",
            "date_finished",
        ]
