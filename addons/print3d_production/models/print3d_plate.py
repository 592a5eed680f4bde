from odoo import fields, models
from odoo.tools import SQL


class Print3dPlate(models.Model):
    """What one print of a plate brings, also of other variants."""

    _inherit = "print3d.plate"

    fill_count = fields.Integer(
        string="Times Filled",
        readonly=True,
        copy=False,
        help="Counts the changes of what waits to be printed of it, so that two at "
        "once are told of each other.",
    )

    def _get_pieces(self):
        """Return the pieces that one print of this plate brings.

        Objects that are pieces of other variants come along with the copies of the
        version's own variant.

        :return: {product.product: pieces}, the version's own variant first
        :rtype: dict
        """
        self.ensure_one()
        own = self.slice_id.product_id
        pieces = {own: self.copies}
        for line in self.sudo().object_ids:
            if line.product_id and line.product_id != own:
                pieces[line.product_id] = pieces.get(line.product_id, 0) + line.count
        return pieces

    def _lock_filling(self):
        """Let no two transactions change what waits of these plates at once.

        The row is written and not only locked: whoever comes second has read what was
        there before, is told so by PostgreSQL, and is tried again by Odoo.
        """
        if self.ids:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE print3d_plate AS plate
                       SET fill_count = COALESCE(plate.fill_count, 0) + 1
                      FROM (SELECT id FROM print3d_plate
                             WHERE id IN %s ORDER BY id FOR UPDATE) AS locked
                     WHERE plate.id = locked.id
                    """,
                    tuple(self.ids),
                )
            )
