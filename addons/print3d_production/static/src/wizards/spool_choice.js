import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { FilamentChips } from "@print3d_library/marks/filament_chips";
import { formatGrams } from "@print3d_library/marks/format";
import { SpoolGauge } from "@print3d_library/marks/spool_gauge";

const SHOWN = 4;

/**
 * For each tool the spools that could feed it, as tiles. A tap chooses a spool; when
 * it does not last, a second tap on another one adds that one behind it.
 */
export class SpoolChoiceField extends Component {
    static template = "print3d_production.SpoolChoiceField";
    static components = { FilamentChips, SpoolGauge };
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ opened: {} });
    }

    get choice() {
        return this.props.record.data[this.props.name] || {};
    }

    get tools() {
        const tools = this.props.record.data.tools || [];
        const taken = new Map();
        for (const { tool } of tools) {
            for (const id of this.choice[tool] || []) {
                taken.set(id, tool);
            }
        }
        return tools.map((entry) => {
            const chosen = this.choice[entry.tool] || [];
            const spools = entry.choices.map((spool) => ({
                ...spool,
                rank: chosen.indexOf(spool.id) + 1,
                // A spool feeds one tool only.
                taken: taken.has(spool.id) && taken.get(spool.id) !== entry.tool,
            }));
            const grams = spools
                .filter((spool) => spool.rank)
                .reduce((sum, spool) => sum + spool.grams, 0);
            const missing = Math.max(entry.grams - grams, 0);
            const isOpen = this.state.opened[entry.tool];
            const first = chosen.length && missing > 0.004;
            return {
                ...entry,
                several: chosen.length > 1,
                loaded: spools.filter((spool) => spool.loaded && spool.same),
                order: this.getOrder(spools, chosen, entry.grams),
                follower: first ? this.getFollower(spools, missing) : null,
                spools: spools.filter(
                    (spool, index) => isOpen || spool.rank || index < SHOWN
                ),
                hidden: isOpen ? 0 : Math.max(spools.length - SHOWN, 0),
                missing,
                message: this.getMessage(spools, chosen, missing),
            };
        });
    }

    getMessage(spools, chosen, missing) {
        if (!spools.length) {
            return _t("No spool of this material is in stock.");
        }
        if (!chosen.length) {
            return _t("Choose a spool.");
        }
        if (missing > 0.004) {
            return _t("%s are missing. Choose a fuller spool, or add a second one.", [
                formatGrams(missing),
            ]);
        }
        return "";
    }

    /** The chosen spools in the order of their use, and what each gives. */
    getOrder(spools, chosen, grams) {
        let left = grams;
        return chosen
            .map((id) => spools.find((spool) => spool.id === id))
            .filter(Boolean)
            .map((spool) => {
                const gives = Math.max(Math.min(spool.grams, left), 0);
                left -= gives;
                return { ...spool, gives };
            });
    }

    /** The spool to go on with: one of the colour that lasts, else the fullest. */
    getFollower(spools, missing) {
        const free = spools.filter((spool) => !spool.rank && !spool.taken);
        const same = free.filter((spool) => spool.same);
        return (
            same.find((spool) => spool.grams + 0.004 >= missing) ||
            same.sort((a, b) => b.grams - a.grams)[0] ||
            null
        );
    }

    grams(value) {
        return formatGrams(value);
    }

    /** What hangs in the printer of it, in one line. */
    loadedText(entry) {
        if (!entry.loaded.length) {
            return _t("Nothing of it is loaded.");
        }
        const spools = entry.loaded.map((spool) =>
            _t("%(grams)s on %(spool)s", {
                grams: formatGrams(spool.grams),
                spool: spool.name,
            })
        );
        return _t("Loaded: %s", [spools.join(", ")]);
    }

    place(spool) {
        const place = spool.loaded ? _t("%s, loaded", spool.place) : spool.place;
        return spool.reserved ? _t("%s, reserved for this", place) : place;
    }

    toggle(entry, spool) {
        const chosen = this.choice[entry.tool] || [];
        let next = [spool.id];
        if (chosen.includes(spool.id)) {
            next = chosen.filter((id) => id !== spool.id);
        } else if (chosen.length && entry.missing > 0.004) {
            next = [...chosen, spool.id];
        }
        this.setOrder(entry, next);
    }

    setOrder(entry, next) {
        this.props.record.update({
            [this.props.name]: { ...this.choice, [entry.tool]: next },
        });
    }

    /** Go on with another spool when the chosen ones are empty. */
    planSwap(entry) {
        const chosen = this.choice[entry.tool] || [];
        this.setOrder(entry, [...chosen, entry.follower.id]);
    }

    /** Use a spool before the one that comes before it now. */
    moveUp(entry, index) {
        const next = [...(this.choice[entry.tool] || [])];
        next.splice(index - 1, 2, next[index], next[index - 1]);
        this.setOrder(entry, next);
    }

    showAll(entry) {
        this.state.opened[entry.tool] = true;
    }
}

registry.category("fields").add("print3d_spool_choice", {
    component: SpoolChoiceField,
    displayName: _t("Choice of spools"),
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "tools", type: "json", readonly: true }],
});
