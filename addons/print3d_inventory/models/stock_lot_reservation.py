from odoo import api, fields, models


class StockLot(models.Model):
    """What of a spool is promised, and what is free."""

    _inherit = "stock.lot"

    reservation_ids = fields.One2many(
        "print3d.spool.reservation",
        "lot_id",
        string="Reservations",
        groups="print3d_library.group_print3d_user",
    )
    open_reservation_ids = fields.One2many(
        "print3d.spool.reservation",
        "lot_id",
        string="Reservations in Force",
        domain=[("state", "!=", "released")],
        readonly=True,
        groups="print3d_library.group_print3d_user",
    )
    reserved_g = fields.Float(
        string="Reserved (g)",
        digits="Product Unit",
        compute="_compute_reserved_g",
        compute_sudo=True,
    )
    free_g = fields.Float(
        string="Free (g)",
        digits="Product Unit",
        compute="_compute_free_g",
        help="Left, less what is reserved and what prints that run will take.",
    )

    @api.depends("reservation_ids.state", "reservation_ids.grams")
    def _compute_reserved_g(self):
        reserved = self._get_reserved_grams()
        for lot in self:
            lot.reserved_g = reserved.get(lot._origin.id, 0.0)

    @api.depends("remaining_g", "reserved_g")
    def _compute_free_g(self):
        free = self._get_free_grams()
        for lot in self:
            lot.free_g = max(0.0, free.get(lot.id, 0.0))

    # === ACTIONS === #

    def action_open_reserve(self):
        """Ask what grams of this spool are kept for."""
        self.ensure_one()
        action = self._get_care_action("print3d_spool_reserve_action")
        action["context"]["default_lot_id"] = self.id
        return action

    # === BUSINESS === #

    def _print3d_reserve(
        self, grams, *, document=None, wanted=None, accept_colour=False, **values
    ):
        """Keep grams of this spool for something.

        :param float grams: how much
        :param document: the record it is for
        :param wanted: the filament (product.product) that is wanted: the spool must be
            of its material, and of its colour
        :param bool accept_colour: another colour will do
        :param values: ``note`` (what for, in words), ``tool`` of a print
        :return: the reservation (print3d.spool.reservation)
        :raise UserError: when it does not fit, or is not free
        """
        self.ensure_one()
        return self.env["print3d.spool.reservation"].create(
            {
                "lot_id": self.id,
                "grams": grams,
                "wanted_id": wanted and wanted.id,
                "is_colour_accepted": accept_colour,
                "res_model": document and document._name,
                "res_id": document and document.id,
                **values,
            }
        )

    def _get_reserved_grams(self, without=None, document=None):
        """Return {number of a spool: grams reserved}.

        :param without: reservations that do not count
        :param document: a record whose reservations do not count
        """
        domain = [("lot_id", "in", self.ids), ("state", "=", "active")]
        if without:
            domain.append(("id", "not in", without.ids))
        if document:
            domain += [
                "|",
                ("res_model", "!=", document._name),
                ("res_id", "!=", document.id),
            ]
        return {
            lot.id: grams
            for lot, grams in self.env["print3d.spool.reservation"]
            .sudo()
            ._read_group(domain, ["lot_id"], ["grams:sum"])
        }

    def _get_free_grams(self, without=None, document=None):
        """Return {number of a spool: grams nobody was promised}; may be below zero.

        :param without: reservations that do not count
        :param document: a record whose reservations do not count
        """
        reserved = self._get_reserved_grams(without, document)
        promised = self._get_promised_grams()
        return {
            lot.id: lot.remaining_g
            - reserved.get(lot._origin.id, 0.0)
            - promised.get(lot._origin.id, 0.0)
            for lot in self
        }

    def _get_promised_grams(self):
        """Hook: return {number of a spool: grams that prints now running will take}."""
        return {}

    def _get_reserved_for(self, without=None):
        """Return the names of what this spool is reserved for, in one line."""
        self.ensure_one()
        reservations = self.sudo().reservation_ids.filtered(
            lambda item: item.state == "active" and item not in (without or ())
        )
        names = reservations.with_env(self.env).mapped("document_name")
        return ", ".join(
            dict.fromkeys(name or self.env._("somebody") for name in names)
        )

    def _print3d_record(self, kind, value=None, **kwargs):
        """Tell whoever counts on a spool when there is too little left for him."""
        entry = super()._print3d_record(kind, value, **kwargs)
        if kind == "scrap" and self.reserved_g > self.remaining_g:
            self._tell_users(
                self.env._(
                    "Of spool %(spool)s only %(left)s g are left: the rest was thrown "
                    "away. Choose another one.",
                    spool=self.name,
                    left=f"{self.remaining_g:g}",
                )
            )
        return entry
