import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Icon of each colour, so that the colour is never alone. */
export const STATE_ICONS = {
    grey: "fa-clock-o",
    blue: "fa-play",
    violet: "fa-print",
    green: "fa-check",
    amber: "fa-hand-paper-o",
    red: "fa-times",
};

/** A state as coloured dot with its icon, and its word. */
export class StateDot extends Component {
    static template = "print3d_library.StateDot";
    static props = {
        colour: { type: String, optional: true },
        label: { type: String },
        icon: { type: String, optional: true },
        title: { type: String, optional: true },
    };
    static defaultProps = { colour: "grey" };

    get colour() {
        return this.props.colour in STATE_ICONS ? this.props.colour : "grey";
    }

    get icon() {
        return this.props.icon || STATE_ICONS[this.colour];
    }
}

export class StateDotField extends Component {
    static template = "print3d_library.StateDotField";
    static components = { StateDot };
    static props = {
        ...standardFieldProps,
        colours: { type: Object, optional: true },
        title: { type: String, optional: true },
    };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get label() {
        const { selection } = this.props.record.fields[this.props.name];
        return (selection.find(([value]) => value === this.value) || ["", ""])[1];
    }

    /** Colour and, after a colon, an icon of its own. */
    get dot() {
        const [colour, icon] = (this.props.colours?.[this.value] || "grey").split(":");
        return { colour, icon };
    }
}

export const stateDotField = {
    component: StateDotField,
    displayName: _t("State dot"),
    supportedTypes: ["selection"],
    // Options map a state to grey, blue, violet, green, amber or red, with an icon after
    // a colon where the usual one does not fit: {'draft': 'blue:fa-pencil'}.
    extractProps: ({ options, attrs }) => ({ colours: options, title: attrs.title }),
};

registry.category("fields").add("print3d_state_dot", stateDotField);
