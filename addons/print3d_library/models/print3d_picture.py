import base64
import binascii
import contextlib
import hashlib
import io

# Odoo loads a few formats of Pillow only: these two are named to be there.
from PIL import (
    GifImagePlugin,  # noqa: F401
    Image,
    ImageOps,
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import human_size

FORMATS = ["PNG", "JPEG", "WEBP", "GIF"]
MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
SIDE = 1920
QUALITY = 88
# How long a picture that was deleted can be brought back.
KEEP_DAYS = 30


class Print3dPicture(models.Model):
    """A picture of a model that somebody added, written anew from its pixels.

    ``sha256`` is that of the bytes as they came, so that the same picture is known
    when it comes again.
    """

    _name = "print3d.picture"
    _description = "Picture of a 3D Model"
    _order = "product_tmpl_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(
        default=True, help="Not set where it was deleted and can still be brought back."
    )
    sequence = fields.Integer(default=10)
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Model",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Variant",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
        domain="[('product_tmpl_id', '=', product_tmpl_id)]",
        help="The variant it shows; empty where it shows the model as such.",
    )
    company_id = fields.Many2one(
        related="product_tmpl_id.company_id", store=True, index=True, precompute=True
    )
    image = fields.Image(required=True, max_width=SIDE, max_height=SIDE)
    image_256 = fields.Image(
        string="Small Picture",
        related="image",
        store=True,
        max_width=256,
        max_height=256,
    )
    sha256 = fields.Char(string="SHA-256", readonly=True, index=True, copy=False)

    _content_uniq = models.Constraint(
        "UNIQUE(product_tmpl_id, sha256)", "The model has this picture already."
    )

    @api.constrains("product_id", "product_tmpl_id")
    def _check_product_id(self):
        for picture in self:
            variant = picture.product_id
            if variant and variant.product_tmpl_id != picture.product_tmpl_id:
                raise ValidationError(
                    self.env._(
                        "“%(variant)s” is no variant of “%(model)s”.",
                        variant=variant.display_name,
                        model=picture.product_tmpl_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Write pictures anew; the model gets the first one where it has none."""
        pictures = super().create(
            [self._prepare_image_vals(vals) for vals in vals_list]
        )
        for picture in pictures:
            if not picture.product_tmpl_id.image_1920:
                picture.product_tmpl_id.image_1920 = picture.image
        return pictures

    def write(self, vals):
        """Write a picture anew that replaces another."""
        return super().write(
            self._prepare_image_vals(vals) if "image" in vals else vals
        )

    # === BUSINESS METHODS === #

    @api.model
    def _add(self, template, name, content, product=None):
        """Add a picture, or find it where the model has it already.

        :param template: the model
        :param str name: file name
        :param bytes content: the file
        :param product: the variant it shows
        :rtype: print3d.picture
        :raises UserError: it is no picture, or too large
        """
        known = self.with_context(active_test=False).search(
            [
                ("product_tmpl_id", "=", template.id),
                ("sha256", "=", hashlib.sha256(content).hexdigest()),
            ],
            limit=1,
        )
        if known:
            # What was deleted comes back; what several variants have is the model's.
            known.active = True
            if product and known.product_id and known.product_id != product:
                known.product_id = False
            return known.with_env(self.env)
        return self.create(
            {
                "name": name,
                "product_tmpl_id": template.id,
                "product_id": product.id if product else False,
                "image": base64.b64encode(content),
            }
        )

    def _move(self, template):
        """Give pictures to another model; those it has already stay where they are.

        :param template: the model
        """
        known = set(
            self.with_context(active_test=False)
            .search([("product_tmpl_id", "=", template.id)])
            .mapped("sha256")
        )
        moved = self.filtered(lambda picture: picture.sha256 not in known)
        moved.product_tmpl_id = template
        return moved

    @api.autovacuum
    def _gc_deleted(self):
        """Delete for good what was deleted a while ago."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEEP_DAYS)
        self.search([("active", "=", False), ("write_date", "<", limit)]).unlink()

    @api.model
    def _prepare_image_vals(self, vals):
        """Values with the picture written anew, its name cleaned and its SHA-256.

        :raises UserError: it is no picture, or too large
        """
        name = self.env["print3d.file"]._clean_name(vals.get("name") or "")
        if not vals.get("image"):
            return dict(vals, name=name) if "name" in vals else vals
        try:
            content = base64.b64decode(vals["image"], validate=False)
        except (binascii.Error, ValueError) as error:
            raise UserError(self._get_refusal(name)) from error
        return {
            **vals,
            "name": name,
            "image": base64.b64encode(self._write_anew(name, content)),
            "sha256": hashlib.sha256(content).hexdigest(),
        }

    @api.model
    def _get_max_bytes(self):
        """Most bytes a picture may have as it comes.

        :rtype: int
        """
        return MAX_BYTES

    @api.model
    def _write_anew(self, name, content):
        """The pixels of a picture as a new file, upright and without what it knows.

        Where and when a photo was taken, and whatever else hides in a file, stays out.

        :param str name: file name for messages
        :param bytes content: PNG, JPEG, WebP or GIF, as its first bytes say
        :return: PNG where something shows through, else JPEG
        :rtype: bytes
        :raises UserError: it is no such picture, it is broken, or has too many pixels
        """
        target = io.BytesIO()
        with self._open_image(name, content) as image:
            # Large JPEGs are read at a fraction of their size at once.
            image.draft(None, (SIDE, SIDE))
            image.load()
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((SIDE, SIDE))
            # On a new image: a converted one takes its comments along.
            pixels = Image.new("RGBA", upright.size)
            pixels.paste(upright.convert("RGBA"))
            if pixels.getextrema()[3][0] < 255:
                pixels.save(target, "PNG", optimize=True)
            else:
                pixels.convert("RGB").save(
                    target, "JPEG", quality=QUALITY, optimize=True
                )
        return target.getvalue()

    @api.model
    def _check_image(self, name, content):
        """Refuse what could not be added, without adding it.

        Parameters and errors are those of :meth:`_write_anew`.
        """
        with self._open_image(name, content) as image:
            image.draft(None, (1, 1))
            image.load()

    @contextlib.contextmanager
    def _open_image(self, name, content):
        """A picture of which no more than size and format is read yet.

        What goes wrong while it is open is told as a refusal of the picture. Parameters
        and errors are those of :meth:`_write_anew`.
        """
        limit = self._get_max_bytes()
        if len(content) > limit:
            raise UserError(
                self.env._(
                    "“%(name)s” is too large: %(size)s, and a picture may have "
                    "%(limit)s. Save it smaller and add it again.",
                    name=name,
                    size=human_size(len(content)),
                    limit=human_size(limit),
                )
            )
        try:
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise UserError(
                        self.env._(
                            "“%(name)s” has %(width)s × %(height)s points, which is "
                            "more than %(limit)s million. Save it smaller and add it "
                            "again.",
                            name=name,
                            width=image.width,
                            height=image.height,
                            limit=MAX_PIXELS // 1_000_000,
                        )
                    )
                yield image
        except (
            UnidentifiedImageError,
            Image.DecompressionBombError,
            OSError,
            SyntaxError,
            ValueError,
            EOFError,
        ) as error:
            raise UserError(self._get_refusal(name)) from error

    @api.model
    def _get_refusal(self, name):
        return self.env._(
            "“%(name)s” is no picture that can be shown. Add a JPEG, PNG, WebP or GIF; "
            "a photo of a phone in HEIC has to be saved as JPEG first.",
            name=name,
        )
