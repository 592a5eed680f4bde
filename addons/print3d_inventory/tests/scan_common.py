from datetime import timedelta
from itertools import count

from odoo import fields
from odoo.tests import HttpCase, new_test_user

from .common import Print3dInventoryCommon

NUMBERS = count(1)


class ScanCommon(HttpCase, Print3dInventoryCommon):
    """The scan app's routes, called as a phone calls them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            role: cls._create_staff(f"app_{role}", role)
            for role in ("operator", "owner", "sales")
        }
        cls.operator = cls.people["operator"]
        cls.colleague = cls._create_staff("app_colleague", "operator")
        cls.portal = new_test_user(
            cls.env, "app_portal", "base.group_portal", password="app_portal"
        )
        cls.filament.tare_weight_g = 200
        cls.spool = cls._create_spool()
        cls.slot = cls._create_slot("App Slot")
        cls.other_shelf = cls.shelf.copy({"name": "Other Shelf"})

    @classmethod
    def _create_staff(cls, login, group):
        user = cls._create_user(login, group)
        user.password = login
        return user

    def setUp(self):
        super().setUp()
        self._log_in("operator")

    def _log_in(self, role):
        self.authenticate(f"app_{role}", f"app_{role}")

    def _call(self, route, **params):
        """Return what a route answers: ``result`` or ``error``."""
        response = self.opener.post(
            f"{self.base_url()}/print3d/scan/{route}",
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=60,
        )
        self.assertEqual(response.status_code, 200)
        # What the server wrote is to be read anew.
        self.env.invalidate_all()
        return response.json()

    def _get(self, route, **params):
        answer = self._call(route, **params)
        self.assertIn("result", answer, answer.get("error"))
        return answer["result"]

    def _act(self, *actions, **params):
        """Send actions; return their results."""
        return self._get("act", actions=list(actions), **params)["results"]

    def _do(self, kind, value=None, state="done", **words):
        """Do one thing to the spool; return the result."""
        [result] = self._act(self._make(kind, value, **words))
        self.assertEqual(result["state"], state, result)
        self.assertTrue(result["message"])
        return result

    def _make(self, kind, value=None, **words):
        """Return an action with a key of its own, about the spool."""
        return {
            "key": f"test-key-{next(NUMBERS):06d}",
            "kind": kind,
            "spool_id": self.spool.id,
            "value": value,
            **words,
        }

    def _ago(self, **delta):
        """Return a time before now, as a phone tells it."""
        return (fields.Datetime.now() - timedelta(**delta)).isoformat() + "Z"

    def _get_entries(self, spool=None):
        spool = spool or self.spool
        return spool.spool_entry_ids.filtered(
            lambda entry: entry.kind not in ("receive", "correct")
        )
