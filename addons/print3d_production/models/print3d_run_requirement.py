from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..scheduling.capability import Requirement, model_key


class Print3dRunRequirement(models.Model):
    """What the plate of a run asks of a printer."""

    _inherit = "print3d.run"

    def _get_requirements(self):
        """Return what the plates of these runs ask of a printer.

        What a person corrected counts. The number of queries does not depend on how
        many runs there are.

        :return: {run id: Requirement}, see `scheduling.capability`
        :rtype: dict
        """
        by_plate = self.plate_id._get_requirements()
        unknown = Requirement()
        return {run.id: by_plate.get(run.plate_id.id, unknown) for run in self}

    # === IN WORDS === #

    @api.model
    def _get_misfit_notes(self, misfits):
        """Say in words why a printer does not do for a plate.

        :param misfits: what `scheduling.capability.misfits` returned
        :return: a sentence for each
        :rtype: list[str]
        """
        tellers = {
            "model": self._tell_model,
            "size": self._tell_size,
            "nozzle": self._tell_nozzle,
            "slots": self._tell_slots,
            "material": self._tell_material,
            "nozzle_c": self._tell_temperature,
            "bed_c": self._tell_temperature,
            "chamber_c": self._tell_temperature,
            "enclosure": self._tell_plain,
            "hardened": self._tell_plain,
            "surface": self._tell_surface,
        }
        return [
            tellers[code](code, facts["wanted"], facts["there"])
            for code, facts in misfits
        ]

    def _tell_model(self, _code, wanted, _there):
        known = self.env["print3d.printer.model"]._find(wanted)
        return self.env._(
            "Sliced for %(model)s, another model of printer.",
            model=known.display_name or wanted,
        )

    def _tell_size(self, _code, wanted, there):
        axes = [
            f"{axis} {size:g} > {limit:g} mm"
            for axis, size, limit in zip("XYZ", wanted, there, strict=False)
            if size and limit and size > limit
        ]
        return self.env._("Too large for it: %(axes)s.", axes=", ".join(axes))

    def _tell_nozzle(self, _code, wanted, there):
        return self.env._(
            "Wants a nozzle of %(wanted)s mm and there is %(there)s mm.",
            wanted=f"{wanted:g}",
            there=", ".join(f"{size:g}" for size in there),
        )

    def _tell_slots(self, _code, wanted, there):
        return self.env._(
            "Takes %(wanted)s spools at once and it has %(there)s slots.",
            wanted=wanted,
            there=there,
        )

    def _tell_material(self, _code, wanted, _there):
        materials = self.env["print3d.material"].sudo().browse(sorted(wanted))
        return self.env._(
            "It does not print %(materials)s.",
            materials=", ".join(materials.mapped("name")),
        )

    def _tell_temperature(self, code, wanted, there):
        figures = {"wanted": f"{wanted:g}", "there": f"{there:g}"}
        if code == "nozzle_c":
            return self.env._(
                "Wants the nozzle at %(wanted)s °C and it goes up to %(there)s °C.",
                **figures,
            )
        if code == "bed_c":
            return self.env._(
                "Wants the bed at %(wanted)s °C and it goes up to %(there)s °C.",
                **figures,
            )
        return self.env._(
            "Wants the chamber at %(wanted)s °C and it goes up to %(there)s °C.",
            **figures,
        )

    def _tell_plain(self, code, _wanted, _there):
        if code == "enclosure":
            return self.env._("Wants a closed printer and this one is open.")
        return self.env._("Its filament wears out a nozzle that is not hardened.")

    def _tell_surface(self, _code, wanted, _there):
        surfaces = self.env["print3d.surface"].sudo().browse(sorted(wanted))
        return self.env._(
            "Wants the surface %(surfaces)s.",
            surfaces=self.env._(" or ").join(surfaces.mapped("name")),
        )


class Print3dPlateRequirement(models.Model):
    """What a plate asks of a printer, from the figures of its sliced file."""

    _inherit = "print3d.plate"

    def _get_requirements(self):
        """Return what these plates ask of a printer.

        :return: {plate id: Requirement}, see `scheduling.capability`
        :rtype: dict
        """
        facts = self.slice_id._get_requirement_facts()
        surfaces = self.env["print3d.surface"]._get_name_index()
        return {
            plate.id: plate._get_requirement(facts[plate.slice_id.id], surfaces)
            for plate in self
        }

    def _get_requirement(self, facts, surfaces):
        """Return what this plate asks of a printer.

        :param dict facts: what its file says, see `_get_requirement_facts`
        :param dict surfaces: {name in slicers: ids of surfaces}
        :rtype: Requirement
        """
        self.ensure_one()
        lines = self.filament_ids.filtered(lambda line: line.grams > 0)
        materials = lines.product_id.material_id
        return Requirement(
            size_mm=self._get_size_mm(),
            nozzle_mm=round(facts["nozzle_diameter"] or 0.0, 2),
            tools=max(1, len(lines)),
            material_ids=frozenset(materials.ids),
            nozzle_c=_get_nozzle_c(facts, lines.mapped("tool")),
            bed_c=_get_bed_c(facts),
            chamber_c=_highest([facts["chamber_temp"]]),
            needs_enclosure=any(materials.mapped("enclosure")),
            needs_hardened=any(materials.mapped("abrasive")),
            surface_ids=frozenset(surfaces.get(model_key(facts["bed_type"]), ())),
            printer_model=model_key(facts["printer_model"]),
        )

    def _get_size_mm(self):
        """Hook: return how large what is printed is, as (x, y, z); 0 is unknown."""
        self.ensure_one()
        return (self.size_x_mm, self.size_y_mm, self.object_height)


class Print3dSliceRequirement(models.Model):
    """The few settings of a version that a printer has to be able to do."""

    _inherit = "print3d.slice"

    def _get_requirement_facts(self):
        """Return what the files of these versions say, in two queries.

        All settings of a file are some 50 kB; only the few that matter are fetched.

        :return: {version id: {name: value}}; names are those of the fields and of the
            common terms, and `corrected` has the names of what a person corrected
        :rtype: dict
        """
        if not self.ids:
            return {}
        self.flush_recordset(
            ["printer_model", "nozzle_diameter", "nozzle_temp", "bed_temp", "common"]
        )
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT id, printer_model, nozzle_diameter,
                       nozzle_temp AS nozzle_c, bed_temp AS bed_c,
                       common->'nozzle_temp' AS nozzle_temp,
                       common->'first_layer_nozzle_temp' AS first_layer_nozzle_temp,
                       common->'bed_temp' AS bed_temp,
                       common->'first_layer_bed_temp' AS first_layer_bed_temp,
                       common->'chamber_temp' AS chamber_temp,
                       common->>'bed_type' AS bed_type
                  FROM print3d_slice
                 WHERE id IN %s
                """,
                tuple(self.ids),
            )
        )
        corrected = defaultdict(set)
        for line in (
            self.env["print3d.correction"]
            .sudo()
            .search_fetch(
                [
                    ("slice_id", "in", self.ids),
                    ("field_name", "in", ["nozzle_temp", "bed_temp"]),
                ],
                ["slice_id", "field_name"],
            )
        ):
            corrected[line.slice_id.id].add(line.field_name)
        return {row["id"]: {**row, "corrected": corrected[row["id"]]} for row in rows}


def _get_nozzle_c(facts, tools):
    """Return how hot the hottest nozzle gets that prints, the first layer too.

    What a person corrected is the whole truth.
    """
    values = [facts["nozzle_c"]]
    if "nozzle_temp" not in facts["corrected"]:
        for stated in (facts["nozzle_temp"], facts["first_layer_nozzle_temp"]):
            stated = stated if isinstance(stated, list) else [stated]
            values += [
                value
                for tool, value in enumerate(stated, start=1)
                if tool in tools or len(stated) == 1
            ]
    return _highest(values)


def _get_bed_c(facts):
    """Return how hot the bed gets, on the first layer too."""
    values = [facts["bed_c"]]
    if "bed_temp" not in facts["corrected"]:
        values += [facts["bed_temp"], facts["first_layer_bed_temp"]]
    return _highest(values)


def _highest(values):
    """Return the highest of some values that are numbers, 0 when none of them is."""
    return max(
        (float(value) for value in values if isinstance(value, (int, float))),
        default=0.0,
    )
