import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import {
    formatGrams,
    formatPrintTime,
    safeColour,
    swatchBackground,
} from "../marks/format";
import {
    formatRate,
    formatSize,
    parseNumber,
    parseTime,
    toggleChoice,
    withoutFacet,
    writeTime,
} from "./library_state";

const SHOWN = 6;
// Steps of a slider: fine enough for a thumb, few enough for the arrow keys.
const STEPS = 100;
const RATES = [0.95, 0.9, 0.8, 0.5];

const facetProps = { facet: Object, value: { optional: true }, onChange: Function };

/** Choices with their counts, the first few of them. */
export class ChoiceFacet extends Component {
    static template = "print3d_library.ChoiceFacet";
    static props = facetProps;

    setup() {
        this.state = useState({ isLong: false });
    }

    isChosen(value) {
        return (this.props.value || []).includes(value);
    }

    /** Chosen ones stay in sight, wherever they stand. */
    get shown() {
        const { values } = this.props.facet;
        return this.state.isLong
            ? values
            : values.filter(
                  ({ value }, index) => index < SHOWN || this.isChosen(value)
              );
    }

    get more() {
        return this.props.facet.values.length - this.shown.length;
    }

    get isFoldable() {
        return this.props.facet.values.length > SHOWN;
    }

    toggle(value) {
        const { name } = this.props.facet;
        const before = this.props.value?.length ? { [name]: this.props.value } : {};
        this.props.onChange(toggleChoice(before, name, value)[name] ?? null);
    }
}

/** Colours of filaments as swatches, or any colour to be near to. */
export class ColourFacet extends Component {
    static template = "print3d_library.ColourFacet";
    static props = facetProps;

    setup() {
        // The input says every shade the pointer passes; asked is for the last one.
        this.pickerRef = useRef("picker");
        useEffect(
            (el) => {
                const onPicked = () => this.props.onChange(el.value);
                el?.addEventListener("change", onPicked);
                return () => el?.removeEventListener("change", onPicked);
            },
            () => [this.pickerRef.el]
        );
    }

    get swatches() {
        return (this.props.facet.values || [])
            .map((choice) => {
                const colours = (choice.colours || [choice.value])
                    .map(safeColour)
                    .filter(Boolean);
                return {
                    ...choice,
                    style: colours.length
                        ? `background: ${swatchBackground(colours)}`
                        : "",
                    title: choice.count
                        ? `${choice.label} (${choice.count})`
                        : choice.label,
                };
            })
            .filter(({ style }) => style);
    }

    get picked() {
        return safeColour(this.props.value).slice(0, 7);
    }

    get isOwn() {
        return (
            this.picked &&
            !this.swatches.some(({ value }) => value === this.props.value)
        );
    }

    toggle(value) {
        this.props.onChange(value === this.props.value ? null : value);
    }
}

/** A printer whose plate it fits on, or three measures. */
export class SizeFacet extends Component {
    static template = "print3d_library.SizeFacet";
    static props = facetProps;

    setup() {
        this.sides = [
            { axis: "x", label: _t("Width in mm") },
            { axis: "y", label: _t("Depth in mm") },
            { axis: "z", label: _t("Height in mm") },
        ];
        this.formRef = useRef("form");
    }

    get beds() {
        return (this.props.facet.values || [])
            .filter(({ value }) => Array.isArray(value))
            .map(({ value, label }) => ({
                key: value.join(","),
                label: `${label} (${formatSize(value)})`,
            }));
    }

    get chosen() {
        return (this.props.value || []).join(",");
    }

    get isOwn() {
        return this.chosen && !this.beds.some(({ key }) => key === this.chosen);
    }

    side(index) {
        return this.props.value?.[index] ?? "";
    }

    choose(ev) {
        const { value } = ev.target;
        this.props.onChange(value ? value.split(",").map(Number) : null);
    }

    /** Three measures are a size; fewer are one that is still being written. */
    onSide() {
        const inputs = [...this.formRef.el.querySelectorAll("input")];
        const size = inputs.map(({ value }) => parseNumber(value));
        if (size.every(Boolean)) {
            this.props.onChange(size);
        } else if (inputs.every(({ value }) => !value.trim())) {
            this.props.onChange(null);
        }
    }
}

/** From and to, with two sliders and two numbers. */
export class RangeFacet extends Component {
    static template = "print3d_library.RangeFacet";
    static props = facetProps;

    setup() {
        this.state = useState({ low: null, high: null });
    }

    get isTime() {
        return this.props.facet.name === "time";
    }

    get min() {
        return this.props.facet.min || 0;
    }

    get max() {
        return Math.max(this.props.facet.max || 0, this.min);
    }

    /** What holds: what is being dragged, what was asked for, the ends. */
    get low() {
        return this.state.low ?? this.props.value?.[0] ?? this.min;
    }

    get high() {
        return this.state.high ?? this.props.value?.[1] ?? this.max;
    }

    // Most prints are small and a few take days: each step adds a share of the whole.
    toStep(figure) {
        const span = Math.log1p(this.max - this.min);
        const passed = Math.log1p(
            Math.min(Math.max(figure, this.min), this.max) - this.min
        );
        return span ? Math.round((STEPS * passed) / span) : 0;
    }

    toFigure(step) {
        if (step <= 0 || step >= STEPS) {
            return step <= 0 ? this.min : this.max;
        }
        const figure =
            this.min + Math.expm1((step / STEPS) * Math.log1p(this.max - this.min));
        // Whole minutes and grams are what one asks for.
        const unit = this.isTime ? 60 : figure < 10 ? 0.1 : 1;
        return Math.round(Math.round(figure / unit) * unit * 10) / 10;
    }

    get steps() {
        return STEPS;
    }

    format(figure) {
        return (this.isTime ? formatPrintTime(figure) : formatGrams(figure)) || "0";
    }

    write(figure) {
        return this.isTime ? writeTime(figure) : String(Math.round(figure * 10) / 10);
    }

    get hint() {
        return this.isTime ? _t("e.g. 2h30m") : _t("grams");
    }

    get barStyle() {
        const [low, high] = [this.toStep(this.low), this.toStep(this.high)];
        return `inset-inline: ${low}% ${100 - high}%`;
    }

    onSlide(end, ev) {
        const step = Number(ev.target.value);
        if (end === "low") {
            this.state.low = Math.min(this.toFigure(step), this.high);
        } else {
            this.state.high = Math.max(this.toFigure(step), this.low);
        }
    }

    onSlid() {
        this.change(this.low, this.high);
    }

    onWritten(end, ev) {
        const text = ev.target.value;
        const figure = this.isTime ? parseTime(text) : parseNumber(text);
        if (figure === null) {
            // No figure is no bound; what is none of both is put back.
            const isEmpty = !text.trim();
            ev.target.value = this.write(this[end]);
            if (!isEmpty) {
                return;
            }
        }
        const bound = figure ?? (end === "low" ? this.min : this.max);
        if (end === "low") {
            this.change(bound, Math.max(this.high, bound));
        } else {
            this.change(Math.min(this.low, bound), bound);
        }
    }

    change(low, high) {
        Object.assign(this.state, { low: null, high: null });
        const from = low > this.min ? low : null;
        const to = high < this.max ? high : null;
        this.props.onChange(from === null && to === null ? null : [from ?? 0, to]);
    }
}

/** At least so many of the prints came out well. */
export class SuccessFacet extends Component {
    static template = "print3d_library.SuccessFacet";
    static props = facetProps;

    get rates() {
        const stated = this.props.facet.values || [];
        return stated.length
            ? stated
            : RATES.map((value) => ({
                  value,
                  label: _t("%s or more", formatRate(value)),
              }));
    }

    toggle(value) {
        this.props.onChange(value === this.props.value ? null : value);
    }
}

/** Yes, or all the same. */
export class FlagFacet extends Component {
    static template = "print3d_library.FlagFacet";
    static props = facetProps;

    get count() {
        return this.props.facet.values?.[0]?.count;
    }
}

const COMPONENTS = {
    choice: ChoiceFacet,
    colour: ColourFacet,
    flag: FlagFacet,
    range: RangeFacet,
    size: SizeFacet,
};

/** The facets of what was found; each can be folded. */
export class LibraryFacets extends Component {
    static template = "print3d_library.LibraryFacets";
    static props = {
        facetList: Array,
        facets: Object,
        onChange: Function,
    };

    setup() {
        this.state = useState({ folded: {} });
    }

    get shown() {
        // A switch is one line, and at hand above the longer ones.
        const isLong = ({ type }) => Number(type !== "flag");
        return this.props.facetList
            .filter((facet) => this.isUseful(facet))
            .sort((one, other) => isLong(one) - isLong(other))
            .map((facet) => ({ ...facet, Component: this.getComponent(facet) }));
    }

    getComponent({ name, type }) {
        return name === "success" ? SuccessFacet : COMPONENTS[type] || ChoiceFacet;
    }

    /** A facet with nothing to choose takes room only while it is in use. */
    isUseful({ name, type, values, min, max }) {
        if (name in this.props.facets || type === "size" || type === "flag") {
            return true;
        }
        if (name === "success") {
            return Boolean(max);
        }
        return type === "range" ? (max || 0) > (min || 0) : Boolean(values?.length);
    }

    isFolded({ name }) {
        return Boolean(this.state.folded[name]);
    }

    toggleFold({ name }) {
        this.state.folded[name] = !this.state.folded[name];
    }

    activeCount({ name }) {
        const value = this.props.facets[name];
        return Array.isArray(value) && !["time", "grams", "size"].includes(name)
            ? value.length
            : Number(name in this.props.facets);
    }

    change({ name }, value) {
        const { facets, onChange } = this.props;
        const rest = name in facets ? withoutFacet(facets, name) : facets;
        onChange(value === null ? rest : { ...rest, [name]: value });
    }
}
