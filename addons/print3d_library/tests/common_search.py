from ..mesh.model import MeshReport
from .common import Print3dLibraryCommon


class Print3dSearchCommon(Print3dLibraryCommon):
    """Helpers that make versions without a file, and look for models."""

    @classmethod
    def _add_version(cls, product, filaments=(("PLA", "#1A1A1A", 10),), **values):
        """A version that was read, without a file, and made the active one.

        :param filaments: of each tool its material, colour and grams
        """
        time_s = values.pop("time_s", 3600)
        lines = [
            {
                "tool": tool,
                "filament_type": material,
                "filament_name": f"Generic {material}",
                "colour": colour,
                "weight_g": grams,
                "weight_known": True,
            }
            for tool, (material, colour, grams) in enumerate(filaments, 1)
        ]
        plate = {"time_s": time_s, "filament_ids": [(0, 0, line) for line in lines]}
        version = cls.Slice.create(
            {
                "product_id": product.id,
                "read_state": "done",
                "plate_ids": [(0, 0, plate)],
                **values,
            }
        )
        version.action_activate()
        return version

    @classmethod
    def _add_model(cls, name, version=None, size=None, **values):
        """A model with a version, and perhaps a mesh that was measured.

        :param version: what :meth:`_add_version` takes
        :param size: sides of the mesh in mm
        """
        model = cls._create_model(name, **values)
        cls._add_version(model.product_variant_id, **(version or {}))
        if size:
            cls._add_mesh(model.product_variant_id, size)
        return model

    @classmethod
    def _add_mesh(cls, product, size, name="part.stl"):
        """A mesh that was measured, without a file."""
        file = cls.env["print3d.file"].create(
            {
                "name": name,
                "kind": "mesh",
                "size": 1,
                "sha256": f"{cls.env['print3d.file'].search_count([]):064}",
                "product_id": product.id,
            }
        )
        report = MeshReport(format="stl", size_mm=list(map(float, size))).as_dict()
        return cls.env["print3d.mesh"].create(
            {"file_id": file.id, "state": "done", "report": report}
        )

    def _search(self, text="", user=None, **arguments):
        """What the search answers an operator."""
        Template = self.env["product.template"].with_user(user or self.user_operator)
        return Template.print3d_search(text, **arguments)

    def _find(self, text="", user=None, **arguments):
        """Names of the models that are found, in their order."""
        found = self._search(text, user, limit=200, **arguments)
        return [record["name"] for record in found["records"]]

    def _get_facet(self, name, text="", user=None, **arguments):
        facets = self._search(text, user, **arguments)["facets"]
        return next(facet for facet in facets if facet["name"] == name)

    def _get_counts(self, name, text="", user=None, **arguments):
        """Of each value of a facet its number of models, by label."""
        facet = self._get_facet(name, text, user, **arguments)
        return {value["label"]: value["count"] for value in facet["values"]}
