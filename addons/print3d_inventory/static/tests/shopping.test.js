import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    getService,
    makeMockEnv,
    models,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { unitPriceText } from "@print3d_inventory/shopping/shopping_format";

describe.current.tags("desktop");

class ShoppingLine extends models.Model {
    _name = "print3d.shopping.line";
}
defineMailModels();
defineModels([ShoppingLine]);

function makeLine(values = {}) {
    return {
        id: 1,
        product_id: 11,
        name: "PLA Red",
        unit: "g",
        is_filament: true,
        swatch: { colours: ["#C1121F"] },
        on_hand: 300,
        share: 20,
        needed: 1200,
        needed_text: "1,200 g",
        needed_on: "",
        origin: "orderpoint",
        reason: { text: "Below 500 g", lines: [{ label: "In stock", value: "300 g" }] },
        vendor_id: 5,
        is_vendor_chosen: false,
        is_packs_chosen: false,
        packs: 2,
        pack: "Spool 1 kg",
        quantity_text: "2,000 g",
        left_over: 800,
        left_over_text: "800 g",
        lead_days: 3,
        arrives_on: "2026-01-10",
        is_late: false,
        url: "",
        code: "",
        request_id: false,
        can_remove: false,
        unit_price: 20,
        cost: 40,
        currency_id: 1,
        company_cost: 40,
        ...values,
    };
}

function makeVendor(values = {}) {
    return {
        id: 5,
        name: "Depot",
        lead_days: 3,
        goods: 40,
        already: 0,
        freight: 6,
        total: 46,
        freight_cost: 6,
        free_from: 52.4,
        to_free: 12.4,
        share: 76,
        minimum: 0,
        to_minimum: 0,
        order: null,
        top_up: null,
        ...values,
    };
}

function makeList(values = {}) {
    return {
        company: { id: 1, name: "Shop", currency_id: 1 },
        today: "2026-01-07",
        may: { buy: true, add: true },
        lines: [makeLine()],
        vendors: [makeVendor()],
        split: { saving: 0, total: 46, present: 46, exact: true, moves: [] },
        dismissed: [],
        orders: [],
        ...values,
    };
}

async function mountScreen(answer) {
    onRpc("print3d.shopping.line", "get_list", () => answer());
    await mountWithCleanup(WebClient);
    await getService("action").doAction("print3d_shopping");
    await animationFrame();
}

test("filament is compared by the kilo, other things by their unit", async () => {
    await makeMockEnv();
    expect(unitPriceText(0.0199, true, "g", 1)).toMatch(/19\.90.* \/ kg$/);
    expect(unitPriceText(0.4, false, "Units", 1)).toMatch(/0\.40.* \/ Units$/);
});

test("the bar says how far an order is from free freight", async () => {
    await mountScreen(makeList);
    expect(".o_print3d_shopping_bar").toHaveText(/12\.40.*to free freight/);
    expect(queryOne(".o_print3d_shopping_bar .progress-bar").style.width).toBe("76%");
});

test("packs are sent once, when the thumb rests", async () => {
    onRpc("print3d.shopping.line", "action_set_packs", ({ args }) => {
        expect.step(JSON.stringify(args));
        return true;
    });
    await mountScreen(makeList);
    const more = "button[aria-label='One pack more']";
    await contains(more).click();
    await contains(more).click();
    await contains(more).click();
    expect(".o_print3d_shopping_stepper input").toHaveValue(5);
    expect.verifySteps([]);
    await advanceTime(600);
    expect.verifySteps(["[[1],5]"]);
});

test("a second press while RFQs are made does nothing", async () => {
    const done = new Deferred();
    onRpc("print3d.shopping.line", "create_rfqs", async ({ args }) => {
        expect.step(JSON.stringify(args));
        await done;
        return { orders: [{ id: 9, name: "P9", vendor: "Depot", lines: 1 }] };
    });
    let ordered = false;
    await mountScreen(() =>
        ordered
            ? makeList({
                  lines: [],
                  vendors: [],
                  orders: [
                      {
                          id: 9,
                          name: "P9",
                          vendor: "Depot",
                          lines: 1,
                          names: "PLA Red",
                          total: 40,
                          currency_id: 1,
                      },
                  ],
              })
            : makeList()
    );
    await contains(".o_print3d_shopping_create").click();
    await animationFrame();
    expect(".o_print3d_shopping_create").not.toBeEnabled();
    ordered = true;
    done.resolve();
    await animationFrame();
    await animationFrame();
    expect(".o_print3d_shopping_made").toHaveCount(1);
    expect(".o_print3d_shopping_made").toHaveText(/P9/);
    expect.verifySteps(["[[1]]"]);
});

test("what is not ticked is left out", async () => {
    onRpc("print3d.shopping.line", "create_rfqs", ({ args }) => {
        expect.step(JSON.stringify(args));
        return { orders: [] };
    });
    const lines = [makeLine(), makeLine({ id: 2, name: "PLA Blue" })];
    await mountScreen(() => makeList({ lines }));
    await contains(".o_print3d_shopping_line:eq(0) input[type=checkbox]").click();
    expect(".o_print3d_shopping_footer").toHaveText(/1 of 2 chosen/);
    await contains(".o_print3d_shopping_create").click();
    expect.verifySteps(["[[2]]"]);
});

test("who only looks sees no money and no buttons to decide", async () => {
    const line = makeLine();
    for (const name of ["unit_price", "cost", "currency_id", "company_cost"]) {
        delete line[name];
    }
    await mountScreen(() =>
        makeList({
            may: { buy: false, add: false },
            lines: [line],
            vendors: [{ id: 5, name: "Depot", lead_days: 3 }],
            split: null,
        })
    );
    expect(queryAllTexts(".o_print3d_shopping_vendor h2")).toEqual(["Depot"]);
    expect(".o_print3d_shopping_footer").toHaveCount(0);
    expect(".o_print3d_shopping_stepper").toHaveCount(0);
    expect(".o_print3d_shopping_add").toHaveCount(0);
    expect(".o_print3d_shopping_line input").toHaveCount(0);
    expect(".o_print3d_shopping_packs").toHaveText(/2\s*× Spool 1 kg/);
});

test("an empty list says what comes here", async () => {
    await mountScreen(() => makeList({ lines: [], vendors: [] }));
    expect(".o_print3d_shopping_empty").toHaveText(/Nothing to buy/);
    expect(".o_print3d_shopping_create").toHaveCount(0);
});
