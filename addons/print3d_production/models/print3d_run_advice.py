from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..scheduling.capability import misfits
from ..scheduling.feasibility import ADVICE, CHANGES, find_misfits
from .print3d_run import WAITING

# What only an owner writes.
ALLOWING = ("allowed_codes", "allowed_reason", "allowed_by_id", "allowed_on")


class Print3dRunAdvice(models.Model):
    """Whether a printer does for a run, and what an owner allows all the same."""

    _inherit = "print3d.run"

    allowed_codes = fields.Json(
        string="Allowed All the Same",
        readonly=True,
        copy=False,
        help="Codes of the advice this print need not follow.",
    )
    allowed_reason = fields.Text(string="Why Allowed", readonly=True, copy=False)
    allowed_by_id = fields.Many2one(
        "res.users", string="Allowed by", readonly=True, copy=False
    )
    allowed_on = fields.Datetime(readonly=True, copy=False)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Leave it to owners to go against advice."""
        for vals in vals_list:
            self._check_allowing_vals(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Leave it to owners to go against advice."""
        self._check_allowing_vals(vals)
        return super().write(vals)

    @api.model
    def _check_allowing_vals(self, vals):
        if not self.env.su and any(vals.get(name) for name in ALLOWING):
            self._check_may_allow()

    # === ACTIONS === #

    def action_allow(self, reason=None):
        """Let a run print although it goes against advice; ask why first.

        :param str reason: why; asked for when empty
        :raises AccessError: only owners may
        :raises UserError: there is nothing to allow
        """
        self.ensure_one()
        self._check_may_allow()
        codes = self._get_advice()
        if not codes:
            raise UserError(
                self.env._(
                    "There is nothing to allow for %(run)s: what is in its way is no "
                    "matter of advice, or nothing is.",
                    run=self.name,
                )
            )
        if not (reason or "").strip():
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Allow %(run)s All the Same", run=self.name),
                "res_model": "print3d.run.allow",
                "views": [(False, "form")],
                "target": "new",
                "context": {"default_run_id": self.id, "dialog_size": "medium"},
            }
        self._do_allow(codes, reason.strip())
        return True

    def action_disallow(self):
        """Take back what was allowed."""
        for run in self.filtered("allowed_codes"):
            run._check_may_allow()
            run.write(dict.fromkeys(ALLOWING, False))
            run.message_post(body=self.env._("Nothing is allowed any more."))
        return True

    # === BUSINESS === #

    def _check_may_allow(self):
        """Leave it to owners to go against advice.

        :raises AccessError: whom to ask
        """
        self.check_access("write")
        if not self.env.user.has_group("print3d_library.group_print3d_owner"):
            raise AccessError(
                self.env._("Only an owner may allow this. Ask one, and say why.")
            )

    def _do_allow(self, codes, reason):
        """Note what is allowed, by whom and why."""
        self.ensure_one()
        if self.state not in WAITING:
            raise UserError(
                self.env._("%(run)s does not wait any more.", run=self.name)
            )
        notes = self._get_misfit_notes(codes)
        self.write(
            {
                "allowed_codes": sorted({code for code, _facts in codes}),
                "allowed_reason": reason,
                "allowed_by_id": self.env.uid,
                "allowed_on": fields.Datetime.now(),
            }
        )
        self.message_post(
            body=self.env._(
                "Allowed all the same: %(notes)s Because: %(reason)s",
                notes=" ".join(notes),
                reason=reason,
            )
        )

    def _get_advice(self, printer=None):
        """Return what keeps this run from printers and an owner may allow.

        :param printer: the printer (mrp.workcenter); its own by default, and all of
            its company when it has none
        :return: pairs of (code, facts), one for each code
        :rtype: list[tuple]
        """
        self.ensure_one()
        printers = printer or self.workcenter_id
        if not printers:
            farm = self._get_farm(self.company_id)
            printers = self.env["mrp.workcenter"].browse(
                [item.id for item in farm.printers]
            )
        requirement = self.sudo()._get_requirements()[self.id]
        found = {}
        for capability in printers.sudo()._get_capabilities().values():
            misfit = _find_all(requirement, capability)
            # What cannot print it at all is not helped by a word.
            if misfit.keys() <= ADVICE:
                found.update(misfit)
        return list(found.items())

    def _get_fit(self, printer):
        """Return what is between this run and a printer at this moment.

        :param printer: the printer (mrp.workcenter)
        :return: pairs of (code, facts) that no word helps against; those that are
            undone by mounting something; those an owner may allow and has not
        :rtype: tuple[list, list, list]
        """
        return self._get_fits(printer)[printer.id]

    def _get_fits(self, printers):
        """Return what is between this run and printers at this moment.

        The number of queries does not depend on how many printers there are.

        :return: {printer id: what :meth:`_get_fit` returns}
        :rtype: dict
        """
        self.ensure_one()
        requirement = self.sudo()._get_requirements()[self.id]
        allowed = frozenset(self.allowed_codes or ()) & ADVICE
        fits = {}
        for number, capability in printers.sudo()._get_capabilities().items():
            found = [
                (code, facts)
                for code, facts in find_misfits(requirement, capability)
                if code not in allowed
            ]
            known = {code for code, _facts in found} | allowed
            fits[number] = (
                [item for item in found if item[0] not in ADVICE],
                [
                    (code, facts)
                    for code, facts in misfits(requirement, capability, mounted=True)
                    if code in CHANGES and code not in known
                ],
                [item for item in found if item[0] in ADVICE],
            )
        return fits

    def _check_fit(self, printer):
        """Refuse a printer that cannot print this plate as it is now.

        :raises UserError: why, and what to do
        """
        self.ensure_one()
        hard, changes, advice = self._get_fit(printer)
        names = {"printer": printer.display_name, "run": self.name}
        if hard:
            raise UserError(
                self.env._(
                    "%(printer)s cannot print %(run)s. %(reasons)s Choose another "
                    "printer.",
                    reasons=" ".join(self._get_misfit_notes(hard)),
                    **names,
                )
            )
        if changes:
            raise UserError(
                self.env._(
                    "%(printer)s has something else mounted than %(run)s wants. "
                    "%(reasons)s Mount it and note it on the printer.",
                    reasons=" ".join(self._get_misfit_notes(changes)),
                    **names,
                )
            )
        if advice:
            raise UserError(
                self.env._(
                    "%(printer)s may not do for %(run)s. %(reasons)s An owner can "
                    "allow it all the same.",
                    reasons=" ".join(self._get_misfit_notes(advice)),
                    **names,
                )
            )


def _find_all(requirement, capability):
    """Return every misfit, what is mounted now among them."""
    found = dict(find_misfits(requirement, capability))
    for code, facts in misfits(requirement, capability, mounted=True):
        if code in ADVICE:
            found.setdefault(code, facts)
    return found
