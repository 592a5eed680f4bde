import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatMonetary } from "@web/views/fields/formatters";
import { formatFloat } from "@web/core/utils/numbers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A cost that opens its own arithmetic. */
export class ExplainedCostField extends Component {
    static template = "print3d_production.ExplainedCostField";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ isOpen: false });
    }

    get value() {
        return this.props.record.data[this.props.name] || { total: 0, lines: [] };
    }

    money(amount) {
        return formatMonetary(amount, { currencyId: this.value.currency_id });
    }

    get total() {
        return this.money(this.value.total);
    }

    get lines() {
        return this.value.lines.map((line, index) => ({
            key: index,
            icon: line.kind === "filament" ? "fa-circle" : "fa-print",
            label: line.label,
            sum: _t("%(quantity)s %(unit)s × %(price)s", {
                quantity: formatFloat(line.quantity, { trailingZeros: false }),
                unit: line.unit,
                price: formatFloat(line.price, { digits: [16, 4] }),
            }),
            amount: this.money(line.amount),
        }));
    }

    toggle() {
        this.state.isOpen = !this.state.isOpen;
    }
}

registry.category("fields").add("print3d_explained_cost", {
    component: ExplainedCostField,
    displayName: _t("Explained cost"),
    supportedTypes: ["json", "jsonb"],
});
