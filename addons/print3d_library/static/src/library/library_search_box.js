import { Component, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { EXAMPLES, suggest } from "./library_suggest";

const ICONS = {
    recent: "fa-history",
    field: "fa-tag",
    setting: "fa-sliders",
    value: "fa-tag",
};
const TYPED_INTO = "input, textarea, select, [contenteditable='true']";

/** The one box: words, phrases, fields and settings, with help while one types. */
export class LibrarySearchBox extends Component {
    static template = "print3d_library.LibrarySearchBox";
    static components = { Dropdown, DropdownItem };
    static props = {
        text: String,
        facetList: Array,
        recent: Array,
        isBusy: { type: Boolean, optional: true },
        onInput: Function,
        onSubmit: Function,
        onForget: Function,
        onDown: { type: Function, optional: true },
    };

    setup() {
        this.ui = useService("ui");
        this.rootRef = useRef("root");
        this.examples = EXAMPLES;
        this.state = useState({ isOpen: false, active: -1, caret: 0 });
        this.inputRef = this.env.isSmall
            ? useRef("autofocus")
            : useAutofocus({ refName: "autofocus" });
        useExternalListener(window, "keydown", (ev) => this.onWindowKeydown(ev));
        useExternalListener(window, "pointerdown", (ev) => {
            if (!this.rootRef.el?.contains(ev.target)) {
                this.close();
            }
        });
        // The text also changes by an example, a suggestion, an address.
        useEffect(
            (el, text) => {
                if (el && el.value !== text) {
                    el.value = text;
                }
            },
            () => [this.inputRef.el, this.props.text]
        );
    }

    get placeholder() {
        return this.env.isSmall
            ? _t("Search the library")
            : _t("Search names, designers, settings, e.g. nozzle=0.6 material:petg");
    }

    get suggestions() {
        const { text, recent, facetList } = this.props;
        return suggest(text, this.state.caret, { recent, facetList });
    }

    get isOpen() {
        return this.state.isOpen && this.suggestions.length > 0;
    }

    icon(suggestion) {
        return ICONS[suggestion.kind];
    }

    forgetLabel(text) {
        return _t("Forget “%s”", text);
    }

    focus() {
        this.inputRef.el?.focus();
        this.inputRef.el?.select();
    }

    close() {
        this.state.isOpen = false;
        this.state.active = -1;
    }

    /** A slash searches, wherever nothing is being written. */
    onWindowKeydown(ev) {
        const isFree =
            ev.key === "/" &&
            !(ev.ctrlKey || ev.metaKey || ev.altKey) &&
            !ev.target.closest?.(TYPED_INTO) &&
            this.ui.activeElement === document;
        if (isFree) {
            ev.preventDefault();
            this.focus();
        }
    }

    updateCaret() {
        this.state.caret = this.inputRef.el.selectionStart;
    }

    onFocus() {
        this.updateCaret();
        // Only what is typed or asked for opens the list: not the page itself.
        this.state.active = -1;
    }

    onClick() {
        this.updateCaret();
        this.state.isOpen = true;
    }

    onInput(ev) {
        this.updateCaret();
        Object.assign(this.state, { isOpen: true, active: -1 });
        this.props.onInput(ev.target.value);
    }

    onKeydown(ev) {
        const handler = {
            ArrowDown: () => this.move(1),
            ArrowUp: () => this.move(-1),
            Enter: () => this.submit(),
            Tab: () => this.close(),
            Escape: () => this.escape(),
            Delete: () => ev.shiftKey && this.forgetActive(),
        }[ev.key];
        // While a word is composed (e.g. in Japanese) its keys are not ours.
        const isHandled = handler && !ev.isComposing && handler();
        if (isHandled) {
            ev.preventDefault();
            ev.stopPropagation();
        }
    }

    move(step) {
        const { length } = this.suggestions;
        if (!this.isOpen) {
            if (step > 0 && this.props.text && this.props.onDown) {
                this.props.onDown();
            } else {
                this.state.isOpen = true;
            }
            return true;
        }
        // From -1 (the text itself) round through the suggestions and back to it.
        this.state.active =
            ((this.state.active + 1 + step + length + 1) % (length + 1)) - 1;
        return true;
    }

    submit() {
        const chosen = this.isOpen && this.suggestions[this.state.active];
        if (chosen) {
            this.choose(chosen);
        } else {
            this.close();
            this.props.onSubmit(this.props.text);
        }
        return true;
    }

    escape() {
        if (this.isOpen) {
            this.close();
        } else if (this.props.text) {
            this.clear();
        } else {
            this.inputRef.el.blur();
        }
        return true;
    }

    clear() {
        this.close();
        this.props.onSubmit("");
        this.inputRef.el.focus();
    }

    forgetActive() {
        const suggestion = this.isOpen && this.suggestions[this.state.active];
        if (suggestion?.kind !== "recent") {
            return false;
        }
        this.state.active = -1;
        this.props.onForget(suggestion.title);
        return true;
    }

    choose({ kind, text, caret }) {
        const el = this.inputRef.el;
        el.value = text;
        el.focus();
        el.setSelectionRange(caret, caret);
        this.updateCaret();
        this.state.active = -1;
        if (kind === "recent" || kind === "value") {
            this.close();
            this.props.onSubmit(text);
        } else {
            this.state.isOpen = true;
            this.props.onInput(text);
        }
    }

    tryExample({ text }) {
        this.close();
        this.props.onSubmit(text);
    }
}
