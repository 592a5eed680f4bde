import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    makeMockEnv,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { changeDone } from "@print3d_library/model/change_done";
import { describePrints, filterCards } from "@print3d_library/model/variant_cards";

function makeCard(id, values = {}) {
    return {
        id,
        name: `Variant ${id}`,
        title: `Lamp (Variant ${id})`,
        picture: false,
        viewer: false,
        time_s: 0,
        grams: 0,
        chips: [],
        success: null,
        success_count: 0,
        version: false,
        version_count: 0,
        state: "empty",
        state_text: "No sliced file yet",
        ...values,
    };
}

describe("words", () => {
    describe.current.tags("headless");

    test("how prints went", async () => {
        await makeMockEnv();
        expect(describePrints({ success: null, success_count: 0 })).toBe("");
        expect(describePrints({ success: 1, success_count: 1 })).toBe(
            "100% of one print went well"
        );
        expect(describePrints({ success: 2 / 3, success_count: 3 })).toBe(
            "67% of 3 prints went well"
        );
    });

    test("cards are found by name and material", () => {
        const cards = [
            makeCard(1, { name: "Large", chips: [{ material: "PETG" }] }),
            makeCard(2, { name: "Small", chips: [{ material: "PLA" }, {}] }),
        ];
        const find = (text) => filterCards(cards, text).map(({ id }) => id);
        expect(find("")).toEqual([1, 2]);
        expect(find("petg")).toEqual([1]);
        expect(find(" lamp  SMALL ")).toEqual([2]);
        expect(find("petg small")).toEqual([]);
    });
});

test("a change that is made can be undone from its notification", async () => {
    const env = await makeMockEnv();
    let buttons = [];
    const services = {
        ...env.services,
        notification: {
            add(message, options) {
                expect.step(message);
                buttons = options.buttons;
                return () => expect.step("closed");
            },
        },
        action: { doAction: (action) => expect.step(action.tag) },
        orm: {
            call: async (model, method, [[id]]) => {
                expect.step(`${model} ${method} ${id}`);
                return { tag: "display_notification" };
            },
        },
    };
    const next = { type: "ir.actions.act_window_close" };
    const params = { change_id: 7, message: "Moved.", next };
    expect(changeDone({ services }, { params })).toBe(next);
    await buttons[0].onClick();
    expect.verifySteps([
        "Moved.",
        "closed",
        "print3d.library.change action_undo 7",
        "display_notification",
    ]);
});

describe("cards and previews on a page", () => {
    class Lamp extends models.Model {
        _name = "lamp";
        name = fields.Char();
        cards = fields.Json();
        preview = fields.Json();
        _records = [];
    }
    defineMailModels();
    defineModels([Lamp]);

    beforeEach(() => {
        onRpc("has_access", () => true);
    });

    async function mountCards(cards, canWrite = true) {
        Lamp._records = [
            {
                id: 1,
                name: "Lamp",
                cards: { template_id: 1, can_write: canWrite, cards },
            },
        ];
        await mountView({
            type: "form",
            resModel: "lamp",
            resId: 1,
            arch: `<form><field name="cards" widget="print3d_variant_cards" readonly="1"/></form>`,
        });
    }

    test("a card says what is known, and no more", async () => {
        await mountCards([
            makeCard(1, {
                time_s: 3720,
                grams: 12.5,
                chips: [{ material: "PLA", colours: ["#112233"] }],
                success: 0.5,
                success_count: 4,
                version: { id: 9, name: "v2" },
                state: "ready",
                state_text: "Ready to print: v2",
            }),
            makeCard(2),
        ]);
        const [first, second] = queryAllTexts(".o_print3d_variant");
        for (const text of ["1 h 02 min", "12.5 g", "PLA", "50% of 4 prints", "v2"]) {
            expect(first).toInclude(text);
        }
        expect(second).toInclude("No sliced file yet");
        expect(second).not.toInclude("min");
        expect(".o_print3d_variant_cost").toHaveCount(0);
        expect(".o_print3d_variant_menu").toHaveCount(2);
    });

    test("whoever may not write changes nothing", async () => {
        await mountCards([makeCard(1)], false);
        expect(".o_print3d_variant").toHaveCount(1);
        expect(".o_print3d_variant_menu").toHaveCount(0);
        expect(".o_print3d_variant_add").toHaveCount(0);
    });

    test("a variant is added by its name", async () => {
        onRpc("product.template", "add_print3d_variant", ({ args }) => {
            expect.step(args);
            return 2;
        });
        await mountCards([makeCard(1)]);
        await contains(".o_print3d_variant_add").click();
        expect(".o_print3d_variant_form button[type=submit]").not.toBeEnabled();
        await contains(".o_print3d_variant_form input").edit("  Large ");
        await animationFrame();
        expect.verifySteps([[[1], "Large"]]);
        expect(".o_print3d_variant_form").toHaveCount(0);
    });

    test("many cards can be searched", async () => {
        await mountCards(
            Array.from({ length: 9 }, (_value, index) => makeCard(index + 1))
        );
        await contains(".o_print3d_variants_filter").edit("variant 7");
        expect(queryAllTexts(".o_print3d_variant_name")).toEqual(["Variant 7"]);
        await contains(".o_print3d_variants_filter").edit("nothing");
        expect(".o_print3d_variants").toHaveText(/No variant is called so/);
    });

    test("a preview says what will happen, or why not", async () => {
        async function mountPreview(preview) {
            Lamp._records = [{ id: 1, preview }];
            await mountView({
                type: "form",
                resModel: "lamp",
                resId: 1,
                arch: `<form><field name="preview" widget="print3d_preview"/></form>`,
            });
        }
        await mountPreview({
            lines: [{ icon: "tags", text: "Themes added: 2 of 2 models" }],
            title: "New names",
            rows: [{ old: "A", new: "B" }],
            more: 3,
            problems: [],
        });
        expect(".o_print3d_preview").toHaveText(/Themes added/);
        expect(".o_print3d_preview").toHaveText(/and 3 more/);
        expect(".o_print3d_preview").toHaveText(/You can undo it afterwards/);
        expect(".o_print3d_preview_rows li").toHaveText(/A\s*B/);
    });
});
