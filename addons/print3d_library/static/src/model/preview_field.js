import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What a change will do, before it is made: sentences, and old and new names. */
export class PreviewField extends Component {
    static template = "print3d_library.PreviewField";
    static props = { ...standardFieldProps };

    get value() {
        const value = this.props.record.data[this.props.name] || {};
        return {
            lines: value.lines || [],
            problems: value.problems || [],
            rows: value.rows || [],
            more: value.more || 0,
            title: value.title || "",
        };
    }

    get isEmpty() {
        return !this.value.lines.length && !this.value.problems.length;
    }

    get moreText() {
        return _t("and %s more", this.value.more);
    }
}

export const previewField = {
    component: PreviewField,
    displayName: _t("Preview of a change"),
    supportedTypes: ["json"],
};

registry.category("fields").add("print3d_preview", previewField);
