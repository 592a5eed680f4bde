import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { useDebounced } from "@web/core/utils/timing";

const TYPING_DELAY = 250;

/**
 * A box that looks for something while a person types, or a scanner does, and offers
 * what it found below. The slot shows one entry of it.
 */
export class FinderBox extends Component {
    static template = "print3d_inventory.FinderBox";
    static props = {
        class: { type: String, optional: true },
        icon: { type: String, optional: true },
        label: String,
        placeholder: String,
        nothing: String,
        autofocus: { type: Boolean, optional: true },
        // async (text) => entries
        search: Function,
        // (entry) => what is done with it
        choose: Function,
        slots: Object,
    };
    static defaultProps = { class: "", icon: "fa-search", autofocus: false };

    setup() {
        this.keepLast = new KeepLast();
        this.inputRef = useRef("input");
        this.state = useState({ text: "", found: null, active: 0 });
        this.search = useDebounced(() => this.searchNow(), TYPING_DELAY);
        onMounted(() => {
            if (this.props.autofocus && !this.env.isSmall) {
                this.inputRef.el.focus();
            }
        });
    }

    onInput(ev) {
        this.state.text = ev.target.value;
        this.search();
    }

    async searchNow() {
        const text = this.state.text.trim();
        if (!text) {
            this.state.found = null;
            return;
        }
        this.state.found = await this.keepLast.add(this.props.search(text));
        this.state.active = 0;
    }

    async onKeydown(ev) {
        const { found } = this.state;
        if (ev.key === "Enter") {
            ev.preventDefault();
            // A scanner is faster than the delay after typing.
            await this.searchNow();
            const entry = this.state.found?.[this.state.active];
            if (entry) {
                await this.choose(entry);
            }
        } else if (ev.key === "Escape") {
            this.state.found = null;
        } else if (["ArrowDown", "ArrowUp"].includes(ev.key) && found?.length) {
            ev.preventDefault();
            const step = ev.key === "ArrowDown" ? 1 : -1;
            this.state.active =
                (this.state.active + step + found.length) % found.length;
        }
    }

    async choose(entry) {
        Object.assign(this.state, { text: "", found: null });
        await this.props.choose(entry);
    }
}
