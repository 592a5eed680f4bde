import { describe, expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { ImportCatalogue } from "@print3d_library/import/import_catalogue";
import { MoveDialog } from "@print3d_library/import/import_dialogs";
import {
    addToPlan,
    buildTree,
    emptyPlan,
    filterModels,
    groupSkipped,
    summariseRows,
    toggleSelection,
} from "@print3d_library/import/plan_tree";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    makeDialogMockEnv,
    mountWithCleanup,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

function makeModel(id, name, values = {}) {
    return { id, name, sequence: id, folder: "", template: false, ...values };
}

function makeLine(id, name, variant_id, values = {}) {
    return {
        id,
        name,
        variant_id,
        path: "",
        role: "mesh",
        code: "",
        state: "planned",
        sequence: 1,
        ...values,
    };
}

function makePlan() {
    return addToPlan(emptyPlan(), {
        models: [
            makeModel(2, "Vase", { template: [9, "Vase"] }),
            makeModel(1, "Lamp", { folder: "Light" }),
            makeModel(3, "Emptied"),
        ],
        variants: [
            { id: 10, model_id: 1, sequence: 2, name: "Large" },
            { id: 11, model_id: 1, sequence: 1, name: "Small" },
            { id: 12, model_id: 1, sequence: 0, name: "" },
            { id: 20, model_id: 2, sequence: 0, name: "" },
            { id: 30, model_id: 3, sequence: 0, name: "" },
        ],
        lines: [
            makeLine(1, "lamp_v2.gcode", 10, { role: "sliced", sequence: 2 }),
            makeLine(2, "lamp_v1.gcode", 10, { role: "sliced", sequence: 1 }),
            makeLine(3, "lamp.stl", 10),
            makeLine(4, "small.stl", 11, { state: "failed" }),
            makeLine(5, "lamp.png", 12, { role: "picture" }),
            makeLine(6, "vase.stl", 20),
            makeLine(7, "Thumbs.db", false, { role: "skip", code: "junk" }),
            makeLine(8, "out.stl", 30, { role: "skip" }),
            makeLine(9, "shop.csv", false, { role: "skip", code: "catalogue" }),
        ],
        rows: [{ id: 1, number: 2, variant_id: 20, code: "V-1", verdict: "update" }],
        summary: { new_models: 1 },
        undo: "Rename",
    });
}

describe("plan", () => {
    test("a tree of models, variants and files in their order", () => {
        const { models, skipped } = buildTree(makePlan());
        expect(models.map((model) => model.name)).toEqual(["Lamp", "Vase"]);
        expect(models[0].variants.map((variant) => variant.name)).toEqual([
            "Small",
            "Large",
            "",
        ]);
        expect(models[0].variants[1].lines.map((line) => line.name)).toEqual([
            "lamp.stl",
            "lamp_v1.gcode",
            "lamp_v2.gcode",
        ]);
        expect(models[0].variants[2].isCompanion).toBe(true);
        expect(models[0].counts).toEqual({
            variants: 2,
            files: 4,
            pictures: 1,
            failed: 1,
            done: 0,
        });
        expect(models[1].variants[0].rows.length).toBe(1);
        expect(skipped.map((line) => line.id)).toEqual([7, 8]);
    });

    test("a change replaces what it is about and keeps the rest", () => {
        const plan = addToPlan(makePlan(), {
            lines: [makeLine(4, "small.stl", 10)],
            undo: false,
        });
        const { models } = buildTree(plan);
        expect(models[0].counts.variants).toBe(1);
        expect(plan.undo).toBe(false);
        expect(plan.summary.new_models).toBe(1);
    });

    test("models are found by name, folder, file and reference", () => {
        const { models } = buildTree(makePlan());
        const names = (filter) => filterModels(models, filter).map(({ name }) => name);
        expect(names({ text: " LAMP_V1" })).toEqual(["Lamp"]);
        expect(names({ text: "light" })).toEqual(["Lamp"]);
        expect(names({ text: "v-1" })).toEqual(["Vase"]);
        expect(names({ text: "nothing" })).toEqual([]);
        expect(names({ show: "new" })).toEqual(["Lamp"]);
        expect(names({ show: "known" })).toEqual(["Vase"]);
        expect(names({ show: "several" })).toEqual(["Lamp"]);
        expect(names({ show: "failed" })).toEqual(["Lamp"]);
    });

    test("files left out by the reason why", () => {
        const { skipped } = buildTree(makePlan());
        const reasons = [
            { code: "person", label: "By hand" },
            { code: "junk", label: "Junk" },
            { code: "table", label: "None of these" },
        ];
        const found = groupSkipped(skipped, reasons);
        expect(found.map(({ code, lines }) => [code, lines[0].name])).toEqual([
            ["person", "out.stl"],
            ["junk", "Thumbs.db"],
        ]);
        expect(groupSkipped(skipped, reasons, "thumbs").length).toBe(1);
    });

    test("choosing with shift takes all between", () => {
        const selected = new Set();
        const order = [1, 2, 3, 4];
        toggleSelection(selected, order, 2, null, true);
        toggleSelection(selected, order, 4, 2, true);
        expect([...selected]).toEqual([2, 3, 4]);
        toggleSelection(selected, order, 3, 4, false);
        expect([...selected]).toEqual([2, 4]);
    });
});

describe("catalogue", () => {
    defineMailModels();

    const ROWS = [
        { id: 1, number: 2, verdict: "new", state: "planned" },
        { id: 2, number: 3, verdict: "update", state: "failed", message: "No." },
        { id: 3, number: 4, verdict: "problem", state: "planned", reason: "Why." },
    ];

    test("rows are counted, and those to look at are told", () => {
        const { counts, problems } = summariseRows(ROWS);
        expect(counts).toEqual({ new: 1, update: 1, same: 0, problem: 1 });
        expect(problems.map((row) => row.number)).toEqual([3, 4]);
    });

    test("columns are taken for other fields, no field twice", async () => {
        const mapped = [];
        await mountWithCleanup(ImportCatalogue, {
            props: {
                importId: 1,
                rows: ROWS,
                isEditable: true,
                onMap: (names) => mapped.push(names),
                catalogue: {
                    name: "shop.csv",
                    note: "utf-8, “;”",
                    fields: [
                        ["name", "Name"],
                        ["price", "Price"],
                    ],
                    columns: [
                        { title: "Ware", field: "", samples: ["Lamp"] },
                        { title: "Titel", field: "name", samples: [] },
                    ],
                },
            },
        });
        expect(queryAllTexts("[data-verdict]").length).toBe(3);
        expect("[data-row='3']").toHaveText("Row 3\nNo.");
        await contains(".o_print3d_import_columns_toggle").click();
        expect("button:contains(Plan Anew)").toHaveCount(0);
        await contains("[data-title=Ware] select").select("name");
        expect("button:contains(Plan Anew)").not.toBeEnabled();
        await contains("[data-title=Titel] select").select("");
        await contains("button:contains(Plan Anew)").click();
        expect(mapped).toEqual([["name", ""]]);
    });
});

describe("move", () => {
    defineMailModels();

    test("to a model, a variant or a model of their own", async () => {
        const done = [];
        const { models } = buildTree(makePlan());
        const env = await makeDialogMockEnv();
        const props = {
            close: () => done.push("closed"),
            count: 1,
            models,
            onVariant: (variant) => done.push(variant.id),
            onModel: (model) => done.push(model.name),
            onNew: (name) => done.push(name),
        };
        await mountWithCleanup(MoveDialog, { env, props });
        expect(queryAll(".o_print3d_import_target").length).toBe(5);
        await contains("#o_print3d_import_find").edit("vas");
        await animationFrame();
        await contains(".o_print3d_import_target").click();
        await contains("#o_print3d_import_new_name").edit("  Other  ", {
            confirm: false,
        });
        await contains("button:contains(Make)").click();
        expect(done).toEqual(["Vase", "closed", "Other", "closed"]);
    });
});
