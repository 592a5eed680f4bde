from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

PAGE = "/print3d/requests"


class RequestPage(http.Controller):
    """The page where a request is approved or denied: one thumb, any phone.

    It is where the notice leads, and works without the weight of the web client.
    """

    _page_url = f"{PAGE}/<int:request_id>"

    @http.route(_page_url, type="http", auth="user", methods=["GET"])
    def open_request(self, request_id, **_params):
        """Show what is asked for, with two buttons for whoever decides."""
        wanted = self._find(request_id)
        return self._render(wanted)

    @http.route(f"{_page_url}/decide", type="http", auth="user", methods=["POST"])
    def decide_request(self, request_id, verdict="", comment="", **_params):
        """Approve or deny it; what is refused is said on the page."""
        wanted = self._find(request_id)
        if not wanted:
            return self._render(wanted)
        comment = comment.strip()[:1000]
        try:
            with request.env.cr.savepoint():
                if verdict == "approve":
                    wanted.action_approve(comment)
                elif verdict == "deny":
                    wanted.action_deny(comment)
                else:
                    raise UserError(request.env._("Press one of the two buttons."))
        except (AccessError, UserError) as error:
            wanted.invalidate_recordset()
            return self._render(wanted, problem=error.args[0], comment=comment)
        return request.redirect(f"{PAGE}/{wanted.id}")

    def _find(self, request_id):
        """Return a request this person may see, or empty."""
        wanted = request.env["purchase.request"].browse(request_id).exists()
        if not wanted or not wanted.has_access("read"):
            return request.env["purchase.request"]
        return wanted

    def _render(self, wanted, problem="", comment=""):
        env = request.env
        lang = env["res.lang"]._lang_get(env.context.get("lang"))
        response = request.render(
            "print3d_inventory.request_page",
            {
                "html_lang": (lang.code or "en_US").replace("_", "-"),
                "is_rtl": lang.direction == "rtl",
                "wanted": wanted,
                "lines": wanted._get_lines() if wanted else [],
                "state_word": wanted._get_state_word() if wanted else "",
                "amount": wanted._get_amount_text() if wanted else "",
                "problem": problem,
                "comment": comment,
            },
        )
        if not wanted:
            response.status_code = 404
        response.headers["Cache-Control"] = "no-store"
        return response
