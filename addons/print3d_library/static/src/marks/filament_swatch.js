import { Component } from "@odoo/owl";
import { isTransparent, safeColour, swatchBackground } from "./format";

const LOOKS = ["matte", "satin", "glossy", "silk", "metallic"];
const PATTERNS = ["marble", "sparkle", "wood"];

/**
 * The round mark of a filament, in its true colours: several as segments, or as a run
 * of one into the other where they follow each other along the spool; what one looks
 * through on a checkered ground; with the shine or the pattern it has.
 *
 * A swatch is `{colours: [hex], direction, finish, pattern, translucent, glow}`, of
 * which all but the colours may be missing.
 */
export class FilamentSwatch extends Component {
    static template = "print3d_library.FilamentSwatch";
    static props = {
        swatch: Object,
        title: { type: String, optional: true },
    };

    get colours() {
        return (this.props.swatch.colours || []).map(safeColour).filter(Boolean);
    }

    get style() {
        const { colours } = this;
        if (!colours.length) {
            return "";
        }
        return `background: ${swatchBackground(colours, this.props.swatch.direction)}`;
    }

    get classes() {
        const { finish, pattern, glow, translucent } = this.props.swatch;
        const { colours } = this;
        return {
            o_print3d_swatch_unknown: !colours.length,
            o_print3d_swatch_transparent: translucent || colours.some(isTransparent),
            o_print3d_swatch_see_through: translucent && !colours.some(isTransparent),
            o_print3d_swatch_glow: Boolean(glow),
            [`o_print3d_swatch_${finish}`]: LOOKS.includes(finish),
            [`o_print3d_swatch_${pattern}`]: PATTERNS.includes(pattern),
        };
    }
}
