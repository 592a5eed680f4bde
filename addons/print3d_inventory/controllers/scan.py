from odoo import http
from odoo.http import request

# A hundred actions, each with all that is on a tag, are half of this.
MAX_BODY_BYTES = 2 * 1024 * 1024


def _route(path):
    """A route of the app: JSON-RPC, for whoever is logged in."""
    return http.route(
        f"/print3d/scan/{path}",
        type="jsonrpc",
        auth="user",
        max_content_length=MAX_BODY_BYTES,
    )


class ScanApp(http.Controller):
    """What the scan app asks for and tells, as JSON-RPC in the user's session.

    What is refused as a whole is an error; each action has an answer of its own. See
    ``print3d.scan.app``.
    """

    def _get_app(self):
        return request.env["print3d.scan.app"]

    @_route("bootstrap")
    def bootstrap(self):
        """Return what the phone keeps for when there is no network."""
        return self._get_app()._get_bootstrap()

    @_route("resolve")
    def resolve(self, code):
        """Return what a code or a tag stands for, with its card."""
        return self._get_app()._resolve(code)

    @_route("card")
    def card(self, type, id):  # noqa: A002  the names of the protocol
        """Return the card of a thing."""
        return self._get_app()._get_card(type, id)

    @_route("search")
    def search(self, text, limit=20):
        """Return spools, filaments and places by name."""
        return self._get_app()._search_text(text, limit)

    @_route("act")
    def act(self, actions, sent_on=None, user_id=None):
        """Do what the phone tells, each action in a transaction of its own.

        :param int user_id: who did it; when somebody else is logged in by now, nothing
            is done, and the answer says who
        """
        other = self._get_other_user(user_id)
        if other:
            return other
        return {"results": self._get_app()._act(actions, sent_on)}

    @_route("undo")
    def undo(self, key, of_key=None, entry_id=None, user_id=None):
        """Take an action back, or a line of the ledger."""
        other = self._get_other_user(user_id)
        if other:
            return other
        action = {"key": key, "kind": "undo", "of_key": of_key, "entry_id": entry_id}
        return self._get_app()._act([action])[0]

    @_route("decide")
    def decide(self, key, entry_id, decision, user_id=None):
        """Decide a conflict."""
        other = self._get_other_user(user_id)
        if other:
            return other
        action = {
            "key": key,
            "kind": "decide",
            "entry_id": entry_id,
            "decision": decision,
        }
        return self._get_app()._act([action])[0]

    def _get_other_user(self, user_id):
        """Return who is logged in, when it is not whose actions a phone tells."""
        user = request.env.user
        if not user_id or user_id == user.id:
            return None
        return {"other_user": {"id": user.id, "name": user.name}}
