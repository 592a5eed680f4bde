from odoo.tests import tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestPrint3dSearch(Print3dProductionCommon):
    def _get_plates(self, user):
        search = self.env["product.template"].with_user(user).print3d_search
        facets = {facet["name"]: facet for facet in search()["facets"]}
        return [
            (tuple(plate["value"]), plate["label"])
            for plate in facets["size"]["values"]
        ]

    def test_plates_of_the_printers_to_fit_on(self):
        self.env["mrp.workcenter"].search([]).bed_x_mm = 0
        small = {"bed_x_mm": 180, "bed_y_mm": 180, "bed_z_mm": 180}
        (self.printer + self.other_printer).write(small)
        self._create_printer("Printer C", bed_x_mm=250, bed_y_mm=210, bed_z_mm=220)
        self._create_printer("Without height", bed_x_mm=900, bed_y_mm=900)
        other = self.env["res.company"].create({"name": "Another shop"})
        self._create_printer("Of others", company_id=other.id, **small)
        for user in (self.sales_user, self.operator):
            with self.subTest(user=user.login):
                self.assertEqual(
                    self._get_plates(user),
                    [
                        ((250, 210, 220), "Printer C"),
                        ((180, 180, 180), "Printer A, Printer B"),
                    ],
                )

    def _search(self, text, **arguments):
        Template = self.env["product.template"].with_user(self.operator)
        found = Template.print3d_search(text, **arguments)["records"]
        return [(record["name"], record["success"]) for record in found]

    def test_how_prints_end_is_found_at_once(self):
        name = self.product.name
        self.assertEqual(self._search(name), [(name, None)])
        self.assertEqual(self._search(f"{name} success>0"), [])
        self._create_mo(2)
        runs = self.env["print3d.run"].search([("product_id", "=", self.product.id)])
        self._print(runs[0], [self.spool])
        self.assertEqual(self._search(f"{name} success=100%"), [(name, 1.0)])
        self._start(runs[1], [self.spool])
        cause = self.env["print3d.failure.cause"].search([], limit=1)
        runs[1]._do_end("failed", cause=cause)
        self.assertEqual(self._search(f"{name} success=100%"), [])
        self.assertEqual(
            self._search(name, facets={"success": 0.5}, sort="success"), [(name, 0.5)]
        )
