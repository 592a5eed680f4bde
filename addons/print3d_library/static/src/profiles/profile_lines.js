import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";
import { ListRenderer } from "@web/views/list/list_renderer";
import { TERM_GROUPS, TERMS, termLabel } from "../facts/terms";

/**
 * A common term with its group, as one chooses it.
 *
 * @param {string} key
 * @returns {string} e.g. "Infill: Density"; the name itself when it is a slicer's own
 */
export function settingTitle(key) {
    const term = TERMS[key];
    return term ? `${TERM_GROUPS[term[0]].label}: ${term[1]}` : key || "";
}

/**
 * The name of what somebody typed: a common term by its title, or as it stands.
 *
 * @param {string} text
 * @returns {string}
 */
export function settingName(text) {
    const wanted = text.trim().toLowerCase();
    const keys = Object.keys(TERMS);
    const byTitle = keys.find((key) => settingTitle(key).toLowerCase() === wanted);
    if (byTitle) {
        return byTitle;
    }
    const named = keys.filter((key) => termLabel(key).toLowerCase() === wanted);
    return named.length === 1 ? named[0] : text.trim();
}

/** Name of a setting: chosen among the common ones, or a slicer's own. */
export class SettingNameField extends Component {
    static template = "print3d_library.SettingNameField";
    static props = { ...standardFieldProps };

    get name() {
        return this.props.record.data[this.props.name] || "";
    }

    get label() {
        return termLabel(this.name);
    }

    get title() {
        return settingTitle(this.name);
    }

    get listId() {
        return `o_print3d_terms_${this.props.record.id}`;
    }

    get titles() {
        return Object.keys(TERMS).map(settingTitle);
    }

    onChange(ev) {
        return this.props.record.update({
            [this.props.name]: settingName(ev.target.value),
        });
    }
}

export const settingNameField = {
    component: SettingNameField,
    displayName: _t("Name of a setting"),
    supportedTypes: ["char"],
};

registry.category("fields").add("print3d_setting_name", settingNameField);

/** Rows of settings under the headings of their groups. */
export class ProfileLinesRenderer extends ListRenderer {
    static recordRowTemplate = "print3d_library.ProfileLinesRow";

    /** The heading above a row that is the first of its group. */
    getHeading(record) {
        const { records } = this.props.list;
        const index = records.findIndex(({ id }) => id === record.id);
        const { group } = record.data;
        if (!group || records[index - 1]?.data.group === group) {
            return "";
        }
        const { label } = TERM_GROUPS[group] || {
            label: _t("In the slicer's own words"),
        };
        return String(label);
    }

    get headingSpan() {
        return this.columns.length + 2;
    }
}

export class ProfileLinesField extends X2ManyField {
    static components = {
        ...X2ManyField.components,
        ListRenderer: ProfileLinesRenderer,
    };
}

export const profileLinesField = {
    ...x2ManyField,
    component: ProfileLinesField,
    additionalClasses: [...(x2ManyField.additionalClasses || []), "o_field_one2many"],
};

registry.category("fields").add("print3d_profile_lines", profileLinesField);
