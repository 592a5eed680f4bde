from odoo import api, fields, models
from odoo.tools import SQL

ROLES = {
    "owner": "print3d_library.group_print3d_owner",
    "operator": "print3d_library.group_print3d_operator",
    "sales": "print3d_library.group_print3d_sales",
    "purchase": "purchase_request.group_purchase_request_manager",
}


class IrActionsServerRunning(models.Model):
    """What rules of the shop do, carried out as it was planned."""

    _inherit = "ir.actions.server"

    # === RUNNERS === #

    def _run_action_print3d_request_multi(self, eval_context=None):
        for record in self._get_print3d_targets(eval_context):
            self._carry_out_requests(record, self._plan_request(record, {}))

    def _run_action_print3d_alert_multi(self, eval_context=None):
        for record in self._get_print3d_targets(eval_context):
            self.env["print3d.alert"].sudo()._raise_many(
                [self._prepare_print3d_alert_vals(record)]
            )
            self._tell_print3d(self._plan_alert(record, {}))

    def _run_action_print3d_reserve_multi(self, eval_context=None):
        for record in self._get_print3d_targets(eval_context):
            plans = self._plan_reserve(record, {})
            for plan in plans:
                if plan.get("need"):
                    self._carry_out_reservation(plan["need"])
            self._carry_out_requests(record, plans)

    def _run_action_print3d_notify_multi(self, eval_context=None):
        for record in self._get_print3d_targets(eval_context):
            people = self._get_print3d_people(record)
            self._notify_print3d(record, people, self._get_print3d_text(record))
            self._tell_print3d(self._plan_notify(record, {}))

    def _run_action_print3d_escalate_multi(self, eval_context=None):
        for record in self._get_print3d_targets(eval_context):
            people = self._get_print3d_people(record)
            if people:
                self._escalate_print3d(record, people)
            self._tell_print3d(self._plan_escalate(record, {}))

    def _carry_out_requests(self, record, plans):
        """Make the requests that are planned, each once, and say so."""
        for plan in plans:
            if not plan.get("quantity"):
                self._tell_print3d([plan])
                continue
            product = plan["product"]
            # Two rules for two spools of one filament: the later one looks again.
            self.env.execute_query(
                SQL("SELECT pg_advisory_xact_lock(%s, %s)", 0x3D60, product.id)
            )
            request = self._make_print3d_request(record, product, plan["quantity"])
            self._link_print3d_request(request, record, product)
            plan = {**plan, "words": f"{plan['words']} ({request.display_name})"}
            self._tell_print3d([plan])

    def _make_print3d_request(self, record, product, quantity):
        """Return the request for it; the same one when it was made before."""
        is_alert = record._name == "print3d.alert"
        values = {}
        if self.print3d_user_id:
            values["assigned_to"] = self.print3d_user_id.id
        return (
            self.env["purchase.request"]
            .sudo()
            .with_company(self._get_print3d_company(record))
            ._print3d_create(
                lines=[{"product": product, "qty": quantity}],
                kind=self.print3d_request_type or None,
                alert=record if is_alert else None,
                reason=self._get_print3d_reason(record),
                submit=self.print3d_is_submitted,
                key=self._get_print3d_key(record, product.id),
                **values,
            )
        )

    def _carry_out_reservation(self, need):
        """Reserve what was found for a need.

        :param dict need: see :meth:`_get_print3d_needs`, with ``found``
        """
        for lot, grams in need["found"].items():
            lot._print3d_reserve(
                lot.product_id.uom_id.round(grams),
                document=need["document"],
                wanted=need["product"],
                **need.get("values", {}),
            )
        self._tell_print3d(
            [
                {
                    "words": self.env._(
                        "Reserved for %(name)s: %(spools)s",
                        name=need["document"].display_name,
                        spools=", ".join(
                            f"{lot.name} {grams:g} g"
                            for lot, grams in need["found"].items()
                        ),
                    )
                }
            ]
        )

    def _notify_print3d(self, record, people, text):
        """Tell people, each in the way he set, also by mail after the commit.

        Only those who may read the record are given a link to it.
        """
        readers = people.filtered(lambda user: self._may_read_print3d(record, user))
        thread = self.env["mail.thread"]
        source = record if hasattr(record, "message_notify") else thread
        link = {"model": record._name, "res_id": record.id}
        for one, its, values in (
            (source, readers, link),
            (thread, people - readers, {}),
        ):
            partners = its.sudo().partner_id
            if partners:
                one.sudo().message_notify(
                    partner_ids=partners.ids,
                    subject=text,
                    body=text,
                    # In the queue: what is undone with the rule is not sent.
                    force_send=False,
                    **values,
                )

    @api.model
    def _may_read_print3d(self, record, user):
        """Tell whether somebody may read a record, in any company of theirs."""
        companies = user.sudo().company_ids.ids
        record = record.with_user(user).with_context(allowed_company_ids=companies)
        return record.has_access("read")

    def _escalate_print3d(self, record, people):
        """Make somebody higher up look at a record."""
        record = record.sudo()
        person = people[:1]
        if record._name == "print3d.alert":
            record.action_assign(person.id)
            if record.severity != "critical":
                record.severity = "critical"
            record._journal("escalated", new=", ".join(people.mapped("name")))
        elif "user_id" in record._fields and record._fields["user_id"].store:
            record.user_id = person
        self._notify_print3d(
            record,
            people,
            self.env._("Escalated: %(text)s", text=self._get_print3d_text(record)),
        )

    def _undo_print3d(self, firing, record):
        """Take back what stands only as long as the condition holds: the alert."""
        self.ensure_one()
        if self.state != "print3d_alert":
            return
        key = self._get_print3d_alert_key(firing.res_model, firing.res_id)
        self.env["print3d.alert"].sudo()._tell(
            "clear", [{"key": key, "company_id": firing.company_id.id}]
        )

    # === WORDS AND KEYS === #

    def _say_amount(self, product, quantity):
        """Return a quantity with its unit."""
        return f"{quantity:g} {product.uom_id.name}"

    def _get_print3d_text(self, record):
        """Return the text with the name of the record in it."""
        self.ensure_one()
        text = self.print3d_text or self.sudo().base_automation_id.name or self.name
        # Not format(): a text may hold other braces.
        return text.replace("{name}", record.display_name or "")

    def _get_print3d_reason(self, record):
        rule = self.sudo().base_automation_id
        return self.env._(
            "%(rule)s: %(name)s", rule=rule.name or self.name, name=record.display_name
        )

    def _get_print3d_key(self, record, *parts):
        """Return what a deed of this firing is told apart by from any other."""
        self.ensure_one()
        firing = self.env.context.get("print3d_firing_id")
        moment = f"firing {firing}" if firing else str(fields.Date.context_today(self))
        words = ("automation", self.id, record._name, record.id, moment, *parts)
        return ",".join(str(word) for word in words)

    def _get_print3d_alert_key(self, model, number):
        self.ensure_one()
        return f"{model},{number}:automation_{self.id}"

    def _prepare_print3d_alert_vals(self, record):
        """Return the values of the alert about a record."""
        vals = {
            "name": self._get_print3d_text(record),
            "body": self._get_print3d_reason(record),
            "severity": self.print3d_alert_severity or "warning",
            "category": self.print3d_alert_category or "inventory",
            "user_id": self.print3d_user_id.id or None,
        }
        if hasattr(record, "_prepare_alert_vals") and "alert_ids" in record._fields:
            vals = record._prepare_alert_vals(f"automation_{self.id}", vals)
        return {
            **vals,
            "key": self._get_print3d_alert_key(record._name, record.id),
            "res_model": record._name,
            "res_id": record.id,
            "company_id": self._get_print3d_company(record).id,
        }

    def _get_print3d_people(self, record):
        """Return who is told: the person, and the role within the record's company."""
        self.ensure_one()
        people = self.print3d_user_id.sudo()
        if self.print3d_group:
            group = self.env.ref(ROLES[self.print3d_group]).sudo()
            company = self._get_print3d_company(record)
            people |= group.all_user_ids.filtered(
                lambda user: user.active
                and not user.share
                and company in user.company_ids
                and user.id != self.env.ref("base.user_root").id
            )
        return people

    def _tell_print3d(self, plans):
        """Say what was done, to whoever notes it."""
        said = self.env.context.get("print3d_said")
        if said is not None:
            said += [plan["words"] for plan in plans]
        did = self.env.context.get("print3d_did")
        if did is not None:
            did += [plan.get("does", True) for plan in plans]
