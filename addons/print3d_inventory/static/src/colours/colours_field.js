import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { safeColour } from "@print3d_library/marks/format";
import { FilamentSwatch } from "@print3d_library/marks/filament_swatch";

const FRESH = "#808080";
const MOST = 24;

/**
 * The colours of a filament: each is picked or written, one may be added or taken
 * away. The field is a text of `#RRGGBB` separated by commas; what one sees through
 * keeps its alpha (`#RRGGBBAA`) when its colour is picked anew.
 */
export class ColoursField extends Component {
    static template = "print3d_inventory.ColoursField";
    static components = { FilamentSwatch };
    static props = {
        ...standardFieldProps,
        placeholder: { type: String, optional: true },
    };

    get text() {
        return this.props.record.data[this.props.name] || "";
    }

    get colours() {
        return this.text
            .split(/[,;\s]+/)
            .map(safeColour)
            .filter(Boolean)
            .map((hex, index) => ({
                index,
                hex,
                picked: hex.slice(0, 7).toLowerCase(),
            }));
    }

    get canAdd() {
        return this.colours.length < MOST;
    }

    get pickLabel() {
        return _t("Pick a colour");
    }

    /** @param {string[]} hexes */
    set(hexes) {
        return this.props.record.update({ [this.props.name]: hexes.join(",") });
    }

    onPicked(index, ev) {
        const hexes = this.colours.map(({ hex }) => hex);
        hexes[index] = ev.target.value.toUpperCase() + hexes[index].slice(7);
        return this.set(hexes);
    }

    onWritten(ev) {
        return this.props.record.update({ [this.props.name]: ev.target.value.trim() });
    }

    add() {
        const hexes = this.colours.map(({ hex }) => hex);
        return this.set([...hexes, hexes.at(-1) || FRESH]);
    }

    remove(index) {
        return this.set(
            this.colours.filter((one) => one.index !== index).map(({ hex }) => hex)
        );
    }
}

export const coloursField = {
    component: ColoursField,
    displayName: _t("Colours of a filament"),
    supportedTypes: ["char"],
    extractProps: ({ placeholder }) => ({ placeholder }),
};

registry.category("fields").add("print3d_colours", coloursField);
