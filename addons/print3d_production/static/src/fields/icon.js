import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The picture a Font Awesome name stands for. */
export class IconField extends Component {
    static template = "print3d_production.IconField";
    static props = { ...standardFieldProps };

    get icon() {
        const value = this.props.record.data[this.props.name] || "";
        return /^fa-[a-z0-9-]+$/.test(value) ? value : "fa-question-circle";
    }
}

registry.category("fields").add("print3d_icon", {
    component: IconField,
    displayName: _t("Icon"),
    supportedTypes: ["char"],
});
