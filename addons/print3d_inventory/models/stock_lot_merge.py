import math

from odoo import api, fields, models
from odoo.exceptions import UserError

from .stock_lot_ledger import ABOVE_PERCENT


class StockLot(models.Model):
    """Merging remnants, and throwing away what is no good."""

    _inherit = "stock.lot"

    # === ACTIONS === #

    def action_open_merge(self):
        """Ask on which spool the filament of these spools was wound."""
        if len(self.product_id) > 1:
            raise UserError(
                self.env._(
                    "These are spools of %(filaments)s. Choose spools of one filament "
                    "to merge them.",
                    filaments=", ".join(self.product_id.mapped("display_name")),
                )
            )
        return self._get_care_action("print3d_spool_merge_action")

    def action_open_scrap(self):
        """Ask why these spools, or a part of them, are thrown away."""
        return self._get_care_action("print3d_spool_scrap_action")

    # === SCRAPPING === #

    @api.model
    def _get_scrap_reasons(self):
        """Return why filament is thrown away: [(number, name)]."""
        tags = self.env["stock.scrap.reason.tag"].sudo().search([("name", "!=", False)])
        return [(tag.id, tag.name) for tag in tags]

    @api.model
    def _load_scrap_reasons(self):
        """Make the usual reasons that the shop does not have yet."""
        Tag = self.env["stock.scrap.reason.tag"]
        known = {(name or "").casefold() for name in Tag.search([]).mapped("name")}
        Tag.create(
            [
                {"name": name, "sequence": 20 + number}
                for number, name in enumerate(
                    (
                        "Tangled",
                        "Too damp to be saved",
                        "Brittle",
                        "Dirty",
                        "Remnant too short",
                        "Past its date",
                    )
                )
                if name.casefold() not in known
            ]
        )

    # === MERGING === #

    def _print3d_merge_into(
        self, target, grams=None, *, key=None, device=None, happened_on=None
    ):
        """Move filament from this spool onto another one of the same filament.

        The grams bring along what they were worth on this spool.

        :param target: the other spool (stock.lot, or its id)
        :param float grams: how much; all that is left by default
        :param str key: the message's own key; told again, the same entries are returned
        :param device: what told it (print3d.device)
        :param happened_on: when it was done, see ``_print3d_record``
        :return: the entries of the two spools (print3d.spool.entry), this one's first
        :raise UserError: when they cannot be merged, and what to do instead
        """
        self.ensure_one()
        target = self.browse(target if isinstance(target, int) else target.id).exists()
        Entry = self.env["print3d.spool.entry"].sudo()
        known = Entry.search([("key", "=", key)]) if key else Entry
        if known:
            self._check_same_deed(known, "merge_out")
            pair = Entry.search([("pair_id", "=", known.id)])
            return (known | pair).with_env(self.env)
        (self | target).check_access("write")
        grams = self.sudo()._check_merge(target.sudo(), grams)
        told = {"device": device, "happened_on": happened_on}
        went = self._print3d_record("merge_out", document=target, key=key, **told)
        came = target._print3d_record(
            "merge_in", document=self, key=key and f"{key}/in", **told
        )
        went, came = went.sudo(), came.sudo()
        came.write({"pair_id": went.id})
        went._as_author()._post_change(-grams)
        came.with_context(print3d_spool_value_from=went.id)._as_author()._post_change(
            grams
        )
        went._settle()
        came._settle()
        self._after_merge(target, went.happened_on)
        return (went | came).with_env(self.env)

    def _after_merge(self, target, happened_on):
        """Let the other spool know what its filament is now."""
        self.ensure_one()
        day = fields.Date.context_today(self, happened_on)
        for lot in (self | target).filtered(lambda lot: not lot.opened_on):
            lot.opened_on = day
        # The oldest filament on a spool tells how long it keeps.
        if self.expires_on and not (
            target.expires_on and target.expires_on <= self.expires_on
        ):
            target.expires_on = self.expires_on

    def _check_merge(self, target, grams):
        """Return the grams to move, checked.

        :raise UserError: when the two cannot be merged
        """
        self.ensure_one()
        if not target or not target.is_spool:
            raise UserError(
                self.env._("Say on which spool the filament goes: scan or choose one.")
            )
        if target == self:
            raise UserError(
                self.env._(
                    "%(spool)s cannot be merged with itself. Choose another spool.",
                    spool=self.name,
                )
            )
        if target.product_id != self.product_id:
            raise UserError(
                self.env._(
                    "%(spool)s is %(this)s and %(target)s is %(that)s. Only spools of "
                    "the same filament are merged.",
                    spool=self.name,
                    this=self.product_id.display_name,
                    target=target.name,
                    that=target.product_id.display_name,
                )
            )
        if target.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "%(spool)s and %(target)s belong to different companies. Sell the "
                    "filament to the other one first.",
                    spool=self.name,
                    target=target.name,
                )
            )
        (self | target)._check_not_quarantined()
        (self | target)._check_idle()
        return self._check_merge_grams(target, grams)

    def _check_merge_grams(self, target, grams):
        self.ensure_one()
        uom = self.product_id.uom_id
        left = self.remaining_g
        if grams is None:
            grams = left
        if (
            isinstance(grams, bool)
            or not isinstance(grams, (int, float))
            or not math.isfinite(grams)
            or uom.compare(grams, 0) <= 0
        ):
            raise UserError(
                self.env._(
                    "There is nothing to move from spool %(spool)s. Say how many grams "
                    "were wound over.",
                    spool=self.name,
                )
            )
        if uom.compare(grams, left) > 0:
            raise UserError(
                self.env._(
                    "Only %(left)s g are left on spool %(spool)s, so that %(grams)s g "
                    "cannot have been wound over. Weigh it first.",
                    left=f"{left:g}",
                    spool=self.name,
                    grams=f"{grams:g}",
                )
            )
        reserved = self.reserved_g
        if uom.compare(left - grams, reserved) < 0 and reserved:
            raise UserError(
                self.env._(
                    "%(reserved)s g of spool %(spool)s are reserved for %(documents)s. "
                    "Release that first, or move no more than %(free)s g.",
                    reserved=f"{reserved:g}",
                    spool=self.name,
                    documents=self._get_reserved_for(),
                    free=f"{max(0.0, uom.round(left - reserved)):g}",
                )
            )
        full = target.net_weight_g
        room = uom.round(full * (1 + ABOVE_PERCENT / 100) - target.remaining_g)
        if full and uom.compare(grams, room) > 0:
            raise UserError(
                self.env._(
                    "Spool %(target)s takes %(full)s g and has %(left)s g on it: "
                    "%(grams)s g do not go on it. Move no more than %(room)s g.",
                    target=target.name,
                    full=f"{full:g}",
                    left=f"{target.remaining_g:g}",
                    grams=f"{grams:g}",
                    room=f"{max(0.0, uom.round(full - target.remaining_g)):g}",
                )
            )
        return uom.round(grams)

    def _check_idle(self):
        """Hook: refuse what cannot be done to spools that are being printed with.

        :raise UserError: when one of these spools is in use
        """
