from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

# Whoever may see requests at all; which ones, rules tell.
READERS = "purchase_request.group_purchase_request_user,purchase.group_purchase_user"


class Print3dRequestMixin(models.AbstractModel):
    """For models whose pages show what is requested about their records."""

    _name = "print3d.request.mixin"
    _description = "Has Requests"

    print3d_request_count = fields.Integer(
        string="Open Requests",
        compute="_compute_print3d_request_count",
        groups=READERS,
        help="Requests about it that somebody still waits for.",
    )

    def _compute_print3d_request_count(self):
        """Count what the user may see, for all of them at once."""
        found = defaultdict(set)
        if self.ids and self.env["purchase.request"].has_access("read"):
            for name, links in self._get_request_links().items():
                for number, requests in self._find_requests(name, links.keys()):
                    for owner in links[number]:
                        found[owner].update(requests)
        for record in self:
            record.print3d_request_count = len(found.get(record._origin.id, ()))

    def _find_requests(self, name, numbers):
        """Return pairs of a number and the ids of the open requests linked to it."""
        Request = self.env["purchase.request"]
        is_open = Request._get_open_domain()
        if name == "product_id":
            return [
                (product.id, requests)
                for product, requests in self.env["purchase.request.line"]._read_group(
                    Domain("product_id", "in", list(numbers))
                    & Domain("cancelled", "=", False)
                    & Domain("request_id", "any", is_open),
                    ["product_id"],
                    ["request_id:array_agg"],
                )
            ]
        return [
            (record.id, requests)
            for record, requests in Request._read_group(
                Domain(name, "in", list(numbers)) & is_open, [name], ["id:array_agg"]
            )
            if record.id in numbers
        ]

    def _get_request_links(self):
        """Hook: return by what requests are about these records.

        :return: a field of ``purchase.request`` (``product_id``: of its lines) to
            numbers and the ids of the records each is linked to
        :rtype: dict[str, dict[int, set[int]]]
        """
        name = self._get_request_alert_field()
        if not name:
            return {}
        # The alerts that requests answer; alerts themselves are for the shop.
        groups = (
            self.env["print3d.alert"]
            .sudo()
            ._read_group(
                Domain(name, "in", self.ids) & Domain("request_ids", "!=", False),
                [name],
                ["id:array_agg"],
            )
        )
        links = {number: {record.id} for record, ids in groups for number in ids}
        return {"alert_id": links} if links else {}

    def _link_by(self, get):
        """Return {number of what `get` returns of a record: ids of such records}."""
        links = defaultdict(set)
        for record in self:
            for number in get(record).ids:
                links[number].add(record._origin.id)
        return dict(links)

    def _get_request_alert_field(self):
        """Hook: return the field of ``print3d.alert`` that names such a record."""
        return ""

    def _get_requests_domain(self):
        """Return which requests are about these records, also those that are over.

        :rtype: odoo.fields.Domain
        """
        domain = Domain.FALSE
        for name, links in self._get_request_links().items():
            numbers = Domain(name, "in", list(links))
            if name == "product_id":
                wanted = numbers & Domain("cancelled", "=", False)
                domain |= Domain("line_ids", "any", wanted)
            else:
                domain |= numbers
        return domain

    def _prepare_request_values(self):
        """Hook: return what a request made from the page of this record says of it."""
        self.ensure_one()
        return {"origin": self.display_name}

    def _get_requested_product(self):
        """Hook: return what is asked for from the page of this record, or empty."""
        self.ensure_one()
        return self.env["product.product"]

    @api.model
    def _get_request_subject(self):
        """Return the record from whose page a request is made, or None."""
        model, number = self.env.context.get("print3d_request_about") or (None, None)
        mixin = self.env.registry["print3d.request.mixin"]
        if model not in self.env or not issubclass(self.env.registry[model], mixin):
            return None
        record = self.env[model].browse(int(number)).exists()
        return record if record and record.has_access("read") else None

    # === ACTIONS === #

    def action_view_print3d_requests(self):
        """Open the requests about this record; new ones are about it too."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.purchase_request_action"
        )
        # It has a path: under that, all requests would open after a reload.
        action.pop("path", None)
        action.update(
            domain=list(self._get_requests_domain()),
            context={
                "search_default_open": 1,
                "print3d_request_about": [self._name, self.id],
            },
            views=sorted(action["views"], key=lambda view: view[1] != "list"),
        )
        return action
