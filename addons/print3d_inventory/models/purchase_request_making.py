from psycopg2.errors import UniqueViolation

from odoo import Command, api, fields, models
from odoo.exceptions import ConcurrencyError, UserError


class PurchaseRequest(models.Model):
    """Making requests for whoever finds that something is wanted."""

    _inherit = "purchase.request"

    @api.model
    def _print3d_create(
        self,
        lines,
        kind=None,
        alert=None,
        reason="",
        user=None,
        submit=True,
        key=None,
        **values,
    ):
        """Ask for something, once.

        :param list lines: dicts of ``product`` (product.product), ``qty`` (in its own
            unit) and, as wanted, ``note``, ``vendor`` (res.partner), ``cost`` (in money
            of the company), ``location`` (where to put it), ``orderpoint``
        :param str kind: one of the kinds of request; the first product tells otherwise
        :param alert: the alert (print3d.alert) it answers
        :param str reason: why, for whoever decides
        :param user: in whose name (res.users); this user by default
        :param bool submit: ask for approval at once. Otherwise it waits as a draft,
            and joins a draft of the same person, kind and vendor
        :param str key: by which the same asked again is known; it then returns what
            it became
        :param values: more of the request, such as ``priority``, ``needed_by``,
            ``company_id``
        :return: the request (purchase.request)
        :raise ConcurrencyError: when the same is asked for at this moment by another
            transaction, which Odoo answers by trying again
        :raise UserError: when nothing is asked for
        """
        lines = [line for line in lines if line["qty"] > 0]
        if not lines:
            raise UserError(self.env._("Say what is wanted, and how much of it."))
        company = self.env["res.company"].browse(
            values.pop("company_id", None) or self.env.company.id
        )
        # Whoever may ask does so in their own name; the system in anybody's.
        requests = self.sudo().with_company(company)
        if key:
            found = requests._find_by_key(key, company)
            if found:
                return found.with_env(self.env)
        user = user or self.env.user
        kind = kind or lines[0]["product"]._get_request_type()
        vals = [
            requests._prepare_made_line(line, company, key and f"{key}#{index}")
            for index, line in enumerate(lines)
        ]
        request = self.browse()
        if not submit:
            request = requests._find_bundle(kind, user, company, vals)
        try:
            with self.env.cr.savepoint():
                if request:
                    request._join(vals, reason)
                else:
                    request = requests.create(
                        {
                            **values,
                            **self._prepare_alert_link(alert),
                            "company_id": company.id,
                            "requested_by": user.id,
                            "print3d_type": kind,
                            "justification": reason,
                            "line_ids": [Command.create(each) for each in vals],
                        }
                    )
                request.flush_recordset()
        except UniqueViolation as error:
            raise ConcurrencyError(f"{key} was asked for meanwhile") from error
        if submit:
            request._submit_if_possible(user)
        return request.with_env(self.env)

    @api.model
    def _prepare_alert_link(self, alert):
        """Hook: return what ties a request to the alert it answers."""
        return {}

    @api.model
    def _find_by_key(self, key, company):
        """Return the request that something asked for by this key became."""
        line = self.env["purchase.request.line"].search(
            [("company_id", "=", company.id), ("key", "=", f"{key}#0")], limit=1
        )
        return line.request_id

    @api.model
    def _prepare_made_line(self, line, company, key):
        """Return the values of a line for one thing that is wanted."""
        product = line["product"]
        vendor = line.get("vendor")
        location = line.get("location")
        orderpoint = line.get("orderpoint") or self._get_orderpoint(product, company)
        return {
            "product_id": product.id,
            "name": line.get("note") or product.display_name,
            "product_qty": line["qty"],
            "product_uom_id": product.uom_id.id,
            "vendor_id": vendor.id if vendor else False,
            "estimated_cost": line.get("cost") or 0.0,
            "target_location_id": location.id if location else False,
            "orderpoint_id": orderpoint.id,
            "key": key or False,
        }

    @api.model
    def _get_orderpoint(self, product, company):
        """Return the rule that a request for a product counts for, or empty.

        What is asked for is on its way for the rule, so that nobody asks twice. Those
        who may ask need not see rules.
        """
        return (
            self.env["stock.warehouse.orderpoint"]
            .sudo()
            .search(
                [("product_id", "=", product.id), ("company_id", "=", company.id)],
                limit=1,
            )
        )

    @api.model
    def _find_bundle(self, kind, user, company, vals):
        """Return a draft that the same person may add this to, or empty."""
        drafts = self.search(
            [
                ("state", "=", "draft"),
                ("company_id", "=", company.id),
                ("requested_by", "=", user.id),
                ("print3d_type", "=", kind),
            ],
            order="id desc",
            limit=20,
        )
        probe = self.env["purchase.request.line"].new(
            {**vals[0], "company_id": company.id}
        )
        vendor = probe.vendor_id or probe.product_id.seller_ids[:1].partner_id
        return drafts.filtered(lambda draft: vendor and draft.vendor_id == vendor)[:1]

    def _join(self, vals, reason):
        """Add lines to a draft, and say why."""
        self.ensure_one()
        texts = [text for text in (self.justification, reason) if text]
        self.write(
            {
                "line_ids": [Command.create(each) for each in vals],
                "justification": "\n".join(dict.fromkeys(texts)) or False,
            }
        )

    def _submit_if_possible(self, user):
        """Submit in somebody's name; leave a draft when nobody could approve it.

        What wants filament at night is not lost for want of an approver.
        """
        self.ensure_one()
        if self.state != "draft":
            return
        try:
            with self.env.cr.savepoint():
                self.with_user(user).sudo().action_submit()
        except UserError as error:
            self.invalidate_recordset()
            self.message_post(
                body=self.env._("Left as a draft. %(why)s", why=error.args[0])
            )

    # === FROM ONE CLICK === #

    @api.model
    def _prepare_quick_lines(self, products):
        """Return what one click asks for: what the rule says, or one usual pack.

        :param products: product.product
        """
        rules = (
            self.env["stock.warehouse.orderpoint"]
            .sudo()
            .search(
                [
                    ("product_id", "in", products.ids),
                    ("company_id", "=", self.env.company.id),
                ]
            )
        )
        by_product = rules.grouped("product_id")
        return [
            {
                "product": product,
                "qty": product._get_request_quantity(
                    by_product.get(product, rules.browse())
                ),
                "orderpoint": by_product.get(product, rules.browse())[:1],
            }
            for product in products
        ]

    @api.model
    def _cron_close_stocked(self):
        """Close what has lain in stock for as long as the company says."""
        now = fields.Datetime.now()
        for company in self.env["res.company"].search(
            [("print3d_request_autoclose", "=", True)]
        ):
            days = company.print3d_request_close_days
            since = fields.Datetime.subtract(now, days=days)
            for request in self.search(
                [
                    ("state", "=", "stocked"),
                    ("company_id", "=", company.id),
                    ("stocked_on", "<=", since),
                ],
                limit=500,
            ):
                request._set_state(
                    "done", self.env._("Closed by itself: all of it is in stock.")
                )
