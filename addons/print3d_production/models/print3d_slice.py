from math import lcm

from odoo import Command, api, fields, models
from odoo.exceptions import RedirectWarning, UserError


class Print3dSlice(models.Model):
    _inherit = "print3d.slice"

    currency_id = fields.Many2one("res.currency", compute="_compute_print_cost")
    print_cost = fields.Monetary(
        string="Cost per Piece",
        compute="_compute_print_cost",
        groups="print3d_library.group_print3d_owner",
        help="Filament at its average price and machine time, for one good piece.",
    )
    print_cost_explained = fields.Json(
        string="How It Is Reckoned",
        compute="_compute_print_cost",
        groups="print3d_library.group_print3d_owner",
    )
    run_count = fields.Integer(string="Prints", compute="_compute_run_count")

    # === COMPUTE === #

    @api.depends(
        "plate_ids.copies",
        "plate_ids.time_s",
        "plate_ids.filament_ids.grams",
        "plate_ids.filament_ids.product_id.standard_price",
    )
    @api.depends_context("company", "lang")
    def _compute_print_cost(self):
        currency = self.env.company.currency_id
        printers = {}
        for version in self:
            printer = printers.get(version.printer_model)
            if printer is None:
                printer = (
                    self.env["mrp.workcenter"].sudo()._get_default_printer(version)
                )
                printers[version.printer_model] = printer
            lines = version.sudo()._get_print_cost_lines(printer)
            total = sum(line["amount"] for line in lines)
            version.currency_id = currency
            version.print_cost = total
            version.print_cost_explained = {
                "currency_id": currency.id,
                "total": round(total, 4),
                "lines": lines,
            }

    def _get_print_cost_lines(self, printer):
        """Hook: return what one good piece costs, line by line.

        :param printer: the printer whose rate counts (mrp.workcenter)
        :return: dicts of ``kind``, ``label``, ``quantity``, ``unit``, ``price``,
            ``amount``
        :rtype: list[dict]
        """
        self.ensure_one()
        lines, grams_of = [], {}
        minutes = 0.0
        for plate in self.plate_ids:
            minutes += plate.time_s / 60.0 / plate.copies
            for filament in plate.filament_ids.filtered(lambda line: line.grams > 0):
                key = filament.product_id or filament.filament_type or ""
                grams_of[key] = grams_of.get(key, 0.0) + filament.grams / plate.copies
        for key, grams in grams_of.items():
            product = key if isinstance(key, models.BaseModel) else None
            price = product._get_gram_price() if product else 0.0
            lines.append(
                {
                    "kind": "filament",
                    "label": product.display_name
                    if product
                    else self.env._("%(material)s, not matched", material=key),
                    "quantity": round(grams, 2),
                    "unit": "g",
                    "price": price,
                    "amount": grams * price,
                }
            )
        lines += self._get_waste_cost_lines(printer, grams_of)
        rate = printer.costs_hour / 60.0
        lines.append(
            {
                "kind": "machine",
                "label": printer.display_name or self.env._("Printer"),
                "quantity": round(minutes, 1),
                "unit": "min",
                "price": rate,
                "amount": minutes * rate,
            }
        )
        return lines

    def _compute_run_count(self):
        counts = dict(
            self.env["print3d.run"]._read_group(
                [("slice_id", "in", self.ids)], ["slice_id"], ["__count"]
            )
        )
        for version in self:
            version.run_count = counts.get(version._origin, 0)

    # === ACTIONS === #

    def action_view_runs(self):
        """Open the prints of these versions."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_production.print3d_run_all_action"
        )
        action["domain"] = [("slice_id", "in", self.ids)]
        action["context"] = {"create": False}
        return action

    def action_view_bom(self):
        """Open the bill of materials that activating a version wrote."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bill of Materials"),
            "res_model": "mrp.bom",
            "views": [(False, "form")],
            "res_id": self.product_id._get_print_bom().id,
        }

    # === BUSINESS === #

    def _action_activate(self):
        """Write the bill of materials of the variants, once all filament is known."""
        for version in self:
            version._check_printable()
        res = super()._action_activate()
        # Activating is allowed by the library; what it writes is not edited by hand.
        for version in self.sudo():
            version._write_bom()
        return res

    def _after_correction(self, record, field_names):
        """Bring the bill of materials of an active version up to date."""
        res = super()._after_correction(record, field_names)
        self._update_bom()
        return res

    def _after_figures(self):
        """Bring the bill of materials up to date when a file was read again."""
        res = super()._after_figures()
        self._update_bom()
        return res

    def _update_bom(self):
        """Write the bill of materials of active versions again.

        :raises UserError: nothing could be printed with the figures as they are now
        """
        for version in self.filtered(lambda version: version.state == "active"):
            version._check_printable()
            version.sudo()._write_bom()

    def _check_printable(self):
        """Refuse a version that nothing could be printed from.

        :raises UserError: what is missing, and the ways out
        """
        self.ensure_one()
        if not self.plate_ids:
            raise UserError(
                self.env._(
                    "%(version)s has no plate to print. Wait until its file is read, "
                    "or upload a sliced file.",
                    version=self.display_name,
                )
            )
        for plate in self.plate_ids:
            names = {"version": self.display_name, "plate": plate.index}
            filaments = plate.filament_ids
            if not filaments:
                raise UserError(
                    self.env._(
                        "%(version)s cannot be activated: plate %(plate)s does not say "
                        "what filament it takes. Add it to the plate.",
                        **names,
                    )
                )
            for line in filaments:
                if not line.weight_known and not line.grams and not line.product_id:
                    raise UserError(self._get_unmatched_message(line))
                if line.grams_source == "unknown":
                    raise UserError(
                        self.env._(
                            "%(version)s cannot be activated: plate %(plate)s does not "
                            "say how many grams tool %(tool)s takes. Enter them on the "
                            "plate.",
                            tool=line.tool,
                            **names,
                        )
                    )
                if line.grams > 0 and not line.product_id:
                    raise UserError(self._get_unmatched_message(line))
            if not any(line.grams > 0 for line in filaments):
                raise UserError(
                    self.env._(
                        "%(version)s cannot be activated: plate %(plate)s takes 0 g of "
                        "filament. Enter the grams on the plate, or slice it again.",
                        **names,
                    )
                )

    def _get_unmatched_message(self, line):
        """Say which filament is not known, and the two ways out."""
        self.ensure_one()
        return self.env._(
            "%(version)s cannot be activated: on plate %(plate)s, tool %(tool)s prints "
            "%(material)s in %(colour)s, and no filament of the shop is chosen for it. "
            "Choose a filament on that line, or create one from the file there.",
            version=self.display_name,
            plate=line.plate_id.index,
            tool=line.tool,
            material=line.filament_type or self.env._("an unknown material"),
            colour=line.colour or self.env._("an unknown colour"),
        )

    # === BILL OF MATERIALS === #

    def _write_bom(self):
        """Write plates and filament of this version into its variant's BoM.

        What a person added to it stays. The operations of other versions are archived
        and not deleted: orders in progress still print them.
        """
        self.ensure_one()
        printer = self.env["mrp.workcenter"]._get_default_printer(self)
        if not printer:
            raise RedirectWarning(
                self.env._(
                    "A version is printed on a printer, and there is none yet. Add "
                    "your first printer, then activate the version."
                ),
                self.env.ref("print3d_production.mrp_workcenter_action_printer").id,
                self.env._("Add a Printer"),
            )
        bom = self.product_id._get_print_bom()
        size = lcm(*self.plate_ids.mapped("copies"))
        if bom:
            bom.active = True
            self._rescale_bom(bom, size)
        else:
            bom = self.env["mrp.bom"].create(self._prepare_bom_vals(size))
        operations = self._write_bom_operations(bom, size, printer)
        self._write_bom_lines(bom, size, operations)
        return bom

    def _prepare_bom_vals(self, size):
        """Hook: return the values of a variant's new bill of materials.

        :param float size: the pieces it is for
        """
        self.ensure_one()
        product = self.product_id
        return {
            "product_tmpl_id": product.product_tmpl_id.id,
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "product_qty": size,
            "type": "normal",
            "company_id": self.env.company.id,
        }

    def _rescale_bom(self, bom, size):
        """Keep what a person added the same for each piece when the size changes."""
        old = bom.product_uom_id._compute_quantity(
            bom.product_qty, self.product_id.uom_id
        )
        factor = size / old if old else 1.0
        if factor != 1.0:
            for line in bom.bom_line_ids.filtered(
                lambda line: not line.print3d_plate_id
            ):
                line.product_qty *= factor
            for operation in bom.operation_ids.filtered(lambda op: not op.plate_id):
                operation.time_cycle_manual *= factor
        bom.write({"product_qty": size, "product_uom_id": self.product_id.uom_id.id})

    def _write_bom_operations(self, bom, size, printer):
        """Write one print operation a plate and archive those of other versions.

        :return: {plate: operation}
        :rtype: dict
        """
        operations = (
            self.env["mrp.routing.workcenter"]
            .with_context(active_test=False)
            .search([("bom_id", "=", bom.id), ("plate_id", "!=", False)])
        )
        own = {operation.plate_id: operation for operation in operations}
        old = operations.filtered(
            lambda operation: operation.active and operation.plate_id.slice_id != self
        )
        result = {}
        for plate in self.plate_ids:
            vals = self._prepare_operation_vals(bom, plate, size, printer)
            if plate in own:
                own[plate].write(vals)
                result[plate] = own[plate]
            else:
                result[plate] = self.env["mrp.routing.workcenter"].create(vals)
        # What a person bound to the print moves on to the print that replaces it.
        by_index = {plate.index: operation for plate, operation in result.items()}
        first = result[self.plate_ids[0]]
        for line in bom.bom_line_ids.filtered(
            lambda line: not line.print3d_plate_id and line.operation_id in old
        ):
            line.operation_id = by_index.get(line.operation_id.plate_id.index, first)
        old.active = False
        # The plates of a piece are printed in any order, on several printers at once.
        several = len(result) > 1
        bom.write({"consumption": "flexible", "allow_operation_dependencies": several})
        if several:
            prints = self.env["mrp.routing.workcenter"].union(*result.values())
            for operation in bom.operation_ids.filtered(lambda op: not op.plate_id):
                earlier = operation.blocked_by_operation_ids.filtered(
                    lambda op: not op.plate_id
                )
                operation.blocked_by_operation_ids = earlier | prints
        return result

    def _prepare_operation_vals(self, bom, plate, size, printer):
        """Hook: return the values of the operation that prints a plate.

        :param bom: the bill of materials (mrp.bom)
        :param plate: the plate (print3d.plate)
        :param float size: the pieces the bill of materials is for
        :param printer: where it is planned (mrp.workcenter)
        """
        self.ensure_one()
        return {
            "name": self.env._("Print plate %(index)s", index=plate.index)
            if len(self.plate_ids) > 1
            else self.env._("Print"),
            "active": True,
            "bom_id": bom.id,
            "plate_id": plate.id,
            "workcenter_id": printer.id,
            "sequence": plate.index,
            "time_mode": "manual",
            "time_cycle_manual": plate.time_s / 60.0 * size / plate.copies,
        }

    def _write_bom_lines(self, bom, size, operations):
        """Write a line for each filament of each plate, in place of our old ones."""
        old = bom.bom_line_ids.filtered("print3d_plate_id")
        grams_of = {}
        for plate in self.plate_ids:
            for line in plate.filament_ids.filtered(lambda line: line.grams > 0):
                key = (plate, line.product_id)
                grams_of[key] = (
                    grams_of.get(key, 0.0) + line.grams * size / plate.copies
                )
        keep = {(line.print3d_plate_id, line.product_id): line for line in old}
        commands = []
        for (plate, product), grams in grams_of.items():
            vals = {
                "product_id": product.id,
                "product_qty": product.uom_id.round(grams),
                "product_uom_id": product.uom_id.id,
                "operation_id": operations[plate].id,
                "print3d_plate_id": plate.id,
            }
            line = keep.pop((plate, product), None)
            commands.append(
                Command.update(line.id, vals) if line else Command.create(vals)
            )
        gone = old.filtered(lambda line: line in keep.values())
        bom.bom_line_ids = [*commands, *(Command.delete(line.id) for line in gone)]

    def _action_retire(self):
        """Take the print out of the bill of materials of what is printed no more."""
        active = self.filtered(lambda version: version.state == "active").sudo()
        res = super()._action_retire()
        for version in active:
            bom = version.product_id._get_print_bom()
            ours = bom.operation_ids.filtered(
                lambda op, version=version: op.plate_id.slice_id == version
            )
            if not ours:
                continue
            bom.bom_line_ids.filtered("print3d_plate_id").unlink()
            ours.active = False
            if not bom.bom_line_ids and not bom.operation_ids:
                bom.action_archive()
        return res
