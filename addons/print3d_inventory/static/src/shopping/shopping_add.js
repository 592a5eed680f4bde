import { Component, useState } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { FilamentSwatch } from "@print3d_library/marks/filament_swatch";

const TYPING_DELAY = 250;

/** A box to write something on the list by its name or number. */
export class ShoppingAdd extends Component {
    static template = "print3d_inventory.ShoppingAdd";
    static components = { FilamentSwatch };
    static props = { add: Function };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ text: "", found: null, active: 0 });
        this.search = useDebounced(() => this.searchNow(), TYPING_DELAY);
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
        this.state.found = await this.keepLast.add(
            this.orm.silent.call("print3d.shopping.line", "search_products", [text])
        );
        this.state.active = 0;
    }

    async onKeydown(ev) {
        const { found } = this.state;
        if (ev.key === "Enter") {
            ev.preventDefault();
            // A scanner is faster than the delay after typing.
            await this.searchNow();
            const product = this.state.found?.[this.state.active];
            if (product) {
                await this.choose(product);
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

    async choose(product) {
        Object.assign(this.state, { text: "", found: null });
        await this.props.add(product);
    }
}
