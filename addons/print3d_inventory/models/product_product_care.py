from odoo import api, fields, models
from odoo.exceptions import UserError


class ProductProduct(models.Model):
    """Sealed spools of a filament: counted without being opened, opened one by one."""

    _inherit = "product.product"

    sealed_count = fields.Integer(
        string="Sealed",
        compute="_compute_sealed_count",
        help="Spools in stock that were never opened.",
    )

    @api.depends("stock_quant_ids.quantity")
    @api.depends_context("allowed_company_ids")
    def _compute_sealed_count(self):
        counts = dict(
            self.env["stock.lot"]._read_group(
                self._get_sealed_domain(), ["product_id"], ["__count"]
            )
        )
        for product in self:
            product.sealed_count = counts.get(product._origin, 0)

    def _get_sealed_domain(self):
        """Return which spools are sealed and may be opened some time."""
        return [
            ("product_id", "in", self.ids),
            ("is_sealed", "=", True),
            ("is_quarantined", "=", False),
            ("company_id", "in", [*self.env.companies.ids, False]),
        ]

    def action_open_spool(self):
        """Open the oldest sealed spool, and print its label if it had none."""
        self.ensure_one()
        lot = self._print3d_open_spool()
        if not lot.label_printed_on:
            return lot.action_print_labels()
        return lot._get_page_action()

    def _print3d_open_spool(self, lot=None, **told):
        """Open a sealed spool of this filament: the oldest, or the one given.

        The oldest is the one that expires first, then the one that came first. Free
        ones come before those that are reserved.

        :param lot: the spool (stock.lot) somebody has in his hands
        :param told: ``key``, ``device`` and ``happened_on`` of ``_print3d_record``
        :return: the spool (stock.lot)
        :raise UserError: when no spool is sealed
        """
        self.ensure_one()
        Lot = self.env["stock.lot"]
        key = told.get("key")
        if key:
            known = self.env["print3d.spool.entry"].sudo().search([("key", "=", key)])
            if known:
                return known.lot_id.with_env(self.env)
        if not lot:
            sealed = Lot.search(
                [
                    *self._get_sealed_domain(),
                    ("spool_status", "in", ("sealed", "reserved")),
                ],
                order=Lot._get_next_order(),
            )
            free = sealed.filtered(lambda item: item.spool_status == "sealed")
            lot = (free or sealed)[:1]
        if not lot or lot.product_id != self:
            raise UserError(
                self.env._(
                    "No sealed spool of %(filament)s is here. Receive or buy some, or "
                    "take one that is open.",
                    filament=self.display_name,
                )
            )
        lot._print3d_record("open", **told)
        return lot
