from odoo import http
from odoo.http import request


class ScanApp(http.Controller):
    """What the scan app asks for and tells, as JSON-RPC in the user's session.

    What is refused as a whole is an error; each action has an answer of its own. See
    ``print3d.scan.app``.
    """

    @property
    def _app(self):
        return request.env["print3d.scan.app"]

    @http.route("/print3d/scan/bootstrap", type="jsonrpc", auth="user")
    def bootstrap(self):
        """Return what the phone keeps for when there is no network."""
        return self._app._get_bootstrap()

    @http.route("/print3d/scan/resolve", type="jsonrpc", auth="user")
    def resolve(self, code):
        """Return what a code or a tag stands for, with its card."""
        return self._app._resolve(code)

    @http.route("/print3d/scan/card", type="jsonrpc", auth="user")
    def card(self, type, id):  # noqa: A002  the names of the protocol
        """Return the card of a thing."""
        return self._app._get_card(type, id)

    @http.route("/print3d/scan/search", type="jsonrpc", auth="user")
    def search(self, text, limit=20):
        """Return spools, filaments and places by name."""
        return self._app._search_text(text, limit)

    @http.route("/print3d/scan/act", type="jsonrpc", auth="user")
    def act(self, actions, sent_on=None):
        """Do what the phone tells, each action in a transaction of its own."""
        return {"results": self._app._act(actions, sent_on)}

    @http.route("/print3d/scan/undo", type="jsonrpc", auth="user")
    def undo(self, key, of_key=None, entry_id=None):
        """Take an action back, or a line of the ledger."""
        action = {"key": key, "kind": "undo", "of_key": of_key, "entry_id": entry_id}
        return self._app._act([action])[0]

    @http.route("/print3d/scan/decide", type="jsonrpc", auth="user")
    def decide(self, key, entry_id, decision):
        """Decide a conflict."""
        action = {
            "key": key,
            "kind": "decide",
            "entry_id": entry_id,
            "decision": decision,
        }
        return self._app._act([action])[0]
