import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAll, queryFirst } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import {
    clickFieldDropdown,
    contains,
    defineModels,
    fields,
    getService,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { FilamentSwatch } from "@print3d_library/marks/filament_swatch";

describe.current.tags("desktop");

class Product extends models.Model {
    _name = "product.product";

    name = fields.Char();
    colour_hexes = fields.Char();

    _records = [
        { id: 1, name: "PLA Teal", colour_hexes: "#0F8B8D" },
        { id: 2, name: "Screws" },
    ];
}
class Line extends models.Model {
    _name = "line";

    product_id = fields.Many2one({ relation: "product.product" });

    _records = [
        { id: 1, product_id: 1 },
        { id: 2, product_id: 2 },
        { id: 3, product_id: 1 },
    ];
}
class Swatch extends models.Model {
    _name = "print3d.swatch";
}
defineMailModels();
defineModels([Product, Line, Swatch]);

const TEAL = { colours: ["#0F8B8D"], direction: "", finish: "matte" };

function answer() {
    onRpc("print3d.swatch", "read_swatches", ({ args }) => {
        expect.step(JSON.stringify(args[0]));
        return { "product.product": { 1: TEAL } };
    });
}

async function drawn() {
    await advanceTime(1);
    await animationFrame();
}

test("a swatch shows colours, direction, shine and what one sees through", async () => {
    await mountWithCleanup(FilamentSwatch, {
        props: {
            swatch: {
                colours: ["#FF0000", "bad", "#0000FF"],
                direction: "longitudinal",
                finish: "silk",
                pattern: "unknown",
                translucent: true,
                glow: true,
            },
        },
    });
    const style = queryFirst(".o_print3d_swatch_colour").getAttribute("style");
    expect(style).toBe("background: linear-gradient(to bottom, #FF0000, #0000FF)");
    expect(".o_print3d_swatch").toHaveClass([
        "o_print3d_swatch_silk",
        "o_print3d_swatch_glow",
        "o_print3d_swatch_transparent",
        "o_print3d_swatch_see_through",
    ]);
    expect(".o_print3d_swatch").not.toHaveClass("o_print3d_swatch_unknown");
});

test("a list asks once for all that it names", async () => {
    answer();
    await mountView({
        type: "list",
        resModel: "line",
        arch: `<list><field name="product_id"/></list>`,
    });
    await drawn();
    expect.verifySteps([`{"product.product":[1,2]}`]);
    expect(".o_data_row:eq(0) .o_print3d_swatch_matte").toHaveCount(1);
    expect(".o_data_row:eq(1) .o_print3d_swatch").toHaveCount(0);
    expect(".o_data_row:eq(2) .o_print3d_swatch").toHaveCount(1);
});

test("a form names a filament with its swatch, and so do proposals", async () => {
    answer();
    await mountView({
        type: "form",
        resModel: "line",
        resId: 1,
        arch: `<form><field name="product_id"/></form>`,
    });
    await drawn();
    expect(".o_many2one.o_print3d_many2one > .o_print3d_swatch").toHaveCount(1);
    await clickFieldDropdown("product_id");
    await drawn();
    expect(queryAll(".o-autocomplete--dropdown-item .o_print3d_swatch")).toHaveLength(
        1
    );
    expect.verifySteps([`{"product.product":[1]}`, `{"product.product":[2]}`]);
});

test("a server that does not answer leaves names as they are", async () => {
    onRpc("print3d.swatch", "read_swatches", () => {
        throw new Error("gone");
    });
    await mountView({
        type: "list",
        resModel: "line",
        arch: `<list><field name="product_id"/></list>`,
    });
    await drawn();
    expect(".o_data_row").toHaveCount(3);
    expect(".o_print3d_swatch").toHaveCount(0);
});

test("what is known is forgotten when a filament is changed", async () => {
    answer();
    await mountView({
        type: "form",
        resModel: "product.product",
        resId: 1,
        arch: `<form><field name="name"/></form>`,
    });
    const swatches = getService("print3d_swatches");
    swatches.get("product.product", 1);
    await drawn();
    expect(swatches.get("product.product", 1)).toEqual(TEAL);
    expect.verifySteps([`{"product.product":[1]}`]);
    await contains("[name=name] input").edit("PLA Petrol");
    await contains(".o_form_button_save").click();
    await animationFrame();
    expect(swatches.get("product.product", 1)).toBe(false);
    await drawn();
    expect.verifySteps([`{"product.product":[1]}`]);
});

test("colours are picked, written, added and taken away", async () => {
    await mountView({
        type: "form",
        resModel: "product.product",
        resId: 1,
        arch: `<form><field name="colour_hexes" widget="print3d_colours"/></form>`,
    });
    const text = ".o_print3d_colours_text";
    expect(".o_print3d_colours_pick").toHaveCount(1);
    await contains(".o_print3d_colours_add").click();
    expect(text).toHaveValue("#0F8B8D,#0F8B8D");
    const second = queryAll(".o_print3d_colours_pick")[1];
    second.value = "#c1121f";
    second.dispatchEvent(new Event("change"));
    await animationFrame();
    expect(text).toHaveValue("#0F8B8D,#C1121F");
    await contains(".o_print3d_colours_remove:eq(0)").click();
    expect(text).toHaveValue("#C1121F");
    await contains(text).edit("#1D4ED880, #FFFFFF");
    expect(".o_print3d_colours_pick").toHaveCount(2);
    const first = queryFirst(".o_print3d_colours_pick");
    first.value = "#000000";
    first.dispatchEvent(new Event("change"));
    await animationFrame();
    // What one sees through stays so.
    expect(text).toHaveValue("#00000080,#FFFFFF");
});
