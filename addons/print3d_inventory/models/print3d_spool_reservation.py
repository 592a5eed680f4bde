from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Up to this CIEDE2000 distance two colours are taken for one.
NEAR_COLOUR = 5.0


class Print3dSpoolReservation(models.Model):
    """Grams of a spool that are kept for something: a print, an order, a plan.

    Active ones are nobody else's. A print that has begun has taken its own, and plans
    its grams itself; at its end they are released.
    """

    _name = "print3d.spool.reservation"
    _description = "Reservation of a Spool"
    _order = "id desc"
    _rec_name = "lot_id"

    lot_id = fields.Many2one(
        "stock.lot",
        string="Spool",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_spool", "=", True)],
    )
    product_id = fields.Many2one(
        related="lot_id.product_id", string="Filament", store=True, index=True
    )
    wanted_id = fields.Many2one(
        "product.product",
        string="Filament Wanted",
        domain=[("is_filament", "=", True)],
        index="btree_not_null",
        help="The spool must be of its material, and of its colour unless said "
        "otherwise.",
    )
    is_colour_accepted = fields.Boolean(
        string="Another Colour Will Do", help="Somebody said so."
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    grams = fields.Float(
        string="Reserved (g)", digits="Product Unit", required=True, default=0.0
    )
    state = fields.Selection(
        [("active", "Reserved"), ("taken", "Printing"), ("released", "Released")],
        required=True,
        default="active",
        readonly=True,
        index=True,
    )
    tool = fields.Integer(help="Of a print: which of its tools is fed.")
    note = fields.Char(string="What For", help="In words, when no document says it.")
    res_model = fields.Char(string="Model of the Document", readonly=True)
    res_id = fields.Many2oneReference(
        string="Number of the Document",
        model_field="res_model",
        readonly=True,
        index="btree_not_null",
    )
    document_name = fields.Char(string="For", compute="_compute_document_name")
    user_id = fields.Many2one(
        "res.users",
        string="By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    ended_on = fields.Datetime(string="Released On", readonly=True)

    _active_index = models.Index("(lot_id) WHERE state = 'active'")

    # === COMPUTE === #

    @api.depends("res_model", "res_id", "note")
    @api.depends_context("uid")
    def _compute_document_name(self):
        """Name the documents, as far as the reader may see them."""
        for reservation in self:
            reservation.document_name = reservation.note or False
        for model, items in self.filtered("res_id").grouped("res_model").items():
            if model not in self.env:
                continue
            documents = self.env[model].browse(items.mapped("res_id")).exists()
            names = {
                document.id: document.display_name
                for document in documents._filtered_access("read")
            }
            for item in items:
                item.document_name = names.get(item.res_id) or item.note or False

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Let nothing be reserved that does not fit, or is not free."""
        reservations = self.browse()
        for vals in vals_list:
            item = self.new(vals)
            item._check_fits()
            item._check_free()
            company = item.lot_id.company_id or self.env.company
            # One by one: the next one sees what this one took.
            reservations |= super().create([{**vals, "company_id": company.id}])
        return reservations

    def write(self, vals):
        """Check what is changed; what is over stays as it was."""
        if {"lot_id", "wanted_id", "is_colour_accepted", "grams"} & vals.keys():
            for item in self:
                if item.state != "active":
                    raise UserError(
                        self.env._(
                            "This reservation of spool %(spool)s is over. Make a new "
                            "one.",
                            spool=item.lot_id.name,
                        )
                    )
                changed = self.new(
                    {
                        "lot_id": item.lot_id.id,
                        "wanted_id": item.wanted_id.id,
                        "is_colour_accepted": item.is_colour_accepted,
                        "grams": item.grams,
                        **vals,
                    },
                    origin=item,
                )
                changed._check_fits()
                changed._check_free()
        return super().write(vals)

    # === ACTIONS === #

    def action_release(self):
        """Let others have these grams."""
        self.filtered(lambda item: item.state != "released").write(
            {"state": "released", "ended_on": fields.Datetime.now()}
        )
        return True

    def action_open_document(self):
        """Open what this is reserved for."""
        self.ensure_one()
        if not self.res_id or self.res_model not in self.env:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # === BUSINESS === #

    def _get_document(self):
        """Return what this is reserved for: one record, or None."""
        self.ensure_one()
        if not self.res_id or self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists() or None

    @api.model
    def _find_for(self, document, states=("active", "taken")):
        """Return the reservations of some records of one model."""
        return self.sudo().search(
            [
                ("res_model", "=", document._name),
                ("res_id", "in", document.ids),
                ("state", "in", list(states)),
            ]
        )

    def _check_fits(self):
        """Refuse a spool that is not what is wanted.

        :raise UserError: what is the matter, and what to do
        """
        self.ensure_one()
        lot, wanted = self.lot_id._origin, self.wanted_id._origin
        if not lot.is_spool:
            raise UserError(
                self.env._("%(lot)s is no spool of filament.", lot=lot.name)
            )
        lot._check_not_quarantined()
        if not wanted or wanted == lot.product_id:
            return
        if wanted.material_id and wanted.material_id != lot.material_id:
            raise UserError(
                self.env._(
                    "%(wanted)s is wanted and spool %(spool)s is %(found)s. Reserve a "
                    "spool of %(wanted)s.",
                    wanted=wanted.material_id.name,
                    spool=lot.name,
                    found=lot.material_id.name,
                )
            )
        distance = wanted._get_colour_distance(lot.product_id)
        if distance > NEAR_COLOUR and not self.is_colour_accepted:
            raise UserError(
                self.env._(
                    "Spool %(spool)s (%(found)s) has another colour than %(wanted)s. "
                    "Say that it will do, or reserve another spool.",
                    spool=lot.name,
                    found=lot.product_id.display_name,
                    wanted=wanted.display_name,
                )
            )

    def _check_free(self):
        """Refuse more than is free, also when others reserve at the same moment.

        The spool's row is written, so that the second of two transactions is tried
        again and then sees what the first one took.

        :raise UserError: how much is free
        """
        self.ensure_one()
        lot = self.lot_id._origin
        uom = lot.product_id.uom_id
        if uom.compare(self.grams, 0) <= 0:
            raise UserError(
                self.env._("Say how many grams to reserve, more than nothing.")
            )
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE stock_lot SET is_spool = is_spool WHERE id = %s", lot.id),
            log_exceptions=False,
        )
        free = lot._get_free_grams(without=self._origin)[lot.id]
        if uom.compare(self.grams, free) > 0:
            others = lot._get_reserved_for(without=self._origin)
            raise UserError(
                self.env._(
                    "%(free)s g of spool %(spool)s are free, so that %(grams)s g "
                    "cannot be reserved.%(others)s Reserve less, or another spool.",
                    free=f"{max(0.0, free):g}",
                    spool=lot.name,
                    grams=f"{self.grams:g}",
                    others=others
                    and " " + self.env._("It is promised to %(names)s.", names=others),
                )
            )
