from odoo import models
from odoo.tools import SQL


class Print3dSearchSource(models.AbstractModel):
    """What the index of the library's search is made of.

    A model that inherits from this one tells the index which variants to read again:
    whatever is created, changed or deleted is noted, and read once before the
    transaction ends (see ``print3d.search.entry``).
    """

    _name = "print3d.search.source"
    _description = "Source of the Library's Search"

    # Fields the index is made of; among them those that say which variants it is about.
    _search_fields = frozenset()
    _search_links = frozenset()

    def _get_search_products_sql(self, ids):
        """SQL of the ids of the variants that these records say something about.

        :param list ids: records of this model
        :rtype: odoo.tools.SQL
        """
        raise NotImplementedError

    def modified(self, fnames, create=False, before=False):
        """Note new and deleted records, and relations that changed."""
        ids = self._get_search_ids(fnames) if self and fnames else []
        if ids:
            self._note_search(ids, gone=before)
        return super().modified(fnames, create=create, before=before)

    def _write_multi(self, vals_list):
        """Note columns that change; those of computed fields change only here."""
        names = {name for vals in vals_list for name in vals}
        ids = self._get_search_ids(names)
        if ids:
            if names & self._search_links:
                # Before it is written the database still knows what it was about.
                self._note_search(ids, gone=True)
            self._note_search(ids)
        return super()._write_multi(vals_list)

    def _get_search_ids(self, names):
        if self._search_fields.isdisjoint(names):
            return []
        return [record_id for record_id in self._ids if isinstance(record_id, int)]

    def _note_search(self, ids, gone=False):
        """Have the variants read again that records are about.

        :param ids: the records
        :param bool gone: they will not lead to their variants any more
        """
        self.env["print3d.search.entry"]._note(self._name, ids, gone)


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "print3d.search.source"]

    _search_fields = frozenset(
        {
            "active",
            "product_tmpl_id",
            "active_slice_id",
            "default_code",
            "barcode",
            "product_template_variant_value_ids",
            "product_template_attribute_value_ids",
            "additional_product_tag_ids",
        }
    )

    _search_links = frozenset({"product_tmpl_id"})

    def _get_search_products_sql(self, ids):
        return SQL(
            """
            SELECT id FROM product_product
             WHERE product_tmpl_id IN (SELECT product_tmpl_id FROM product_product
                                        WHERE id = ANY(%s))
            """,
            ids,
        )


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "print3d.search.source"]

    _search_fields = frozenset(
        {
            "name",
            "active",
            "is_print3d_model",
            "designer_id",
            "licence_id",
            "categ_id",
            "description",
            "description_sale",
            "product_tag_ids",
            "print3d_favourite_user_ids",
        }
    )

    def _get_search_products_sql(self, ids):
        return SQL(
            "SELECT id FROM product_product WHERE product_tmpl_id = ANY(%s)", ids
        )


class ProductTag(models.Model):
    _name = "product.tag"
    _inherit = ["product.tag", "print3d.search.source"]

    # Who gets a tag or loses one is noted as a model: not all the others that have it.
    _search_fields = frozenset({"name"})

    def _get_search_products_sql(self, ids):
        return SQL(
            """
            SELECT p.id
              FROM product_product AS p
              JOIN product_tag_product_template_rel AS r
                ON r.product_template_id = p.product_tmpl_id
             WHERE r.product_tag_id = ANY(%(ids)s)
             UNION
            SELECT product_product_id
              FROM product_tag_product_product_rel
             WHERE product_tag_id = ANY(%(ids)s)
            """,
            ids=ids,
        )


class ProductCategory(models.Model):
    _name = "product.category"
    _inherit = ["product.category", "print3d.search.source"]

    _search_fields = frozenset({"name", "complete_name", "parent_id", "parent_path"})

    def _get_search_products_sql(self, ids):
        return SQL(
            """
            SELECT p.id
              FROM product_category AS above
              JOIN product_category AS c
                ON c.parent_path LIKE above.parent_path || '%%'
              JOIN product_template AS t ON t.categ_id = c.id
              JOIN product_product AS p ON p.product_tmpl_id = t.id
             WHERE above.id = ANY(%s) AND t.is_print3d_model
            """,
            ids,
        )


class ProductAttributeValue(models.Model):
    _name = "product.attribute.value"
    _inherit = ["product.attribute.value", "print3d.search.source"]

    _search_fields = frozenset({"name"})

    def _get_search_products_sql(self, ids):
        return SQL(
            """
            SELECT c.product_product_id
              FROM product_template_attribute_value AS v
              JOIN product_variant_combination AS c
                ON c.product_template_attribute_value_id = v.id
             WHERE v.product_attribute_value_id = ANY(%s)
            """,
            ids,
        )


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "print3d.search.source"]

    _search_fields = frozenset({"name", "complete_name"})

    def _get_search_products_sql(self, ids):
        return SQL(
            """
            SELECT p.id
              FROM product_template AS t
              JOIN product_product AS p ON p.product_tmpl_id = t.id
             WHERE t.designer_id = ANY(%s)
            """,
            ids,
        )


class Print3dLicence(models.Model):
    _name = "print3d.licence"
    _inherit = ["print3d.licence", "print3d.search.source"]

    _search_fields = frozenset({"name"})

    def _get_search_products_sql(self, ids):
        return SQL(
            """
            SELECT p.id
              FROM product_template AS t
              JOIN product_product AS p ON p.product_tmpl_id = t.id
             WHERE t.licence_id = ANY(%s)
            """,
            ids,
        )


class Print3dSlice(models.Model):
    _name = "print3d.slice"
    _inherit = ["print3d.slice", "print3d.search.source"]

    _search_fields = frozenset(
        {
            "product_id",
            "state",
            "read_state",
            "number",
            "note",
            "file_name",
            "slicer",
            "slicer_version",
            "printer_model",
            "nozzle_diameter",
            "time_s",
            "weight_g",
            "chips",
            "profile_id",
        }
    )
    _search_links = frozenset({"product_id"})
    # What the conditions on settings are answered from.
    _search_setting_fields = frozenset(
        {
            "settings",
            "common",
            "printer_model",
            "nozzle_diameter",
            "layer_height",
            "first_layer_height",
            "nozzle_temp",
            "bed_temp",
        }
    )

    def _get_search_products_sql(self, ids):
        return SQL("SELECT product_id FROM print3d_slice WHERE id = ANY(%s)", ids)

    def modified(self, fnames, create=False, before=False):
        if create and not self._search_setting_fields.isdisjoint(fnames):
            self.env["print3d.search.entry"]._note_settings(self._ids)
        return super().modified(fnames, create=create, before=before)

    def _write_multi(self, vals_list):
        for record_id, vals in zip(self._ids, vals_list, strict=True):
            if not self._search_setting_fields.isdisjoint(vals):
                self.env["print3d.search.entry"]._note_settings([record_id])
        return super()._write_multi(vals_list)


class Print3dProfile(models.Model):
    _name = "print3d.profile"
    _inherit = ["print3d.profile", "print3d.search.source"]

    _search_fields = frozenset({"name"})

    def _get_search_products_sql(self, ids):
        return SQL(
            "SELECT product_id FROM print3d_slice WHERE profile_id = ANY(%s)", ids
        )


class Print3dSliceParameter(models.Model):
    _name = "print3d.slice.parameter"
    _inherit = ["print3d.slice.parameter", "print3d.search.source"]

    _search_fields = frozenset({"slice_id", "name", "value"})
    _search_links = frozenset({"slice_id"})

    def _get_search_products_sql(self, ids):
        return SQL(
            """
            SELECT s.product_id
              FROM print3d_slice_parameter AS own
              JOIN print3d_slice AS s ON s.id = own.slice_id
             WHERE own.id = ANY(%s)
            """,
            ids,
        )

    def _note_search(self, ids, gone=False):
        """A parameter is one more setting of its version."""
        rows = self.env.execute_query(
            SQL(
                "SELECT slice_id FROM print3d_slice_parameter WHERE id = ANY(%s)",
                list(ids),
            )
        )
        self.env["print3d.search.entry"]._note_settings(row[0] for row in rows)
        return super()._note_search(ids, gone)


class Print3dPlate(models.Model):
    _name = "print3d.plate"
    _inherit = ["print3d.plate", "print3d.search.source"]

    _search_fields = frozenset({"slice_id", "name"})
    _search_links = frozenset({"slice_id"})

    def _get_search_products_sql(self, ids):
        return SQL(
            """
            SELECT s.product_id
              FROM print3d_plate AS plate
              JOIN print3d_slice AS s ON s.id = plate.slice_id
             WHERE plate.id = ANY(%s)
            """,
            ids,
        )


class Print3dPlateFilament(models.Model):
    _name = "print3d.plate.filament"
    _inherit = ["print3d.plate.filament", "print3d.search.source"]

    _search_fields = frozenset(
        {
            "plate_id",
            "filament_type",
            "filament_name",
            "colour",
            "vendor",
            "product_id",
        }
    )
    _search_links = frozenset({"plate_id"})

    def _get_search_products_sql(self, ids):
        return SQL(
            """
            SELECT s.product_id
              FROM print3d_plate_filament AS line
              JOIN print3d_plate AS plate ON plate.id = line.plate_id
              JOIN print3d_slice AS s ON s.id = plate.slice_id
             WHERE line.id = ANY(%s)
            """,
            ids,
        )


class Print3dPlateObject(models.Model):
    _name = "print3d.plate.object"
    _inherit = ["print3d.plate.object", "print3d.search.source"]

    _search_fields = frozenset({"plate_id", "name"})
    _search_links = frozenset({"plate_id"})

    def _get_search_products_sql(self, ids):
        return SQL(
            """
            SELECT s.product_id
              FROM print3d_plate_object AS line
              JOIN print3d_plate AS plate ON plate.id = line.plate_id
              JOIN print3d_slice AS s ON s.id = plate.slice_id
             WHERE line.id = ANY(%s)
            """,
            ids,
        )


class Print3dFile(models.Model):
    _name = "print3d.file"
    _inherit = ["print3d.file", "print3d.search.source"]

    _search_fields = frozenset({"product_id", "name"})
    _search_links = frozenset({"product_id"})

    def _get_search_products_sql(self, ids):
        return SQL(
            "SELECT product_id FROM print3d_file "
            "WHERE id = ANY(%s) AND product_id IS NOT NULL",
            ids,
        )


class Print3dMesh(models.Model):
    _name = "print3d.mesh"
    _inherit = ["print3d.mesh", "print3d.search.source"]

    _search_fields = frozenset(
        {"product_id", "name", "state", "size_x", "size_y", "size_z"}
    )
    _search_links = frozenset({"product_id"})

    def _get_search_products_sql(self, ids):
        return SQL(
            "SELECT product_id FROM print3d_mesh "
            "WHERE id = ANY(%s) AND product_id IS NOT NULL",
            ids,
        )


class Print3dMeshPart(models.Model):
    _name = "print3d.mesh.part"
    _inherit = ["print3d.mesh.part", "print3d.search.source"]

    _search_fields = frozenset({"mesh_id", "name"})
    _search_links = frozenset({"mesh_id"})

    def _get_search_products_sql(self, ids):
        return SQL(
            """
            SELECT mesh.product_id
              FROM print3d_mesh_part AS part
              JOIN print3d_mesh AS mesh ON mesh.id = part.mesh_id
             WHERE part.id = ANY(%s) AND mesh.product_id IS NOT NULL
            """,
            ids,
        )
