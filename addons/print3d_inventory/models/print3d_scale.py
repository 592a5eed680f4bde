import hashlib
import json

from odoo import api, models
from odoo.exceptions import AccessError, UserError

# Beside the number of the device, what keeps the keys of devices apart.
MAX_KEY = 100
# No spool and no scale for spools comes near.
MAX_GROSS_G = 100_000


class ScaleError(Exception):
    """A reading that cannot be taken.

    :param int status: of HTTP
    :param str code: one word for programs
    :param str message: a sentence for people
    :param float wait: seconds after which it may be tried again
    """

    def __init__(self, status, code, message, wait=0.0):
        super().__init__(message)
        self.wait = wait
        self.status = status
        self.code = code
        self.message = message


class Print3dScale(models.AbstractModel):
    """Takes the readings that scales post by themselves."""

    _name = "print3d.scale"
    _description = "Readings of Scales"

    @api.model
    def _weigh(self, device_sudo, body):
        """Tell the ledger what a scale read.

        :param device_sudo: the scale (print3d.device), known by its key
        :param bytes body: JSON of ``spool`` (name, number, label, tag or the slot it
            is in), ``gross_g``, and optionally ``key`` and ``at``
        :return: the status of HTTP and the answer
        :rtype: tuple[int, dict]
        :raise ScaleError: when it cannot be taken
        """
        device = device_sudo._as_teller()
        if not device:
            raise ScaleError(
                401,
                "no_person",
                self.env._(
                    "The person this scale tells for is gone. The owner chooses "
                    "another one on the page of the device."
                ),
            )
        told = self._read_body(body)
        scale = self.with_env(device.env)
        spool = scale._find_spool(told["spool"])
        key = scale._get_key(device, told)
        known = (
            scale.env["print3d.spool.entry"].sudo().search([("key", "=", key)])
            if key
            else None
        )
        if known and (known.lot_id != spool or known.kind != "scale"):
            raise ScaleError(
                409,
                "key_used",
                self.env._(
                    "This key belongs to a reading of spool %(spool)s. Use a new key "
                    "for every reading.",
                    spool=known.lot_id.name,
                ),
            )
        words = {"device": device, "key": key, "happened_on": told["at"]}
        words = scale.env["print3d.scan.app"]._not_before_birth(spool, words)
        try:
            entry = spool._print3d_record("scale", told["gross_g"], **words)
        except AccessError as error:
            raise ScaleError(
                401,
                "no_right",
                self.env._(
                    "The person this scale tells for may not weigh spools. The owner "
                    "chooses another one on the page of the device."
                ),
            ) from error
        except UserError as error:
            raise ScaleError(409, "refused", str(error)) from error
        answer = {
            "state": entry.state,
            "remaining_g": spool.remaining_g,
            "entry": entry.id,
            "spool": spool.name,
        }
        if entry.state != "conflict":
            return 200, answer
        return 202, {**answer, "message": entry.problem_text}

    @api.model
    def _read_body(self, body):
        try:
            told = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise ScaleError(
                400, "no_json", self.env._("The body is no JSON.")
            ) from error
        if not isinstance(told, dict):
            raise ScaleError(
                400, "no_object", self.env._("Send one JSON object with the reading.")
            )
        gross = told.get("gross_g")
        if (
            isinstance(gross, bool)
            or not isinstance(gross, (int, float))
            # What is no number compares with nothing.
            or not 0 <= gross <= MAX_GROSS_G
        ):
            raise ScaleError(
                400,
                "bad_weight",
                self.env._("Send gross_g: what the scale shows, as a number in grams."),
            )
        key = told.get("key")
        if key is not None and (
            not isinstance(key, str) or not 0 < len(key) <= MAX_KEY or "\x00" in key
        ):
            raise ScaleError(
                400,
                "bad_key",
                self.env._(
                    "Send key as a text of at most %(size)s characters, or leave it "
                    "out.",
                    size=MAX_KEY,
                ),
            )
        if told.get("spool") in (None, "", {}) or isinstance(told["spool"], bool):
            raise ScaleError(
                400,
                "no_spool",
                self.env._(
                    "Send spool: its name, its number, the text of its label, or its "
                    "tag."
                ),
            )
        try:
            at = self.env["stock.lot"]._to_datetime(told.get("at"))
        except UserError as error:
            raise ScaleError(400, "bad_time", str(error)) from error
        return {"spool": told["spool"], "gross_g": gross, "key": key, "at": at}

    @api.model
    def _find_spool(self, code):
        """Return the spool that is meant: itself, or the one in a slot.

        :raise ScaleError: when there is none, or more than one
        """
        app = self.env["print3d.scan.app"]
        reason = self.env._("There is no spool of that number.")
        if isinstance(code, int):
            spool = app._find_spool(code)
        else:
            if isinstance(code, str):
                code = app._clean(code)
            found = self.env["print3d.scan"]._resolve(code)
            reason = found.get("reason") or self.env._(
                "%(title)s is no spool.", title=found["title"]
            )
            record = found["id"] and self.env[found["model"]].browse(found["id"])
            spool = self.env["stock.lot"]
            if found["type"] == "spool":
                spool = record
            elif found["type"] == "place":
                spool = record.spool_id
                reason = self.env._("%(slot)s is empty.", slot=found["title"])
        if not spool:
            raise ScaleError(404, "unknown_spool", reason)
        return spool

    @api.model
    def _get_key(self, device, told):
        """Return under what key a reading is kept.

        A scale that makes up no keys but tells the time may send again as well.
        """
        if told["key"]:
            return f"device-{device.id}:{told['key']}"
        if not told["at"]:
            return None
        what = json.dumps([told["spool"], told["gross_g"]], sort_keys=True)
        digest = hashlib.sha256(what.encode()).hexdigest()[:16]
        return f"device-{device.id}:{told['at'].isoformat()}:{digest}"
