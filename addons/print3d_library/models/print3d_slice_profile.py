from odoo import api, fields, models

from .print3d_profile import AT_ONCE, JOB_SIZE, normalise
from .print3d_slice_facts import COMMON_FACTS

# Settings of this many versions are in memory at a time.
BATCH = 100


class Print3dSlice(models.Model):
    """Where a version deviates from the profile of its material and printer."""

    _inherit = "print3d.slice"

    profile_id = fields.Many2one(
        "print3d.profile",
        string="Print Profile",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The most specific profile for the material, printer and nozzle.",
    )
    deviation_ids = fields.One2many(
        "print3d.deviation", "slice_id", string="Deviations", readonly=True
    )
    deviation_count = fields.Integer(
        string="Deviates",
        compute="_compute_deviation_count",
        store=True,
        help="Settings that are not as the profile asks and that nobody accepted.",
    )
    deviations = fields.Json(string="Deviations Shown", compute="_compute_deviations")

    # === COMPUTE METHODS === #

    @api.depends("deviation_ids.state")
    def _compute_deviation_count(self):
        for version in self:
            version.deviation_count = len(
                version.deviation_ids.filtered(lambda line: line.state == "open")
            )

    @api.depends("deviation_ids.state", "deviation_ids.difference", "profile_id")
    @api.depends_context("lang", "tz")
    def _compute_deviations(self):
        for version in self:
            version.deviations = {
                "profile_id": version.profile_id.id,
                "profile": version.profile_id.name or "",
                "lines": [line._prepare_mark() for line in version.deviation_ids],
            }

    # === ACTION METHODS === #

    def action_make_profile(self):
        """Make a print profile of this version's settings."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Make a Print Profile"),
            "res_model": "print3d.profile.maker",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_slice_id": self.id},
        }

    # === READING === #

    def _after_read(self):
        """Hold what was read against the profile."""
        result = super()._after_read()
        self._refresh_deviations()
        return result

    def _after_correction(self, record, field_names):
        """Hold what a person corrected against the profile."""
        result = super()._after_correction(record, field_names)
        self._refresh_deviations()
        return result

    # === DEVIATIONS === #

    def _get_compared_common(self):
        """Settings under common names; what a person corrected counts.

        :rtype: dict
        """
        self.ensure_one()
        common = dict(self.common or {})
        for line in self._get_corrections():
            if line.field_name in COMMON_FACTS:
                common[COMMON_FACTS[line.field_name]] = self[line.field_name]
        return common

    def _get_materials(self):
        """Materials of the tools that print, normalised.

        :rtype: set
        """
        self.ensure_one()
        lines = self.plate_ids.filament_ids
        stated = {normalise(line.filament_type) for line in lines if line.filament_type}
        if stated:
            return stated
        return {
            normalise(str(name))
            for name in (self.common or {}).get("filament_type") or []
        }

    def _enqueue_deviations(self):
        """Hold versions against their profiles, many of them in the background."""
        if len(self) <= AT_ONCE:
            self._refresh_deviations()
            return
        for start in range(0, len(self), JOB_SIZE):
            self[start : start + JOB_SIZE].with_delay(
                description=self.env._("Hold versions against print profiles"),
            )._refresh_deviations()

    def _refresh_deviations(self):
        """Find the profile of each version and where it deviates.

        Body of a background job; doing it twice changes nothing. What a person
        accepted stays accepted as long as neither side changes.
        """
        versions = self.sudo().exists()
        profiles = self.env["print3d.profile"].sudo().search([("active", "=", True)])
        for start in range(0, len(versions), BATCH):
            batch = versions[start : start + BATCH]
            batch._refresh_batch(profiles)
            batch.flush_recordset()
            batch.invalidate_recordset(["settings", "common"])

    def _refresh_batch(self, profiles):
        Deviation = self.env["print3d.deviation"].sudo()
        to_create, gone = [], Deviation
        for version in self:
            profile = profiles._get_best(version)
            if version.profile_id != profile:
                version.profile_id = profile
            known = {line.name: line for line in version.deviation_ids}
            for vals in version._prepare_deviations(profile):
                line = known.pop(vals["name"], None)
                if line is None:
                    to_create.append(vals)
                elif (
                    line.difference != vals["difference"]
                    or line.profile_id.id != vals["profile_id"]
                ):
                    line.write({**vals, **Deviation._prepare_open_vals()})
            gone |= Deviation.union(*known.values())
        gone.unlink()
        Deviation.create(to_create)

    def _prepare_deviations(self, profile):
        """Values of the deviations of a version.

        :param profile: print3d.profile, may be empty
        :rtype: list[dict]
        """
        self.ensure_one()
        if not profile.line_ids:
            return []
        common, settings = self._get_compared_common(), self.settings or {}
        result = []
        for line in profile.line_ids:
            entry = line._get_deviation(common, settings)
            if entry:
                low, high = line._get_range()
                result.append(
                    {
                        "slice_id": self.id,
                        "profile_id": profile.id,
                        "name": line.name,
                        "sequence": line.sequence,
                        "group": line.group,
                        "difference": {
                            "old": entry["old"],
                            "new": entry["new"],
                            "unit": entry["unit"],
                            "percent": entry.get("percent"),
                            "low": low,
                            "high": high,
                            "why": line.reason or "",
                        },
                    }
                )
        return result
