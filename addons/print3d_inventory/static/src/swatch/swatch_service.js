import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

/** Models whose records are filaments, or made of one. */
export const SWATCH_MODELS = new Set([
    "product.product",
    "product.template",
    "stock.lot",
    "print3d.catalogue.filament",
]);
const CHANGES = new Set(["create", "write", "unlink", "web_save", "web_save_multi"]);

/**
 * Swatches of records by their ids, asked for once and all of a page together.
 *
 * `get` gives what is known and has the rest asked for; whoever reads its result
 * through a reactive is told when it is there.
 */
export class Swatches {
    constructor(orm) {
        this.orm = orm;
        // By "model,id": a swatch, or false where there is none.
        this.known = reactive({});
        this.wanted = {};
        this.timer = null;
    }

    /**
     * @param {string} model
     * @param {number} id
     * @param {Object} [known] the reactive of a component
     * @returns {Object|false} a swatch, or false: none, or not known yet
     */
    get(model, id, known = this.known) {
        if (!SWATCH_MODELS.has(model) || !Number.isInteger(id)) {
            return false;
        }
        const swatch = known[`${model},${id}`];
        if (swatch === undefined) {
            this.want(model, id);
        }
        return swatch || false;
    }

    want(model, id) {
        this.wanted[model] ||= new Set();
        this.wanted[model].add(id);
        // What is drawn in one go is asked for in one go.
        this.timer ||= browser.setTimeout(() => this.load());
    }

    async load() {
        const wanted = Object.fromEntries(
            Object.entries(this.wanted).map(([model, ids]) => [model, [...ids]])
        );
        this.wanted = {};
        this.timer = null;
        let found = {};
        try {
            found = await this.orm.silent.call("print3d.swatch", "read_swatches", [
                wanted,
            ]);
        } catch {
            // A name without its swatch is better than an error beside every name.
        }
        for (const [model, ids] of Object.entries(wanted)) {
            for (const id of ids) {
                this.known[`${model},${id}`] = found[model]?.[id] || false;
            }
        }
    }

    forget() {
        for (const key of Object.keys(this.known)) {
            delete this.known[key];
        }
    }
}

export const swatchService = {
    dependencies: ["orm"],
    start(env, { orm }) {
        const swatches = new Swatches(orm);
        rpcBus.addEventListener("RPC:RESPONSE", ({ detail }) => {
            const { model, method } = detail.data?.params || {};
            if (SWATCH_MODELS.has(model) && CHANGES.has(method)) {
                swatches.forget();
            }
        });
        return swatches;
    },
};

registry.category("services").add("print3d_swatches", swatchService);
