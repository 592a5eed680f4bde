import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatQuantity } from "./quantity";

/** The arithmetic of a figure, each number with the way to its source. */
export class ExplainedFigureLines extends Component {
    static template = "print3d_inventory.ExplainedFigureLines";
    static props = { lines: Array, open: Function, close: { type: Function } };

    onOpen(action) {
        this.props.close();
        this.props.open(action);
    }
}

/**
 * A figure that opens its own arithmetic: `{value, unit, is_guess, lines}`, where a
 * line is `{label, sum, value, action, strong}` and `action` a method of the record.
 */
export class ExplainedFigureField extends Component {
    static template = "print3d_inventory.ExplainedFigureField";
    static props = {
        ...standardFieldProps,
        showLabel: { type: Boolean, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.popover = usePopover(ExplainedFigureLines, { position: "bottom-start" });
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get figure() {
        return formatQuantity(this.value.value, this.value.unit);
    }

    get title() {
        return this.value.is_guess
            ? _t("Too little history: show how it is reckoned")
            : _t("Show how it is reckoned");
    }

    get lines() {
        return this.value.lines.map((line, index) => ({ ...line, key: index }));
    }

    toggle(ev) {
        if (this.popover.isOpen) {
            this.popover.close();
            return;
        }
        this.popover.open(ev.currentTarget, {
            lines: this.lines,
            open: (method) => this.openSource(method),
        });
    }

    async openSource(method) {
        const { resModel, resId } = this.props.record;
        const action = await this.orm.call(resModel, method, [[resId]]);
        if (action) {
            await this.action.doAction(action);
        }
    }
}

export const explainedFigureField = {
    component: ExplainedFigureField,
    displayName: _t("Explained figure"),
    supportedTypes: ["json"],
    supportedOptions: [{ label: _t("Say what it is"), name: "label", type: "boolean" }],
    extractProps: ({ options }) => ({ showLabel: Boolean(options.label) }),
};

registry.category("fields").add("print3d_explained_figure", explainedFigureField);
