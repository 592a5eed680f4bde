import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { StateDot } from "../marks/state_dot";

const FILES_SHOWN = 30;
const ICONS = {
    sliced: ["fa-print", _t("Sliced file")],
    project: ["fa-cubes", _t("Slicer project")],
    mesh: ["fa-cube", _t("Mesh")],
    picture: ["fa-picture-o", _t("Picture")],
    text: ["fa-file-text-o", _t("Text")],
    document: ["fa-file-pdf-o", _t("Document")],
    table: ["fa-table", _t("Table")],
    other: ["fa-file-o", _t("Other file")],
};
const STATES = {
    done: ["green", _t("Imported")],
    failed: ["red", _t("Refused")],
};

/** A name that is changed where it stands; Enter keeps it, Escape does not. */
export class NameField extends Component {
    static template = "print3d_library.ImportNameField";
    static props = {
        value: String,
        label: String,
        placeholder: { type: String, optional: true },
        isEditable: Boolean,
        onChange: Function,
        class: { type: String, optional: true },
    };

    change(ev) {
        const value = ev.target.value.trim();
        if (value !== this.props.value) {
            this.props.onChange(value);
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            ev.target.blur();
        } else if (ev.key === "Escape") {
            ev.stopPropagation();
            ev.target.value = this.props.value;
            ev.target.blur();
        }
    }
}

/** A file of a plan. */
export class ImportFile extends Component {
    static template = "print3d_library.ImportFile";
    static components = { StateDot };
    static props = {
        line: Object,
        variant: Object,
        plan: Object,
        isEditable: Boolean,
    };

    setup() {
        // Its own subscription: a file is drawn anew when it is chosen, and no other.
        this.selection = useState(this.props.plan.selection);
    }

    get icon() {
        return ICONS[this.props.line.kind] || ICONS.other;
    }

    get dot() {
        const state = STATES[this.props.line.state];
        return state && { colour: state[0], label: String(state[1]) };
    }

    get isSelected() {
        return this.selection.lines.has(this.props.line.id);
    }

    get chooseLabel() {
        return _t("Choose %s", this.props.line.name);
    }

    get leaveLabel() {
        return _t("Leave out %s", this.props.line.name);
    }
}

/** A model of a plan, its variants below it. */
export class ImportCard extends Component {
    static template = "print3d_library.ImportCard";
    static components = { ImportFile, NameField };
    static props = {
        model: Object,
        plan: Object,
        isOpen: Boolean,
        isEditable: Boolean,
    };

    setup() {
        this.state = useState({ shown: {}, over: null });
        this.selection = useState(this.props.plan.selection);
    }

    get isSelected() {
        return this.selection.models.has(this.props.model.id);
    }

    get chooseLabel() {
        return _t("Choose %s", this.props.model.name);
    }

    get what() {
        const { files, variants, pictures } = this.props.model.counts;
        const parts = [files === 1 ? _t("1 file") : _t("%s files", files)];
        if (variants > 1) {
            parts.unshift(_t("%s variants", variants));
        }
        if (pictures) {
            parts.push(pictures === 1 ? _t("1 picture") : _t("%s pictures", pictures));
        }
        return parts.join(" · ");
    }

    shownLines(variant) {
        return variant.lines.slice(0, this.state.shown[variant.id] || FILES_SHOWN);
    }

    hiddenCount(variant) {
        return variant.lines.length - this.shownLines(variant).length;
    }

    showAll(variant) {
        this.state.shown[variant.id] = variant.lines.length;
    }

    variantLabel(variant) {
        if (variant.isCompanion && !variant.name) {
            return _t("Of the model");
        }
        return this.props.model.counts.variants > 1
            ? _t("Standard")
            : _t("Only variant");
    }

    onDragOver(ev, key) {
        if (this.props.plan.canDrop()) {
            ev.preventDefault();
            this.state.over = key;
        }
    }

    onDrop(ev, callback) {
        ev.preventDefault();
        ev.stopPropagation();
        this.state.over = null;
        callback();
    }
}
