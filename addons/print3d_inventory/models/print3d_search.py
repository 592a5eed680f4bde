from odoo import api, models
from odoo.tools import SQL

from odoo.addons.print3d_library.models import print3d_search_source as source
from odoo.addons.print3d_library.models.print3d_search_entry import translations


class Print3dSearchEntry(models.Model):
    """Find models by the filaments of the shop that they are printed with."""

    _inherit = "print3d.search.entry"

    @api.model
    def _get_extra_texts(self, product_ids, versions):
        texts = super()._get_extra_texts(product_ids, versions)
        product_of = {row["id"]: product_id for product_id, row in versions.items()}
        for (
            slice_id,
            name,
            default_code,
            series,
            material,
            brand,
            colours,
        ) in self.env.execute_query(
            SQL(
                """
                    SELECT line.slice_id, t.name, p.default_code, t.series,
                           material.name, brand.name,
                           (SELECT json_agg(value.name)
                              FROM product_variant_combination AS c
                              JOIN product_template_attribute_value AS v
                                ON v.id = c.product_template_attribute_value_id
                              JOIN product_attribute_value AS value
                                ON value.id = v.product_attribute_value_id
                             WHERE c.product_product_id = p.id
                               AND value.html_color IS NOT NULL)
                      FROM print3d_plate_filament AS line
                      JOIN product_product AS p ON p.id = line.product_id
                      JOIN product_template AS t ON t.id = p.product_tmpl_id
                      LEFT JOIN print3d_material AS material
                        ON material.id = t.material_id
                      LEFT JOIN res_partner AS brand ON brand.id = t.brand_id
                     WHERE line.slice_id = ANY(%s)
                     ORDER BY line.id
                    """,
                list(product_of),
            )
        ):
            stated = [("m", text) for text in (*translations(name), material)]
            stated += [("m", default_code), ("m", series), ("b", brand)]
            stated += [
                ("h", text) for colour in colours or [] for text in translations(colour)
            ]
            found = texts.setdefault(product_of[slice_id], [])
            found += [entry for entry in stated if entry[1]]
        return texts


def _get_prints_sql(filaments):
    """SQL of the ids of the variants that are printed with filaments.

    :param SQL filaments: of their ids
    """
    return SQL(
        """
        SELECT s.product_id
          FROM print3d_plate_filament AS line
          JOIN print3d_slice AS s ON s.id = line.slice_id
         WHERE line.product_id IN (%s)
        """,
        filaments,
    )


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_search_products_sql(self, ids):
        return SQL(
            "%s UNION %s",
            super()._get_search_products_sql(ids),
            _get_prints_sql(SQL("SELECT unnest(%s)", ids)),
        )


class ProductTemplate(models.Model):
    _inherit = "product.template"

    _search_fields = source.ProductTemplate._search_fields | {
        "material_id",
        "brand_id",
        "series",
    }

    def _get_search_products_sql(self, ids):
        filaments = SQL(
            "SELECT id FROM product_product WHERE product_tmpl_id = ANY(%s)", ids
        )
        return SQL(
            "%s UNION %s",
            super()._get_search_products_sql(ids),
            _get_prints_sql(filaments),
        )


class ProductAttributeValue(models.Model):
    _inherit = "product.attribute.value"

    def _get_search_products_sql(self, ids):
        filaments = SQL(
            """
            SELECT c.product_product_id
              FROM product_template_attribute_value AS v
              JOIN product_variant_combination AS c
                ON c.product_template_attribute_value_id = v.id
             WHERE v.product_attribute_value_id = ANY(%s)
            """,
            ids,
        )
        return SQL(
            "%s UNION %s",
            super()._get_search_products_sql(ids),
            _get_prints_sql(filaments),
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_search_products_sql(self, ids):
        filaments = SQL(
            """
            SELECT p.id
              FROM product_template AS t
              JOIN product_product AS p ON p.product_tmpl_id = t.id
             WHERE t.brand_id = ANY(%s)
            """,
            ids,
        )
        return SQL(
            "%s UNION %s",
            super()._get_search_products_sql(ids),
            _get_prints_sql(filaments),
        )


class Print3dMaterial(models.Model):
    _name = "print3d.material"
    _inherit = ["print3d.material", "print3d.search.source"]

    _search_fields = frozenset({"name"})

    def _get_search_products_sql(self, ids):
        return _get_prints_sql(
            SQL(
                """
                SELECT p.id
                  FROM product_template AS t
                  JOIN product_product AS p ON p.product_tmpl_id = t.id
                 WHERE t.material_id = ANY(%s)
                """,
                ids,
            )
        )
