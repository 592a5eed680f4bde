import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { FeasibilityPanel } from "../feasibility/feasibility_panel";
import { FEASIBILITY_ICONS } from "../feasibility/other_printers";

/** Whether a print can start, as a bar with what has to be done first. */
export class FeasibilityField extends Component {
    static template = "print3d_production.FeasibilityField";
    static props = {
        ...standardFieldProps,
        noteField: { type: String, optional: true },
    };

    setup() {
        this.popover = usePopover(FeasibilityPanel, {
            position: "bottom-start",
            popoverClass: "o_print3d_feasibility_popover",
            useBottomSheet: this.env.isSmall,
        });
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get icon() {
        return FEASIBILITY_ICONS[this.value];
    }

    get label() {
        const { selection } = this.props.record.fields[this.props.name];
        return (selection.find(([value]) => value === this.value) || ["", ""])[1];
    }

    get note() {
        return this.props.record.data[this.props.noteField] || "";
    }

    toggle(ev) {
        if (this.popover.isOpen) {
            this.popover.close();
            return;
        }
        const { record } = this.props;
        this.popover.open(ev.currentTarget, {
            runId: record.resId,
            dismiss: () => this.popover.close(),
            onChanged: () => this.reload(),
        });
    }

    /** What was done for one print may change what is told to all the others. */
    async reload() {
        const { model, resId } = this.props.record;
        if (model.root.resId === resId) {
            await model.root.load();
        } else {
            await model.load();
        }
    }
}

registry.category("fields").add("print3d_feasibility", {
    component: FeasibilityField,
    displayName: _t("Feasibility"),
    supportedTypes: ["selection"],
    supportedOptions: [
        { label: _t("Field of the explanation"), name: "note_field", type: "field" },
    ],
    fieldDependencies: ({ options }) =>
        options.note_field
            ? [{ name: options.note_field, type: "char", readonly: true }]
            : [],
    extractProps: ({ options }) => ({ noteField: options.note_field }),
});
