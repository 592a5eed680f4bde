from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import Print3dLibraryCommon

MODELS = (
    "print3d.file",
    "print3d.mesh",
    "print3d.mesh.part",
    "print3d.slice",
    "print3d.plate",
    "print3d.plate.object",
    "print3d.plate.filament",
)


@tagged("post_install", "-at_install")
class TestAccess(Print3dLibraryCommon):
    def test_roles(self):
        for user, read, write in (
            (self.user_sales, True, False),
            (self.user_operator, True, True),
            (self.user_owner, True, True),
            (self.user_plain, False, False),
            (self.user_portal, False, False),
            (self.env.ref("base.public_user"), False, False),
        ):
            for model in MODELS:
                with self.subTest(user=user.login, model=model):
                    records = self.env[model].with_user(user)
                    self.assertEqual(records.has_access("read"), read)
                    for operation in ("write", "create", "unlink"):
                        self.assertEqual(records.has_access(operation), write)

    def test_licences_are_the_owners(self):
        for user, write in (
            (self.user_sales, False),
            (self.user_operator, False),
            (self.user_owner, True),
        ):
            licences = self.env["print3d.licence"].with_user(user)
            self.assertTrue(licences.has_access("read"))
            self.assertEqual(licences.has_access("write"), write)

    def test_journal_of_the_scanner_is_the_owners_to_read(self):
        for user, read in (
            (self.user_sales, False),
            (self.user_operator, False),
            (self.user_owner, True),
            (self.user_plain, False),
        ):
            with self.subTest(user=user.login):
                events = self.env["print3d.scan.event"].with_user(user)
                self.assertEqual(events.has_access("read"), read)
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(events.has_access(operation))

    def test_roles_climb(self):
        self.assertTrue(
            self.user_owner.has_group("print3d_library.group_print3d_sales")
        )
        self.assertTrue(
            self.user_owner.has_group("print3d_library.group_print3d_operator")
        )
        self.assertTrue(self.user_sales.has_group("print3d_library.group_print3d_user"))
        self.assertFalse(
            self.user_sales.has_group("print3d_library.group_print3d_operator")
        )
        admin = self.env.ref("base.user_admin")
        self.assertTrue(admin.has_group("print3d_library.group_print3d_owner"))

    def test_sales_sees_and_does_not_decide(self):
        version = self._create_version()
        as_sales = version.with_user(self.user_sales)
        self.assertTrue(as_sales.weight_g)
        for action in (as_sales.action_activate, as_sales.action_retire):
            with self.assertRaises(AccessError):
                action()
                self.env.flush_all()
        self.assertEqual(version.state, "draft")

    def test_operator_keeps_the_library(self):
        version = self._create_version()
        version.with_user(self.user_operator).action_activate()
        self.assertEqual(version.product_id.active_slice_id, version)

    def test_plain_user_reads_products_as_before(self):
        product = self._create_version(activate=True).product_id
        as_plain = product.with_user(self.user_plain)
        # Their default forms and lists read what fields_get offers.
        names = {name for name in as_plain.fields_get() if "print" in name}
        names |= {"active_slice_id", "name"}
        self.assertNotIn("slice_ids", as_plain.fields_get())
        self.assertEqual(as_plain.read(sorted(names))[0]["print_time_s"], 3723)

    def test_versions_of_another_company_are_not_seen(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        model = self._create_model(company_id=company.id)
        version = self._create_version(model.product_variant_id)
        self.assertEqual(version.company_id, company)
        mesh = self._create_mesh(model.product_variant_id)
        records = (
            mesh,
            mesh.part_ids,
            version,
            version.file_id,
            version.plate_ids,
            version.plate_ids.object_ids,
            version.plate_ids.filament_ids,
        )
        for record in records:
            with self.subTest(model=record._name):
                self.assertEqual(record.company_id, company)
                seen = record.with_user(self.user_owner).search(
                    [("id", "in", record.ids)]
                )
                self.assertFalse(seen)
        shared = self._create_version()
        self.assertTrue(
            shared.with_user(self.user_owner).search([("id", "=", shared.id)])
        )

    def test_bytes_are_as_open_as_their_file(self):
        attachment = self._create_version().file_id.attachment_id
        self.assertTrue(attachment.with_user(self.user_sales).raw)
        with self.assertRaises(AccessError):
            attachment.with_user(self.user_plain).read(["raw"])
