import contextlib
import hashlib
import hmac
import io
import json
import os
import re
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import config, human_size

from ..tools import s3

OWNERS = "base.group_system,print3d_library.group_print3d_owner"
# Groups of a field that nobody reads or writes but the server itself.
NO_ACCESS = "."
MASK = "••••••••"
MARKER = "print3d.json"
SERVER_NAME = re.compile(r"^[A-Z0-9_]{1,30}$")
# Region and address style that a provider wants; its address as a hint.
PROVIDERS = {
    "r2": ("auto", "path"),
    "aws": ("us-east-1", "virtual"),
    "b2": ("us-west-004", "path"),
    "minio": ("us-east-1", "path"),
}


class Print3dStorage(models.Model):
    """A bucket of an S3-compatible object storage, where files may be kept.

    Without one, files are where Odoo keeps attachments. The secret key is written and
    never read back: the field that holds it is closed to everybody, and what the form
    shows is a mask.

    Keys: ``<prefix>/<company>/files/<2 hex>/<sha256>-<random>``; the last part makes
    that a key is never used again, so that removing an object can never hit another.
    Browsers send to ``<prefix>/<company>/staging/…`` and the server copies from there.
    """

    _name = "print3d.storage"
    _description = "Object Storage"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Only files of this company are kept here. Empty: files of every company.",
    )
    is_default = fields.Boolean(
        string="Keep New Files Here",
        help="Uploaded files go here. Files that are elsewhere already stay there "
        "until they are moved.",
    )
    provider = fields.Selection(
        [
            ("r2", "Cloudflare R2"),
            ("aws", "Amazon S3"),
            ("b2", "Backblaze B2"),
            ("minio", "MinIO"),
            ("other", "Another S3-Compatible Server"),
        ],
        default="other",
        required=True,
    )

    # Where
    endpoint_url = fields.Char(
        string="Address",
        help="As in https://s3.example.com; empty for Amazon's own servers.",
    )
    public_endpoint_url = fields.Char(
        string="Address for Browsers",
        help="Only where browsers reach the storage by another address than Odoo does.",
    )
    is_browser_reachable = fields.Boolean(
        string="Browsers Reach It",
        default=True,
        help="Browsers send and fetch files there directly. Otherwise every file goes "
        "through Odoo.",
    )
    region = fields.Char(default="us-east-1", required=True)
    bucket = fields.Char(required=True)
    prefix = fields.Char(
        string="Folder in the Bucket",
        default="print3d",
        help="Everything of this shop is below it. Another database needs another one.",
    )
    style = fields.Selection(
        [
            ("path", "address/bucket/file"),
            ("virtual", "bucket.address/file"),
            ("auto", "Let the client choose"),
        ],
        string="Address Style",
        default="path",
        required=True,
    )

    # Who
    secret_source = fields.Selection(
        [("here", "Entered here"), ("server", "The server's environment")],
        string="Keys Are",
        default="here",
        required=True,
    )
    server_name = fields.Char(
        string="Name on the Server",
        help="With R2: PRINT3D_R2_ACCESS_KEY and PRINT3D_R2_SECRET_KEY in the "
        "environment of Odoo, or print3d_r2_access_key and print3d_r2_secret_key in "
        "odoo.conf.",
    )
    access_key = fields.Char(string="Access Key ID", groups=OWNERS, copy=False)
    secret = fields.Char(groups=NO_ACCESS, copy=False, exportable=False)
    secret_key = fields.Char(
        string="Secret Access Key",
        compute="_compute_secret_key",
        inverse="_inverse_secret_key",
        groups=OWNERS,
        exportable=False,
        help="It can be replaced and not be read again.",
    )

    # What trying it found
    state = fields.Selection(
        [
            ("new", "Not Tried Yet"),
            ("ok", "Works"),
            ("failed", "Does Not Work"),
        ],
        default="new",
        required=True,
        readonly=True,
        copy=False,
    )
    checked_on = fields.Datetime(string="Tried on", readonly=True, copy=False)
    check_message = fields.Text(string="Found", readonly=True, copy=False)
    native_sha256 = fields.Boolean(
        string="Keeps SHA-256",
        readonly=True,
        copy=False,
        help="The server keeps and compares SHA-256 checksums itself.",
    )

    copy_ids = fields.One2many("print3d.file.copy", "storage_id")
    file_count = fields.Integer(string="Files", compute="_compute_contents")
    size_text = fields.Char(string="Size", compute="_compute_contents")
    orphan_count = fields.Integer(string="Orphans", compute="_compute_orphan_count")

    _default_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0)) WHERE is_default AND active",
        "New files are kept in another storage already. Switch it off there first.",
    )

    @api.depends("secret_source")
    def _compute_secret_key(self):
        for storage in self:
            storage.secret_key = MASK if storage.sudo().secret else False

    def _inverse_secret_key(self):
        for storage in self:
            if storage.secret_key != MASK:
                storage.sudo().secret = (storage.secret_key or "").strip() or False

    def _compute_contents(self):
        found = {
            storage: (count, size)
            for storage, count, size in self.env["print3d.file.copy"]._read_group(
                [("storage_id", "in", self.ids)],
                ["storage_id"],
                ["__count", "size:sum"],
            )
        }
        for storage in self:
            storage.file_count, size = found.get(storage, (0, 0))
            storage.size_text = human_size(size) or self.env._("Empty")

    def _compute_orphan_count(self):
        found = dict(
            self.env["print3d.storage.orphan"]._read_group(
                [("storage_id", "in", self.ids)], ["storage_id"], ["__count"]
            )
        )
        for storage in self:
            storage.orphan_count = found.get(storage, 0)

    @api.constrains("endpoint_url", "public_endpoint_url")
    def _check_addresses(self):
        for storage in self:
            for url in (storage.endpoint_url, storage.public_endpoint_url):
                if url and not re.match(r"^https?://[^/\s?#]+(/[^\s?#]*)?$", url):
                    raise ValidationError(
                        self.env._(
                            "“%(url)s” is no address of a server. Enter it as in "
                            "https://s3.example.com.",
                            url=url,
                        )
                    )

    @api.constrains("secret_source", "server_name")
    def _check_server_name(self):
        for storage in self:
            name = storage.server_name or ""
            if storage.secret_source == "server" and not SERVER_NAME.match(name):
                raise ValidationError(
                    self.env._(
                        "The name on the server is made of capital letters, digits and "
                        "underscores, as in R2."
                    )
                )

    @api.constrains("prefix")
    def _check_prefix(self):
        for storage in self:
            if not re.match(r"^[A-Za-z0-9._/-]*$", storage.prefix or ""):
                raise ValidationError(
                    self.env._(
                        "The folder in the bucket may have letters, digits, dots, "
                        "dashes, underscores and slashes."
                    )
                )

    @api.onchange("provider")
    def _onchange_provider(self):
        if self.provider in PROVIDERS:
            self.region, self.style = PROVIDERS[self.provider]

    # === CRUD METHODS === #

    def write(self, vals):
        """Files stay where they were put: place and folder are fixed then."""
        moved = {"bucket", "prefix", "endpoint_url"} & set(vals)
        for storage in self if moved else ():
            changed = [
                name for name in moved if (vals[name] or "") != (storage[name] or "")
            ]
            if {"bucket", "prefix"} & set(changed) and storage.sudo().copy_ids:
                raise UserError(
                    self.env._(
                        "“%(name)s” has files already, so its bucket and folder stay. "
                        "Set up another storage and move the files there.",
                        name=storage.name,
                    )
                )
        if {"endpoint_url", "bucket", "region", "style", "access_key", "secret_key"} & (
            set(vals)
        ):
            vals = {"state": "new", **vals}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for storage in self:
            if storage.sudo().copy_ids:
                raise UserError(
                    self.env._(
                        "“%(name)s” has files. Move them elsewhere first.",
                        name=storage.name,
                    )
                )

    # === ACTION METHODS === #

    def action_check(self):
        """Write, read, compare and delete a small object, and say what was found."""
        self.ensure_one()
        self.check_access("write")
        vals = {"checked_on": fields.Datetime.now()}
        try:
            checked = self._check_connection()
        except s3.StorageError as error:
            vals.update(state="failed", check_message=error.message)
        else:
            vals.update(
                state="ok",
                native_sha256=checked.native_sha256,
                check_message="\n".join(checked.hints) or False,
            )
        self.write(vals)
        if self.state == "failed":
            kind, message = "danger", self.check_message
        elif self.check_message:
            kind, message = "warning", self.check_message
        else:
            kind = "success"
            message = self.env._("Writing, reading, listing and deleting work.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "title": self.name,
                "message": message,
                "sticky": kind != "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_set_cors(self):
        """Have the bucket let browsers send files from the shop's pages."""
        self.ensure_one()
        self.check_access("write")
        try:
            self._get_bucket().set_cors([self._get_origin()])
        except s3.StorageError as error:
            raise UserError(
                self.env._(
                    "The bucket's CORS rules cannot be set from here. %(reason)s Set "
                    "them on the provider's page (docs/storage.md).",
                    reason=error.message,
                )
            ) from error
        return self.action_check()

    def action_view_files(self):
        """The files that have a copy here."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_library.print3d_file_copy_action"
        )
        action["domain"] = [("storage_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_view_orphans(self):
        """The objects here that no file has."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_library.print3d_storage_orphan_action"
        )
        action["domain"] = [("storage_id", "=", self.id)]
        return action

    def action_move_files(self):
        """Begin to move files here."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "print3d.storage.migration",
            "views": [(False, "form")],
            "context": {"default_target_id": self.id},
        }

    # === CONNECTION === #

    @api.model
    def _get_for_company(self, company):
        """Where new files of a company are kept.

        :param company: ``res.company``, empty for files of every company
        :rtype: print3d.storage
        :return: empty for Odoo's own file store; else with all rights
        """
        storages = self.sudo().search([("is_default", "=", True)])
        if not company:
            companies = self.env["res.company"].sudo().search([], limit=2)
            company = companies if len(companies) == 1 else companies[:0]
        own = storages.filtered(
            lambda one: one.company_id and one.company_id == company
        )
        return (own or storages.filtered(lambda one: not one.company_id))[:1]

    def _get_keys(self):
        """Access key and secret key, from here or from the server.

        :raises StorageError: one of them is missing
        """
        storage_sudo = self.sudo()
        if storage_sudo.secret_source == "server":
            name = f"PRINT3D_{storage_sudo.server_name}"
            found = [
                os.environ.get(f"{name}_{part}")
                or config.get(f"{name}_{part}".lower())
                or ""
                for part in ("ACCESS_KEY", "SECRET_KEY")
            ]
            if not all(found):
                raise s3.StorageError(
                    "setting",
                    f"The server has no {name}_ACCESS_KEY and {name}_SECRET_KEY. Set "
                    "both in the environment of Odoo and restart it.",
                )
            return found
        found = [storage_sudo.access_key or "", storage_sudo.secret or ""]
        if not all(found):
            raise s3.StorageError(
                "setting",
                f"The keys of “{storage_sudo.name}” are not entered. Enter the access "
                "key and the secret key that the provider gave you.",
            )
        return found

    def _get_bucket(self):
        """The bucket, to speak with.

        :rtype: ~odoo.addons.print3d_library.tools.s3.Bucket
        :raises StorageError: keys are missing
        """
        self.ensure_one()
        access_key, secret_key = self._get_keys()
        settings = s3.Settings(
            bucket=(self.bucket or "").strip(),
            access_key=access_key,
            secret_key=secret_key,
            endpoint=(self.endpoint_url or "").strip().rstrip("/"),
            public_endpoint=(self.public_endpoint_url or "").strip().rstrip("/"),
            region=(self.region or "").strip(),
            style=self.style,
            native_sha256=self.native_sha256,
        )
        return _bucket(settings)

    def _check_connection(self):
        """Try the bucket as the shop uses it, and mark it as this database's.

        :rtype: ~odoo.addons.print3d_library.tools.s3.Check
        :raises StorageError: what does not work
        """
        bucket = self._get_bucket()
        checked = bucket.check(
            self._get_path("check", secrets.token_hex(8)),
            origin=self._get_origin() if self.is_browser_reachable else None,
        )
        if not self._is_ours(bucket):
            raise s3.StorageError(
                "setting",
                "Another database keeps its files in this folder of the bucket. Enter "
                "another folder: two databases would remove each other's files.",
            )
        return checked

    def _is_ours(self, bucket):
        """Whether the folder in the bucket is this database's; claim it when free.

        A copy of a database points to the same folder, and must not tidy up there.
        """
        own = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        key = self._get_path(MARKER)
        try:
            found = json.loads(b"".join(bucket.chunks(key)))
        except s3.StorageError as error:
            if error.code != "missing":
                raise
            text = json.dumps({"database": own}).encode()
            digest = hashlib.sha256(text).hexdigest()
            bucket.put(key, io.BytesIO(text), len(text), digest)
            return True
        except ValueError:
            return False
        return isinstance(found, dict) and found.get("database") == own

    def _get_origin(self):
        """Where the shop's pages come from, as a browser states it."""
        url = self.get_base_url()
        return re.match(r"^https?://[^/]+", url)[0]

    def _note_silence(self, reason):
        """Note that it did not answer; the owners are told when it is news.

        :param str reason: a sentence
        """
        self.ensure_one()
        news = self.state != "failed"
        self.write(
            {
                "state": "failed",
                "checked_on": fields.Datetime.now(),
                "check_message": reason,
            }
        )
        if news:
            self.env["print3d.file.event"]._journal_silence(self, reason)

    def _note_answer(self):
        """Note that it answers again."""
        self.filtered(lambda storage: storage.state == "failed").write(
            {
                "state": "ok",
                "checked_on": fields.Datetime.now(),
                "check_message": False,
            }
        )

    # === KEYS === #

    def _get_path(self, *parts):
        """A key of these parts, below the folder of the shop."""
        prefix = (self.prefix or "").strip("/")
        return "/".join((prefix, *parts) if prefix else parts)

    def _get_company_path(self, company, *parts):
        """A key below the folder of a company (``shared`` for files of every one)."""
        return self._get_path(str(company.id) if company else "shared", *parts)

    def _get_new_key(self, company, sha256):
        """A key for a file's content that no object has or will have again."""
        name = f"{sha256}-{secrets.token_hex(8)}"
        return self._get_company_path(company, "files", sha256[:2], name)

    def _get_staging_key(self, upload):
        """Where a browser sends the bytes of an upload; the same at each call.

        :param upload: record with a ``company_id``
        :rtype: str
        """
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        token = hmac.new(
            (secret or "").encode(), f"{upload._name},{upload.id}".encode(), "sha256"
        ).hexdigest()
        return self._get_company_path(
            upload.company_id, "staging", f"{upload.id}-{token[:20]}"
        )

    # === BYTES === #

    @contextlib.contextmanager
    def _open_key(self, key):
        """An object as a seekable binary file.

        :raises StorageError: it cannot be fetched
        """
        with self._get_bucket().open(key) as stream:
            yield stream

    def _delete_keys(self, keys):
        """Have objects removed once the transaction is committed, and not before.

        They are noted in the same transaction, so a roll-back keeps them and a storage
        that does not answer now is tried again later.
        """
        self.env["print3d.storage.orphan"]._note_deleted(self, keys)

    # === SENT BY BROWSERS === #

    def _begin_direct(self, key, size):
        """Begin what a browser sends by itself.

        :param int size: bytes of the whole file
        :return: ``{"upload_id": str or False, "part_size": int}``; without an id the
            file is one PUT, and ``part_size`` its size
        :rtype: dict
        :raises UserError: the storage does not answer, or refuses
        """
        step = s3.part_size(size)
        if not step:
            return {"upload_id": False, "part_size": size}
        with self._told():
            return {"upload_id": self._get_bucket().begin(key), "part_size": step}

    def _sign_parts(self, key, upload_id, numbers):
        """How to send parts, each by one PUT within the hour.

        :param dict numbers: ``{number: {"size": int, "sha256_b64": str}}``, counted
            from 1; the checksum may be left out
        :return: ``{number: {"url": str, "headers": dict}}``
        :rtype: dict
        :raises UserError: the settings cannot be used
        """
        signed = {}
        with self._told():
            bucket = self._get_bucket()
            for number, part in numbers.items():
                if upload_id:
                    url, headers = bucket.link_part(
                        key, upload_id, int(number), part["size"]
                    )
                else:
                    url, headers = bucket.link_put(
                        key, part["size"], part.get("sha256_b64")
                    )
                signed[number] = {"url": url, "headers": headers}
        return signed

    def _abort_direct(self, key, upload_id):
        """Give up what a browser was sending; the parts are removed.

        A storage that does not answer is no error here: the parts are found and
        removed later.
        """
        with contextlib.suppress(s3.StorageError):
            bucket = self._get_bucket()
            if upload_id:
                bucket.abort(key, upload_id)
            else:
                bucket.delete(key)

    @contextlib.contextmanager
    def _told(self):
        """Turn a storage's failure into an error that is shown."""
        try:
            yield
        except s3.StorageError as error:
            raise UserError(error.message) from error


# A connection is dear (a second for boto3's first client): one for each setting.
_BUCKETS = {}


def _bucket(settings):
    if settings not in _BUCKETS:
        if len(_BUCKETS) > 20:
            _BUCKETS.clear()
        _BUCKETS[settings] = s3.Bucket(settings)
    return _BUCKETS[settings]
