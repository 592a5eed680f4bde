import base64
import io
import zlib

from PIL import Image

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import Print3dLibraryCommon


@tagged("post_install", "-at_install")
class TestPrint3dGallery(Print3dLibraryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = cls._create_model("Clip")
        cls.variant = cls.model.product_variant_id
        cls.Picture = cls.env["print3d.picture"]

    def _add(self, record=None, name="a.png", **picture):
        content = picture.pop("content", None) or self._make_picture(**picture)
        return (record or self.model).add_print3d_picture(
            name, base64.b64encode(content).decode()
        )

    def _get_keys(self, record=None):
        return [
            entry["key"]
            for entry in (record or self.model).get_print3d_gallery()["entries"]
        ]

    # === WHAT IT SHOWS === #

    def test_plates_meshes_and_own_pictures(self):
        version = self._create_version(self.variant, activate=True, picture=(40, 30))
        mesh = self._create_mesh(self.variant)
        own = self._add(colour=(9, 9, 9))
        gallery = self.model.get_print3d_gallery()
        plate = version.plate_ids
        self.assertEqual(
            [entry["key"] for entry in gallery["entries"]],
            [f"plate:{plate.id}", own, f"mesh:{mesh.id}"],
            "the picture the file gave the model is the main one",
        )
        main = gallery["entries"][0]
        self.assertTrue(main["is_main"])
        self.assertEqual(main["viewer"], ["print3d.plate", plate.id])
        self.assertFalse(main["is_own"])
        self.assertTrue(gallery["can_write"])

    def test_retired_versions_are_left_out(self):
        version = self._create_version(self.variant, activate=True)
        version.action_retire()
        self.assertEqual(self._get_keys(), ["cover"])

    def test_picture_set_elsewhere_is_the_main_one(self):
        self.model.image_1920 = base64.b64encode(self._make_picture(colour=(1, 1, 1)))
        own = self._add(colour=(2, 2, 2))
        entries = self.model.get_print3d_gallery()["entries"]
        self.assertEqual([entry["key"] for entry in entries], ["cover", own])
        self.assertTrue(entries[0]["is_main"])
        self.model.set_print3d_main_picture(own)
        self.assertEqual(self._get_keys(), [own])
        self.assertTrue(self.model.get_print3d_gallery()["entries"][0]["is_main"])

    def test_first_picture_becomes_the_main_one(self):
        own = self._add()
        self.assertTrue(self.model.image_1920)
        self.assertEqual(self._get_keys(), [own])

    def test_variant_has_its_own(self):
        sizes = self._create_variants()
        small, large = sizes.product_variant_ids
        own = self._add(small, colour=(3, 3, 3))
        self.assertIn(own, self._get_keys(small))
        self.assertNotIn(own, self._get_keys(large))
        self.assertIn(own, self._get_keys(sizes))
        small.set_print3d_main_picture(own)
        self.assertTrue(small.image_variant_1920 or sizes.image_1920)
        with self.assertRaises(ValidationError):
            self.Picture.browse(int(own.split(":")[1])).product_tmpl_id = self.model

    # === ORDER === #

    def test_sort_hide_and_delete(self):
        keys = [self._add(colour=(value, 0, 0)) for value in (10, 20, 30)]
        mesh = f"mesh:{self._create_mesh(self.variant).id}"
        self.model.sort_print3d_gallery([keys[2], mesh, keys[0], keys[1], "plate:0"])
        # The main picture stays first.
        self.assertEqual(self._get_keys(), [keys[0], keys[2], mesh, keys[1]])
        self.assertEqual(
            self.model.print3d_gallery_order["order"], [keys[2], mesh, *keys[:2]]
        )
        self.model.remove_print3d_picture(mesh)
        self.model.remove_print3d_picture(keys[1])
        self.assertEqual(self._get_keys(), [keys[0], keys[2]])
        self.assertEqual(self.model.get_print3d_gallery()["hidden"], 1)
        self.model.show_print3d_hidden()
        self.assertIn(mesh, self._get_keys())
        with self.assertRaisesRegex(UserError, "no longer there"):
            self.model.set_print3d_main_picture(keys[1])

    def test_pictures_of_others_cannot_be_taken(self):
        other = self._create_model("Other")
        key = self._add(other)
        for method in ("set_print3d_main_picture", "remove_print3d_picture"):
            for bad in (key, "plate:x", "ir.attachment:1", "", None, "mesh:-1"):
                with self.assertRaisesRegex(UserError, "no longer there"):
                    getattr(self.model, method)(bad)

    def test_same_picture_twice_is_one(self):
        self.assertEqual(self._add(), self._add(name="again.png"))

    # === WHAT IS TAKEN === #

    def test_pictures_are_written_anew(self):
        target = io.BytesIO()
        image = Image.new("RGB", (3000, 1000), (200, 10, 10))
        exif = Image.Exif()
        exif[0x0112] = 6  # turned by 90°
        exif[0x010F] = "Secret Camera"
        image.save(target, "JPEG", exif=exif, comment=b"<script>")
        key = self._add(content=target.getvalue() + b"<html>hidden</html>")
        picture = self.Picture.browse(int(key.split(":")[1]))
        stored = base64.b64decode(picture.image)
        self.assertTrue(stored.startswith(b"\xff\xd8"))
        for secret in (b"Secret", b"<script>", b"hidden"):
            self.assertNotIn(secret, stored)
        with Image.open(io.BytesIO(stored)) as upright:
            self.assertEqual(upright.size, (640, 1920))

    def test_see_through_pictures_stay_so(self):
        target = io.BytesIO()
        Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(target, "WEBP")
        key = self._add(content=target.getvalue())
        stored = self.Picture.browse(int(key.split(":")[1])).image
        self.assertTrue(base64.b64decode(stored).startswith(b"\x89PNG"))

    def test_hostile_pictures_are_refused(self):
        png = self._make_picture()
        header = b"\x00\x00\xff\xff\x00\x00\xff\xff" + b"\x08\x02\x00\x00\x00"
        bomb = (
            png[:8]
            + b"\x00\x00\x00\rIHDR"
            + header
            + zlib.crc32(b"IHDR" + header).to_bytes(4, "big")
            + png[33:]
        )
        for content in (
            b"",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
            b"%PDF-1.4",
            b"II*\x00\x08\x00\x00\x00",
            png[:40],
            png[:-20].replace(b"IDAT", b"IDXT"),
            bomb,
        ):
            with self.assertRaises(UserError):
                self._add(content=content or b"x")
        with self.assertRaises(UserError):
            self.model.add_print3d_picture("a.png", "not base64 §")
        self.patch(self.registry["print3d.picture"], "_get_max_bytes", lambda self: 10)
        with self.assertRaisesRegex(UserError, "too large"):
            self._add()
        self.assertFalse(self.Picture.search([("product_tmpl_id", "=", self.model.id)]))

    # === RIGHTS === #

    def test_rights(self):
        key = self._add()
        sales = self.model.with_user(self.user_sales)
        gallery = sales.get_print3d_gallery()
        self.assertEqual(len(gallery["entries"]), 1)
        self.assertFalse(gallery["can_write"])
        for method, args in (
            ("add_print3d_picture", ["a.png", "AAAA"]),
            ("set_print3d_main_picture", [key]),
            ("sort_print3d_gallery", [[key]]),
            ("remove_print3d_picture", [key]),
            ("restore_print3d_picture", [key]),
            ("rename_print3d_picture", [key, "X"]),
            ("show_print3d_hidden", []),
        ):
            with self.assertRaises(AccessError):
                getattr(sales, method)(*args)
        with self.assertRaises(AccessError):
            self.model.with_user(self.user_plain).get_print3d_gallery()
        operator = self.model.with_user(self.user_operator)
        self._add(operator, colour=(4, 4, 4))
        operator.remove_print3d_picture(key)

    def test_company_rule(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        model = self._create_model("Theirs", company_id=company.id)
        picture = self.Picture._add(model, "a.png", self._make_picture())
        self.assertEqual(picture.company_id, company)
        self.assertFalse(
            self.Picture.with_user(self.user_operator).search(
                [("product_tmpl_id", "=", model.id)]
            )
        )
        with self.assertRaises(AccessError):
            picture.with_user(self.user_operator).read(["name"])
        change = self.env["print3d.library.change"].create(
            {"name": "X", "kind": "edit", "company_id": company.id}
        )
        with self.assertRaises(AccessError):
            change.with_user(self.user_operator).read(["name"])

    def test_gallery_takes_few_queries(self):
        def fill(count):
            sizes = self._create_variants(
                f"Sizes {count}", [f"{number}" for number in range(count)]
            )
            for number, variant in enumerate(sizes.product_variant_ids):
                self._create_version(variant, activate=True)
                self._add(sizes, colour=(number, count, 7))
            self.env.flush_all()
            return sizes

        few, many = fill(2), fill(8)

        def count(model):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            model.get_print3d_gallery()
            return self.cr.sql_log_count - before

        count(few)
        self.assertLessEqual(count(many), count(few) + 1)
        self.assertLess(count(many), 40)

    # === NAMES, DELETING AND BACK === #

    def _read(self, key):
        entries = self.model.get_print3d_gallery()["entries"]
        return next((entry for entry in entries if entry["key"] == key), None)

    def test_rename(self):
        key = self._add()
        self.model.rename_print3d_picture(key, "  Front /\n back  ")
        self.assertEqual(self._read(key)["title"], "Front / back")
        self.model.rename_print3d_picture(key, "  ")
        self.assertEqual(self._read(key)["title"], "Front / back")
        mesh = f"mesh:{self._create_mesh(self.variant).id}"
        with self.assertRaisesRegex(UserError, "like the file"):
            self.model.rename_print3d_picture(mesh, "X")

    def test_deleted_and_brought_back(self):
        main, other = (self._add(colour=(value, 0, 0)) for value in (10, 20))
        mesh = f"mesh:{self._create_mesh(self.variant).id}"
        cover = self.model.image_1920
        removed = self.model.remove_print3d_picture(main)
        self.assertEqual(removed, {"key": main, "is_main": True})
        self.assertEqual(self._get_keys(), [other, mesh], "the next is the main one")
        self.assertTrue(self._read(other)["is_main"])
        self.model.restore_print3d_picture(**removed)
        self.assertEqual(self._get_keys(), [main, other, mesh])
        self.assertEqual(self.model.image_1920, cover)
        left_out = self.model.remove_print3d_picture(mesh)
        self.assertFalse(left_out["is_main"])
        self.model.restore_print3d_picture(**left_out)
        self.assertIn(mesh, self._get_keys())

    def test_last_picture_is_deleted_and_brought_back(self):
        self.model.image_1920 = base64.b64encode(self._make_picture(colour=(1, 1, 1)))
        removed = self.model.remove_print3d_picture("cover")
        self.assertFalse(self.model.image_1920)
        self.assertEqual(self._get_keys(), [])
        self.model.restore_print3d_picture(**removed)
        self.assertEqual(self._get_keys(), [removed["key"]])
        self.assertTrue(self.model.image_1920)

    def test_same_picture_again_brings_it_back(self):
        key = self._add()
        self.model.remove_print3d_picture(key)
        self.assertEqual(self._add(), key)
        self.assertEqual(self._get_keys(), [key])

    def test_deleted_for_good_after_a_month(self):
        old, new = (self._add(colour=(value, 0, 0)) for value in (10, 20))
        for key in (old, new):
            self.model.remove_print3d_picture(key)
        ids = [int(key.split(":")[1]) for key in (old, new)]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE print3d_picture SET write_date = write_date - interval '31 days' "
            "WHERE id = %s",
            [ids[0]],
        )
        self.env.invalidate_all()
        self.Picture._gc_deleted()
        self.assertEqual(self.Picture.browse(ids).exists().ids, ids[1:])
        with self.assertRaisesRegex(UserError, "no longer there"):
            self.model.restore_print3d_picture(old)

    def test_variants_share_pictures_of_the_model(self):
        sizes = self._create_variants()
        small, large = sizes.product_variant_ids
        shared = self._add(sizes, colour=(5, 5, 5))
        own = self._add(small, colour=(6, 6, 6))
        self.assertEqual(set(self._get_keys(small)), {shared, own})
        self.assertEqual(self._get_keys(large), [shared])
        # A variant leaves out what is the model's.
        small.remove_print3d_picture(shared)
        self.assertEqual(self._get_keys(small), [own])
        self.assertIn(shared, self._get_keys(sizes))
        # What two of them have is the model's from then on.
        self.assertEqual(self._add(large, colour=(6, 6, 6)), own)
        self.assertIn(own, self._get_keys(large))
        self.assertIn(own, self._get_keys(small))
