import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { FilamentSwatch } from "./filament_swatch";
import { formatGrams, safeColour } from "./format";

/**
 * Round swatches in the true colours of filaments, with material and grams.
 *
 * A chip is `{colours: [hex], material, grams, name}`, and what else a swatch is drawn
 * with.
 */
export class FilamentChips extends Component {
    static template = "print3d_library.FilamentChips";
    static components = { FilamentSwatch };
    static props = {
        chips: { type: [Array, Boolean, { value: null }], optional: true },
        showGrams: { type: Boolean, optional: true },
        limit: { type: Number, optional: true },
    };
    static defaultProps = { chips: [], showGrams: true, limit: 6 };

    get shown() {
        return (this.props.chips || [])
            .slice(0, this.props.limit)
            .map((chip, index) => {
                const colours = (chip.colours || []).map(safeColour).filter(Boolean);
                const material = chip.material || _t("Unknown material");
                const grams = chip.grams ? formatGrams(chip.grams) : "";
                return {
                    key: index,
                    material,
                    grams: this.props.showGrams ? grams : "",
                    swatch: chip,
                    title: [chip.name || material, colours.join(", "), grams]
                        .filter(Boolean)
                        .join(" · "),
                };
            });
    }

    get hidden() {
        return Math.max((this.props.chips || []).length - this.props.limit, 0);
    }
}

export class FilamentChipsField extends Component {
    static template = "print3d_library.FilamentChipsField";
    static components = { FilamentChips };
    static props = {
        ...standardFieldProps,
        showGrams: { type: Boolean, optional: true },
        limit: { type: Number, optional: true },
    };

    get chips() {
        const value = this.props.record.data[this.props.name];
        return Array.isArray(value) ? value : value ? [value] : [];
    }
}

export const filamentChipsField = {
    component: FilamentChipsField,
    displayName: _t("Filament chips"),
    supportedTypes: ["json"],
    supportedOptions: [
        { label: _t("Show grams"), name: "grams", type: "boolean" },
        { label: _t("Most chips shown"), name: "limit", type: "number" },
    ],
    extractProps: ({ options }) => ({
        showGrams: options.grams ?? true,
        limit: options.limit ?? 6,
    }),
};

registry.category("fields").add("print3d_filament_chips", filamentChipsField);
