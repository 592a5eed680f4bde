import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatGrams, formatPrintTime, safeColour } from "../marks/format";
import { formatTerm } from "./terms";

/** How the values that may be corrected are shown and entered. */
export const CORRECTABLE = {
    printer_model: { kind: "text" },
    nozzle_diameter: { kind: "number", unit: "mm" },
    layer_height: { kind: "number", unit: "mm" },
    first_layer_height: { kind: "number", unit: "mm" },
    nozzle_temp: { kind: "number", unit: "°C" },
    bed_temp: { kind: "number", unit: "°C" },
    time_s: { kind: "duration" },
    layer_count: { kind: "number" },
    object_height: { kind: "number", unit: "mm" },
    size_x_mm: { kind: "number", unit: "mm" },
    size_y_mm: { kind: "number", unit: "mm" },
    weight_g: { kind: "number", unit: "g" },
    filament_type: { kind: "text" },
    colour: { kind: "colour" },
    density: { kind: "number", unit: "g/cm³" },
    diameter: { kind: "number", unit: "mm" },
};

/**
 * A correctable value as people read it.
 *
 * @param {string} field
 * @param {any} value
 * @returns {string} a dash without a value
 */
export function formatFact(field, value) {
    const { kind, unit } = CORRECTABLE[field] || {};
    if (!value && !(field === "weight_g" && value === 0)) {
        return "–";
    }
    if (kind === "duration") {
        return formatPrintTime(value);
    }
    return field === "weight_g" ? formatGrams(value) : formatTerm(value, unit);
}

/** Asks for the right value and why; shows what the file states. */
export class CorrectDialog extends Component {
    static template = "print3d_library.CorrectDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        resModel: String,
        resId: Number,
        field: String,
        label: String,
        value: { optional: true },
        mark: { type: [Object, { value: null }], optional: true },
        onDone: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.spec = CORRECTABLE[this.props.field];
        const { value } = this.props;
        const seconds = this.spec.kind === "duration" ? value || 0 : 0;
        this.state = useState({
            value: value ?? "",
            hours: Math.floor(seconds / 3600),
            minutes: Math.floor((seconds % 3600) / 60),
            seconds: seconds % 60,
            reason: this.props.mark?.reason || "",
            busy: false,
        });
        this.root = useRef("root");
        onMounted(() => this.root.el?.querySelector("input")?.select());
    }

    get title() {
        return _t("Correct: %s", this.props.label);
    }

    get colour() {
        return safeColour(String(this.state.value)).slice(0, 7) || "#808080";
    }

    get value() {
        const { hours, minutes, seconds, value } = this.state;
        if (this.spec.kind === "duration") {
            return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
        }
        // A text is typed, so that a decimal comma is as good as a point.
        return this.spec.kind === "number"
            ? Number(String(value).trim().replace(",", ".") || NaN)
            : String(value);
    }

    async save() {
        await this.call("action_correct", {
            value: this.value,
            reason: this.state.reason,
        });
    }

    async undo() {
        await this.call("action_undo_correction", {});
    }

    async call(method, kwargs) {
        const { resModel, resId, field, onDone, close } = this.props;
        this.state.busy = true;
        try {
            await this.orm.call(resModel, method, [[resId]], {
                field_name: field,
                ...kwargs,
            });
        } finally {
            this.state.busy = false;
        }
        close();
        await onDone();
    }
}

/** A value with a pencil; once corrected, with what the file states beside it. */
export class CorrectableValue extends Component {
    static template = "print3d_library.CorrectableValue";
    static props = {
        record: Object,
        field: String,
        label: String,
        text: String,
        value: { optional: true },
        swatch: { type: String, optional: true },
    };
    static defaultProps = { swatch: "" };

    setup() {
        this.dialog = useService("dialog");
    }

    get mark() {
        return this.props.record.data.corrections?.[this.props.field] || null;
    }

    get canCorrect() {
        const { record } = this.props;
        return Boolean(record.resId && record.data.can_correct);
    }

    get buttonTitle() {
        return _t("Correct: %s", this.props.label);
    }

    get markTitle() {
        const { extracted_text: extracted, user, date, reason } = this.mark;
        return [
            _t("The file says: %s", extracted),
            _t("Corrected by %(user)s on %(date)s", { user, date }),
            reason,
        ]
            .filter(Boolean)
            .join("\n");
    }

    open() {
        const { record, field, label, value } = this.props;
        openCorrection(this.dialog, record, {
            resModel: record.resModel,
            resId: record.resId,
            field,
            label,
            value,
            mark: this.mark,
        });
    }
}

/**
 * Ask for a correction; what was edited on the page is saved first.
 *
 * @param {Object} dialog the dialog service
 * @param {Object} record a record of the page that is loaded again
 * @param {Object} props what the dialog is about
 */
export async function openCorrection(dialog, record, props) {
    const { root } = record.model;
    if (!(await root.save())) {
        return;
    }
    dialog.add(CorrectDialog, { ...props, onDone: () => root.load() });
}

const dependencies = [
    { name: "corrections", type: "json", readonly: true },
    { name: "can_correct", type: "boolean", readonly: true },
];

/** A field that was read from a file and that may be corrected. */
export class CorrectableField extends Component {
    static template = "print3d_library.CorrectableField";
    static components = { CorrectableValue };
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get label() {
        return this.props.record.fields[this.props.name].string;
    }

    get text() {
        return formatFact(this.props.name, this.value);
    }

    get field() {
        return this.props.name;
    }

    get swatch() {
        return CORRECTABLE[this.props.name]?.kind === "colour"
            ? safeColour(this.value)
            : "";
    }
}

export const correctableField = {
    component: CorrectableField,
    displayName: _t("Correctable value"),
    supportedTypes: ["char", "float", "integer"],
    fieldDependencies: dependencies,
};

/** Grams that count, be they derived; what is corrected is what the file states. */
export class CorrectableGramsField extends CorrectableField {
    get text() {
        return this.value ? formatGrams(this.value) : "–";
    }

    get field() {
        return "weight_g";
    }
}

registry.category("fields").add("print3d_correctable", correctableField);
registry.category("fields").add("print3d_correctable_grams", {
    ...correctableField,
    component: CorrectableGramsField,
    displayName: _t("Correctable grams"),
    supportedTypes: ["float"],
});

export const correctionDependencies = dependencies;
