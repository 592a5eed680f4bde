from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..slicer.vocabulary import TERMS
from ..tools.compare import compare

COMPARE_PATH = "print3d-compare"


class Print3dSlice(models.Model):
    """The versions of a variant beside each other: timeline, difference, roll-back."""

    _inherit = "print3d.slice"

    version_timeline = fields.Json(
        string="History",
        compute="_compute_version_timeline",
        help="All versions of the variant, the newest first.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "product_id.slice_ids.note", "product_id.slice_ids.state", "deviation_count"
    )
    @api.depends_context("lang", "tz", "uid")
    def _compute_version_timeline(self):
        for version in self:
            product = version.product_id
            version.version_timeline = product._get_print3d_timeline(current=version)

    # === ACTION METHODS === #

    def action_compare(self):
        """Show what is different between two chosen versions, the older one first."""
        if len(self) != 2:
            raise UserError(
                self.env._("Choose two versions to compare; %s are chosen.", len(self))
            )
        old, new = self.sorted(lambda version: (version.create_date, version.id))
        if old.product_id == new.product_id:
            old, new = self.sorted("number")
        return self._get_compare_action(old, new)

    def action_compare_before(self):
        """Show what is different from the version before."""
        self.ensure_one()
        before = self.search(
            [("product_id", "=", self.product_id.id), ("number", "<", self.number)],
            order="number desc",
            limit=1,
        )
        if not before:
            raise UserError(
                self.env._(
                    "%(version)s is the first one; there is none before it to compare "
                    "with.",
                    version=self.display_name,
                )
            )
        return self._get_compare_action(before, self)

    def action_roll_back(self):
        """Ask before an older version is printed again, with what will change."""
        self.ensure_one()
        if self.state == "active":
            return {"type": "ir.actions.act_window_close"}
        self._check_activatable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Roll back to %(version)s", version=self.name),
            "res_model": "print3d.slice.rollback",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_slice_id": self.id},
        }

    # === COMPARISON === #

    @api.model
    @api.readonly
    def get_comparison(self, old_id, new_id):
        """What is different between two versions, of one variant or of two.

        :param int old_id: the version that is compared with
        :param int new_id: the version whose changes are told
        :return: ``old`` and ``new`` (see :meth:`_prepare_comparison_head`) and
            ``difference`` (see :func:`~odoo.addons.print3d_library.tools.compare.
            compare`)
        :raises UserError: one of them is gone or was not read yet
        """
        versions = self.browse([old_id, new_id]).exists()
        if {old_id, new_id} - set(versions.ids):
            raise UserError(
                self.env._("This version is not there any more. Choose another one.")
            )
        versions.check_access("read")
        old, new = self.browse(old_id), self.browse(new_id)
        for version in (old, new):
            if version.read_state != "done":
                raise UserError(
                    self.env._(
                        "%(version)s is not read, so it is not known what is in it. "
                        "Choose another one, or wait until it is read.",
                        version=version.display_name,
                    )
                )
        stats = versions._get_print_stats()
        return {
            "old": old._prepare_comparison_head(stats),
            "new": new._prepare_comparison_head(stats),
            "difference": compare(
                old._prepare_comparison_side(), new._prepare_comparison_side(), TERMS
            ),
        }

    def _get_compare_action(self, old, new):
        """Open the page of differences, whose address can be shared."""
        return {
            "type": "ir.actions.client",
            "name": self.env._("Compare Versions"),
            "tag": "print3d_compare",
            "path": COMPARE_PATH,
            "params": {"old": old.id, "new": new.id},
        }

    def _prepare_comparison_head(self, stats):
        """Hook: what stands above the differences.

        :param dict stats: of the versions, see :meth:`_get_print_stats`
        :rtype: dict
        """
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "display_name": self.display_name,
            "product_id": self.product_id.id,
            "product": self.product_id.display_name,
            "state": self.state,
            "note": self.note or "",
            "user": self.create_uid.sudo().name,
            "date": self._format_version_date(),
            "slicer": " ".join(filter(None, [self.slicer, self.slicer_version])),
            "printer": self.printer_model or "",
            "picture": self._get_picture_url(),
            "chips": self.chips or [],
            "is_sliced": self.is_sliced,
            "stats": stats.get(self.id) or {},
        }

    def _prepare_comparison_side(self):
        """Hook: what ``tools.compare`` compares of a version.

        Values that a person corrected count.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "slicer": self.slicer or "",
            "settings": self.settings or {},
            "common": self._get_compared_common(),
            "parameters": {
                line.name: " ".join(filter(None, [line.value, line.unit]))
                for line in self.parameter_ids
            },
            "overrides": self.overrides or [],
            "plates": [plate._prepare_comparison() for plate in self.plate_ids],
        }

    def _get_print_stats(self):
        """Hook: how the prints of these versions went.

        :return: ``{id: {"prints", "ended", "good", "success"}}``: prints that started,
            those that ended well or badly, those that ended well, and their share
        :rtype: dict
        """
        return {}

    # === TIMELINE === #

    def _prepare_timeline(self, current=None):
        """One line a version, the newest first, with the change from the one before.

        :param current: version whose page this is
        :rtype: list[dict]
        """
        versions = self.sorted("number", reverse=True)
        stats = versions._get_print_stats()
        figures = {version: version._get_piece_figures() for version in versions}
        lines = []
        before = self.browse()
        for version in reversed(versions):
            line = version._prepare_timeline_line(stats)
            line["is_current"] = version == current
            if before and line["is_known"]:
                line["before"] = {
                    "id": before.id,
                    "name": before.name,
                    **{
                        key: round(figures[version][key] - figures[before][key], 2)
                        for key in ("time_s", "grams")
                        if figures[before][key] and figures[version][key]
                    },
                }
            lines.append(line)
            if line["is_known"]:
                before = version
        return lines[::-1]

    def _prepare_timeline_line(self, stats):
        """Hook: what the timeline shows of a version.

        :param dict stats: see :meth:`_get_print_stats`
        :rtype: dict
        """
        self.ensure_one()
        return {
            "id": self.id,
            "number": self.number,
            "name": self.name,
            "state": self.state,
            "read_state": self.read_state,
            "read_error": self.read_error or "",
            "is_sliced": self.is_sliced,
            "is_known": self.read_state == "done" and self.is_sliced,
            "flag_count": self.flag_count,
            "note": self.note or "",
            "user": self.create_uid.sudo().name,
            "date": self._format_version_date(),
            "picture": self._get_picture_url(),
            "time_s": self.time_s,
            "grams": self.weight_g,
            "chips": self.chips or [],
            "file_name": self.file_name or "",
            "has_file": bool(self.file_id),
            "deviation_count": self.deviation_count,
            "profile": self.profile_id.name or "",
            "stats": stats.get(self.id) or {},
        }

    def _get_piece_figures(self):
        """Seconds and grams of one good piece, each plate's share of its copies."""
        self.ensure_one()
        return {
            "time_s": sum(plate.time_s / plate.copies for plate in self.plate_ids),
            "grams": sum(plate.weight_g / plate.copies for plate in self.plate_ids),
        }

    def _get_picture_url(self):
        """Address of the small picture, so that lists do not carry its bytes."""
        self.ensure_one()
        stamp = int(self.write_date.timestamp()) if self.write_date else 0
        return f"/web/image/print3d.slice/{self.id}/thumbnail_256?unique={stamp}"

    def _format_version_date(self):
        return format_datetime(self.env, self.create_date, dt_format="medium")

    # === ROLL-BACK === #

    def _roll_back(self, reason=False):
        """Print an older version again, and say so in its history and the variant's.

        What is active already stays as it is, so that doing it twice does nothing more.

        :param reason: why, for those who look it up later
        """
        self.ensure_one()
        if self.state == "active":
            return
        former = self.product_id.active_slice_id
        self._check_activatable()
        self._action_activate()
        body = self.env._("Rolled back to %(version)s.", version=self.display_name)
        if former:
            body = self.env._(
                "Rolled back from %(former)s to %(version)s.",
                former=former.name,
                version=self.display_name,
            )
        body = Markup("%s") % body
        if reason:
            body += Markup(" (%s)") % reason
        self._message_log(body=body)
        self.product_id._message_log(body=body)

    def _check_activatable(self):
        """Refuse versions of which it is not known what they print.

        :raises UserError: why, and what to do
        """
        for version in self:
            if version.read_state == "pending":
                raise UserError(
                    self.env._(
                        "%(version)s is still being read. Activate it when its "
                        "figures are there.",
                        version=version.display_name,
                    )
                )
            if version.read_state == "failed":
                raise UserError(
                    self.env._(
                        "%(version)s could not be read, so it is not known what it "
                        "prints. Upload a file that can be read.",
                        version=version.display_name,
                    )
                )
            version._check_sliced()

    def _get_activation_changes(self):
        """Hook: what activating this version would change beyond the library.

        :return: ``materials`` (dicts of ``label``, ``old``, ``new`` grams a piece),
            ``kept`` (lines that people added and that stay), ``orders`` (names of
            orders that keep the version they were planned with)
        :rtype: dict
        """
        self.ensure_one()
        return {}
