import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import {
    TriggerSelectionField,
    triggerSelectionField,
} from "@base_automation/base_automation_trigger_selection_field";

const OURS = "print3d_becomes";

/**
 * Odoo's list of triggers, with the one of the 3D shop. Odoo's puts every trigger it
 * knows into a group and stumbles over any other, so ours is kept from it.
 */
export class Print3dTriggerSelection extends TriggerSelectionField {
    setup() {
        const { fields } = this.props.record;
        const field = fields[this.props.name];
        fields[this.props.name] = {
            ...field,
            selection: field.selection.filter(([value]) => value !== OURS),
        };
        super.setup();
    }

    get options() {
        return [...super.options, [OURS, _t("Condition comes true")]];
    }

    get groups() {
        return [
            ...super.groups,
            {
                label: _t("3D shop"),
                choices: [{ value: OURS, label: _t("Condition comes true") }],
            },
        ];
    }
}

registry.category("fields").add("print3d_trigger_selection", {
    ...triggerSelectionField,
    component: Print3dTriggerSelection,
});
