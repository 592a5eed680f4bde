from odoo import api, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.model
    def print3d_search(
        self,
        text="",
        facets=None,
        sort="relevance",
        offset=0,
        limit=40,
        with_facets=True,
    ):
        """Find models of the library.

        :param str text: words and conditions, see ``tools/query.py``
        :param dict facets: what is chosen: lists of ``material``, ``printer``,
            ``slicer`` (names), ``nozzle`` (mm), ``theme``, ``designer``, ``category``,
            ``licence`` (ids); ``colour`` (``#RRGGBB`` or a name of the palette),
            ``size`` (three sides in mm), ``time`` (seconds) and ``grams`` (lowest and
            highest), ``success`` (share, at least), ``favourite`` (true)
        :param str sort: ``relevance``, ``newest``, ``name``, ``quick``, ``light``,
            ``success`` or ``favourite``
        :param bool with_facets: count facets, too; not needed for further pages
        :return: ``total``, ``records``, ``facets``, ``terms`` and ``corrected``
        :rtype: dict
        """
        return self.env["print3d.search"]._run(
            text, facets, sort, offset, limit, with_facets
        )
