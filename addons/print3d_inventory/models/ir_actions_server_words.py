from odoo import models


class IrActionsServerWords(models.Model):
    """What rules of the shop do, said in words."""

    _inherit = "ir.actions.server"

    def _say_print3d(self):
        """Return what is done, in words."""
        self.ensure_one()
        people = self._say_people()
        match self.state:
            case "print3d_request":
                text = self.env._(
                    "Request %(quantity)s of %(product)s",
                    quantity=self._say_quantity(),
                    product=self._say_product(),
                )
                if people:
                    text += self.env._(", assigned to %(people)s", people=people)
                return text
            case "print3d_alert":
                severities = dict(
                    self._fields["print3d_alert_severity"]._description_selection(
                        self.env
                    )
                )
                return self.env._(
                    "Raise an alert (%(severity)s): %(text)s",
                    severity=severities.get(self.print3d_alert_severity, ""),
                    text=self.print3d_text or "",
                )
            case "print3d_reserve":
                return self._say_reserve()
            case "print3d_notify":
                return self.env._(
                    "Tell %(people)s: %(text)s",
                    people=people or self.env._("nobody yet"),
                    text=self.print3d_text or "",
                )
            case "print3d_escalate":
                return self.env._(
                    "Escalate it to %(people)s",
                    people=people or self.env._("nobody yet"),
                )
            case "next_activity":
                return self.env._(
                    "Schedule an activity: %(what)s (%(who)s)",
                    what=self.activity_summary or self.activity_type_id.name or "",
                    who=self.activity_user_id.name or self.env._("whom it concerns"),
                )
            case "code":
                return self.env._("Run code of the administrator: %s", self.name or "")
        return self.name or ""

    def _say_reserve(self):
        """Return what is reserved, in words."""
        self.ensure_one()
        if self.print3d_material_id:
            text = self.env._("Reserve its %s", self.print3d_material_id.name)
        else:
            text = self.env._("Reserve its filament")
        if self.print3d_min_g:
            text += self.env._(" from %s g on", f"{self.print3d_min_g:g}")
        if self.print3d_is_short_requested:
            text += self.env._("; request what is short")
        return text

    def _say_product(self):
        """Return what is requested, in words."""
        self.ensure_one()
        if self.print3d_product_mode == "fixed":
            return self.print3d_product_id.display_name
        if self.sudo().model_name == "stock.lot":
            return self.env._("its filament")
        return self.env._("its product")

    def _say_quantity(self):
        """Return how much is requested, in words."""
        self.ensure_one()
        if self.print3d_qty_mode == "policy":
            return self.env._("as much as the reorder rule says")
        if self.print3d_qty_mode == "packs":
            return self.env._("%(count)s pack(s)", count=f"{self.print3d_qty:g}")
        product = self.print3d_product_id
        if self.print3d_product_mode == "fixed" and product:
            return f"{self.print3d_qty:g} {product.uom_id.name}"
        # Spools are filament, and that is in grams.
        unit = " g" if self.sudo().model_name == "stock.lot" else ""
        return f"{self.print3d_qty:g}{unit}"

    def _say_people(self):
        """Return who is meant, in words."""
        self.ensure_one()
        roles = dict(self._fields["print3d_group"]._description_selection(self.env))
        role = roles.get(self.print3d_group) or ""
        # Within a sentence.
        names = [self.print3d_user_id.sudo().name, role[:1].lower() + role[1:]]
        return ", ".join(name for name in names if name)
