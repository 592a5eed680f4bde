import { Component, useRef, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { FilamentChips } from "../marks/filament_chips";
import { formatGrams, formatPrintTime } from "../marks/format";
import { StateDot } from "../marks/state_dot";
import { Thumbnail } from "../marks/thumbnail";
import { useUpload } from "../upload/upload_hook";
import { ViewerDialog } from "./viewer_dialog";

export const CARD_STATES = {
    reading: { colour: "violet", icon: "fa-cog" },
    ready: { colour: "green", icon: "fa-check" },
    decide: { colour: "amber", icon: "fa-hand-paper-o" },
    failed: { colour: "red", icon: "fa-times" },
    retired: { colour: "grey", icon: "fa-archive" },
    empty: { colour: "grey", icon: "fa-upload" },
};

/**
 * How often prints of a variant went well, in words.
 *
 * @param {Object} card
 * @returns {string} empty where it was never printed
 */
export function describePrints({ success, success_count: count }) {
    if (!count) {
        return "";
    }
    const percent = `${Math.round(success * 100)}%`;
    return count === 1
        ? _t("%s of one print went well", percent)
        : _t("%(percent)s of %(count)s prints went well", { percent, count });
}

/**
 * The cards that fit what is typed.
 *
 * @param {Object[]} cards
 * @param {string} text words that all have to be in name, title or materials
 * @returns {Object[]}
 */
export function filterCards(cards, text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return cards.filter((card) => {
        const materials = card.chips.map((chip) => chip.material || "");
        const all = [card.name, card.title, ...materials].join(" ").toLowerCase();
        return words.every((word) => all.includes(word));
    });
}

/**
 * The variants of a model as cards, with what can be done with each.
 *
 * The field holds what `product.template._compute_print3d_cards` says.
 */
export class VariantCardsField extends Component {
    static template = "print3d_library.VariantCardsField";
    static components = { Dropdown, DropdownItem, FilamentChips, StateDot, Thumbnail };
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.orm = useService("orm");
        this.state = useState({ adding: false, name: "", busy: false, filter: "" });
        this.name = useRef("name");
        useAutofocus({ refName: "name", mobile: true });
        this.uploadTo = 0;
        // The page around takes dropped files; this is for the buttons of the cards.
        this.upload = useUpload(
            { el: null },
            {
                text: _t("Add a version"),
                getTarget: () => ({ product_id: this.uploadTo }),
                onChanged: ({ product_id: productId }) => this.onUploaded(productId),
            }
        );
    }

    get value() {
        return this.props.record.data[this.props.name] || { cards: [] };
    }

    get cards() {
        return filterCards(this.value.cards, this.state.filter);
    }

    get hasFilter() {
        return this.value.cards.length > 8;
    }

    get isOne() {
        return this.value.cards.length === 1;
    }

    getDot(card) {
        return { ...CARD_STATES[card.state], label: card.state_text };
    }

    getTime(card) {
        return formatPrintTime(card.time_s);
    }

    getGrams(card) {
        return card.grams ? formatGrams(card.grams) : "";
    }

    getCost(card) {
        return formatMonetary(card.cost.amount, { currencyId: card.cost.currency_id });
    }

    getPrints(card) {
        return describePrints(card);
    }

    async reload() {
        await this.props.record.load();
    }

    async onUploaded(productId) {
        const isMine = this.value.cards.some(({ id }) => id === productId);
        if (isMine && !(await this.props.record.isDirty())) {
            await this.reload();
        }
    }

    // === BUTTONS === //

    open(card) {
        return this.call("action_open_print3d_variant", card);
    }

    openViewer(card) {
        const [resModel, resId] = card.viewer;
        this.dialog.add(ViewerDialog, {
            title: card.title,
            resModel,
            resId,
            picture: card.picture || "",
        });
    }

    addVersion(card) {
        this.uploadTo = card.id;
        this.upload.choose();
    }

    openVersion(card) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: card.version.name,
            res_model: "print3d.slice",
            res_id: card.version.id,
            views: [[false, "form"]],
        });
    }

    /** What is typed on the page is saved before a dialog changes the model. */
    async call(method, card) {
        const { record } = this.props;
        if (this.state.busy || ((await record.isDirty()) && !(await record.save()))) {
            return;
        }
        this.state.busy = true;
        try {
            const action = await this.orm.call("product.product", method, [[card.id]]);
            await this.action.doAction(action, { onClose: () => this.reload() });
        } finally {
            this.state.busy = false;
        }
    }

    // === ADDING === //

    async startAdding() {
        const { record } = this.props;
        if (!record.resId && !(await record.save())) {
            return;
        }
        Object.assign(this.state, { adding: true, name: "" });
    }

    onNameKeydown(ev) {
        ev.stopPropagation();
        if (ev.key === "Escape") {
            this.state.adding = false;
        }
    }

    async add() {
        const { record } = this.props;
        const name = this.state.name.trim();
        if (!name || this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            if ((await record.isDirty()) && !(await record.save())) {
                return;
            }
            await this.orm.call("product.template", "add_print3d_variant", [
                [record.resId],
                name,
            ]);
            Object.assign(this.state, { adding: false, name: "", filter: "" });
            await this.reload();
        } finally {
            this.state.busy = false;
        }
    }
}

export const variantCardsField = {
    component: VariantCardsField,
    displayName: _t("Variants as cards"),
    supportedTypes: ["json"],
};

registry.category("fields").add("print3d_variant_cards", variantCardsField);
