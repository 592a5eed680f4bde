from odoo import api, fields, models


class Print3dFile(models.Model):
    """A file of a variant; its bytes are an attachment that only this record owns."""

    _name = "print3d.file"
    _description = "File of a 3D Model"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, index="trigram")
    kind = fields.Selection(
        [
            ("sliced", "Sliced File"),
            ("mesh", "Mesh"),
            ("picture", "Picture"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
        readonly=True,
    )
    size = fields.Integer(string="Size (bytes)", readonly=True)
    sha256 = fields.Char(string="SHA-256", index=True, readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", string="Content", readonly=True, ondelete="restrict"
    )
    product_id = fields.Many2one(
        "product.product",
        string="Variant",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="product_id.company_id", store=True, index=True, precompute=True
    )

    _content_uniq = models.Constraint(
        "UNIQUE(product_id, sha256)",
        "This file is already there: the variant has a file with the same content.",
    )

    @api.model
    def _clean_name(self, name):
        """A file name without folders, control characters or excess length.

        :param str name: name as the sender states it
        :rtype: str
        """
        return name
