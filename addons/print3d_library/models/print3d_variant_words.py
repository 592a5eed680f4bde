from odoo import models


class ProductProduct(models.Model):
    """What moving and merging variants does, in words."""

    _inherit = "product.product"

    def _get_print3d_belongings(self):
        """Hook: what goes wherever the variants go, a few words each.

        :return: such as ``3 versions``
        :rtype: list[str]
        """
        counts = (
            (len(self.slice_ids), self.env._("1 version"), self.env._("%s versions")),
            (len(self.print3d_file_ids), self.env._("1 file"), self.env._("%s files")),
            (
                self.env["print3d.picture"].search_count(
                    [("product_id", "in", self.ids)]
                ),
                self.env._("1 picture"),
                self.env._("%s pictures"),
            ),
        )
        return [
            one if count == 1 else many.replace("%s", str(count))
            for count, one, many in counts
            if count
        ]

    def _get_print3d_kept_words(self):
        """What the variants own and keep, as a sentence.

        :rtype: str
        """
        belongings = self._get_print3d_belongings()
        if not belongings:
            return self.env._("There are no files or versions yet to take along.")
        return self.env._("It takes along: %(what)s.", what=", ".join(belongings))
