import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What happened to a print and what was told of it, as a line of time. */
export class RunJournalField extends Component {
    static template = "print3d_production.RunJournalField";
    static props = { ...standardFieldProps };

    get lines() {
        return (this.props.record.data[this.props.name] || []).map((line) => ({
            ...line,
            when: this.getTime(line.at),
            told: line.told
                ? _t("told %(when)s", { when: this.getTime(line.told) })
                : "",
        }));
    }

    getTime(text) {
        return toLocaleDateTimeString(deserializeDateTime(text));
    }
}

registry.category("fields").add("print3d_run_journal", {
    component: RunJournalField,
    displayName: _t("Journal of a print"),
    supportedTypes: ["json"],
});
