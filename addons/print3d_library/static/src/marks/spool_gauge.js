import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatGrams, safeColour } from "./format";

const CORE = 5;
const FULL = 17;

/**
 * A spool seen from the side, filled to its remaining share, in its colour, and the
 * grams beside it.
 */
export class SpoolGauge extends Component {
    static template = "print3d_library.SpoolGauge";
    static props = {
        grams: { type: Number, optional: true },
        percent: { type: Number, optional: true },
        colours: { type: [Array, String, Boolean], optional: true },
        lowPercent: { type: Number, optional: true },
        large: { type: Boolean, optional: true },
    };
    static defaultProps = { grams: 0, percent: 0, colours: "", lowPercent: 15 };

    get percent() {
        return Math.min(Math.max(this.props.percent || 0, 0), 100);
    }

    get isLow() {
        return this.percent < this.props.lowPercent;
    }

    get colours() {
        const { colours } = this.props;
        const list = Array.isArray(colours)
            ? colours
            : String(colours || "").split(",");
        return list.map(safeColour).filter(Boolean);
    }

    /** Bands of filament over the width of the spool, one a colour. */
    get bands() {
        const half = this.percent ? CORE + (FULL - CORE) * (this.percent / 100) : 0;
        const colours = this.colours.length ? this.colours : [""];
        const width = 30 / colours.length;
        return colours.map((colour, index) => ({
            key: index,
            x: 9 + index * width,
            y: 20 - half,
            width,
            height: half * 2,
            style: colour ? `fill: ${colour}` : "",
        }));
    }

    /** Lines of the winding, so that a white or black spool keeps its shape. */
    get windings() {
        const half = this.percent ? CORE + (FULL - CORE) * (this.percent / 100) : 0;
        return [14, 19, 24, 29, 34].map((x) => ({ x, y1: 20 - half, y2: 20 + half }));
    }

    get gramsText() {
        return formatGrams(this.props.grams);
    }

    get label() {
        return _t("%(grams)s left, %(share)s of the spool", {
            grams: this.gramsText,
            share: `${Math.round(this.percent)}%`,
        });
    }
}

export class SpoolGaugeField extends Component {
    static template = "print3d_library.SpoolGaugeField";
    static components = { SpoolGauge };
    static props = {
        ...standardFieldProps,
        percentField: { type: String, optional: true },
        colourField: { type: String, optional: true },
        large: { type: Boolean, optional: true },
    };

    get grams() {
        return this.props.record.data[this.props.name] || 0;
    }

    get percent() {
        return this.props.record.data[this.props.percentField] || 0;
    }

    get colours() {
        const value = this.props.record.data[this.props.colourField];
        // A colour list, or the chip of the spool.
        return value?.colours || value || "";
    }
}

export const spoolGaugeField = {
    component: SpoolGaugeField,
    displayName: _t("Spool gauge"),
    supportedTypes: ["float", "integer"],
    supportedOptions: [
        { label: _t("Field of the percentage"), name: "percent_field", type: "field" },
        { label: _t("Field of the colours"), name: "colour_field", type: "field" },
        { label: _t("Large"), name: "large", type: "boolean" },
    ],
    fieldDependencies: ({ options }) =>
        [
            { name: options.percent_field, type: "float", readonly: true },
            { name: options.colour_field, type: "char", readonly: true },
        ].filter((field) => field.name),
    extractProps: ({ options }) => ({
        percentField: options.percent_field,
        colourField: options.colour_field,
        large: Boolean(options.large),
    }),
};

registry.category("fields").add("print3d_spool_gauge", spoolGaugeField);
