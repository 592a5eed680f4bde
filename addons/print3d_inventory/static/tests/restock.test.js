import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { click, queryAll, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    makeMockEnv,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { formatQuantity } from "@print3d_inventory/restock/quantity";
import { getChartConfig } from "@print3d_inventory/restock/stock_chart";

const EXPLAINED = {
    value: 149,
    unit: "Units",
    is_guess: false,
    lines: [
        {
            label: "Use of a usual day",
            sum: "676 in 103 days",
            value: "6.56 Units",
            action: "action_view_use",
            strong: false,
        },
        {
            label: "Reorder point",
            sum: "rounded up",
            value: "149 Units",
            action: false,
            strong: true,
        },
    ],
};
const AHEAD = { start: 10, stock: [9, 8, 14, 13], rop: 5, unit: "g", empty_on: false };

class Rule extends models.Model {
    name = fields.Char();
    explained = fields.Json();
    ahead = fields.Json();

    _records = [
        { id: 1, name: "Insert", explained: EXPLAINED, ahead: AHEAD },
        {
            id: 2,
            name: "Guess",
            explained: { ...EXPLAINED, is_guess: true },
            ahead: { ...AHEAD, stock: [4, 1, 0, 0], empty_on: "2027-03-12" },
        },
        { id: 3, name: "Nothing", explained: false, ahead: false },
    ];
}

defineMailModels();
defineModels([Rule]);

const mountList = () =>
    mountView({
        type: "list",
        resModel: "rule",
        arch: `<list>
            <field name="name"/>
            <field name="explained" widget="print3d_explained_figure"/>
            <field name="ahead" widget="print3d_stock_spark"/>
        </list>`,
    });

test("a quantity has the digits that matter", async () => {
    await makeMockEnv();
    expect(formatQuantity(1240.4, "g")).toBe("1,240 g");
    expect(formatQuantity(12.34, "g")).toBe("12.3 g");
    expect(formatQuantity(0.084)).toBe("0.08");
    expect(formatQuantity(3, "Units")).toBe("3 Units");
    expect(formatQuantity(undefined, "g")).toBe("0 g");
});

test("a figure opens its arithmetic, and its sources", async () => {
    mockService("action", {
        doAction: (action) => expect.step(action.name),
    });
    onRpc("rule", "action_view_use", ({ args }) => {
        expect.step(`use of ${args[0]}`);
        return { type: "ir.actions.act_window", name: "What Was Used" };
    });
    await mountList();
    expect(queryAllTexts(".o_print3d_figure")).toEqual(["149 Units", "~149 Units"]);
    await contains(".o_print3d_figure:first").click();
    expect(".o_print3d_figure_lines li").toHaveCount(2);
    expect(".o_print3d_figure_lines li:last").toHaveClass("fw-bold");
    expect(".o_print3d_figure_lines button").toHaveCount(1);
    await contains(".o_print3d_figure_lines button").click();
    expect.verifySteps(["use of 1", "What Was Used"]);
    expect(".o_print3d_figure_lines").toHaveCount(0);
});

test("clicking a figure again closes it", async () => {
    await mountList();
    await contains(".o_print3d_figure:first").click();
    expect(".o_print3d_figure_lines").toHaveCount(1);
    await click(".o_print3d_figure:first");
    await animationFrame();
    expect(".o_print3d_figure_lines").toHaveCount(0);
});

test("sparks tell what is low, and say it in words", async () => {
    await mountList();
    const sparks = queryAll(".o_print3d_stock_spark");
    expect(sparks).toHaveLength(2);
    expect(sparks[0]).toHaveClass("o_print3d_stock_spark_fine");
    expect(sparks[1]).toHaveClass("o_print3d_stock_spark_out");
    expect(sparks[0].getAttribute("aria-label")).toBe("10 g now, 13 g in 4 days");
    expect(sparks[1].getAttribute("aria-label")).toMatch(/Runs out on Mar 12/);
    // Level during a day, up at once when something comes.
    const line = sparks[0].querySelector(".o_print3d_stock_spark_line");
    expect(line.getAttribute("d").split("H")).toHaveLength(5);
});

test("the chart has the stock, its spread and the reorder point", async () => {
    await makeMockEnv();
    const day = (date, stock, more) => ({
        date,
        stock,
        in: 0,
        planned: 0,
        events: 0,
        burn: 2,
        low: stock - 5,
        high: stock + 5,
        ...more,
    });
    const ahead = {
        unit: "g",
        rop: 40,
        days: [
            day("2027-03-10", 3),
            day("2027-03-11", 90, { in: 100 }),
            day("2027-03-12", -7),
        ],
    };
    const { data, options } = getChartConfig(ahead, "bright");
    expect(data.datasets.map((set) => String(set.label))).toEqual([
        "Stock",
        "At least",
        "At most",
        "Reorder point",
    ]);
    expect(data.datasets[0].pointRadius).toEqual([0, 5, 0]);
    expect(data.datasets[1].data).toEqual([0, 85, 0]);
    const label = options.plugins.tooltip.callbacks.label({ dataIndex: 1 });
    expect(label.map(String)).toEqual([
        "90 g in the evening",
        "comes: 100 g",
        "usual besides: 2 g",
    ]);
    expect(data.datasets[0].data).toEqual([3, 90, 0]);
    const missing = options.plugins.tooltip.callbacks.label({ dataIndex: 2 });
    expect(String(missing[0])).toBe("7 g are missing");
    const others = getChartConfig({ ...ahead, rop: null }, "dark").data.datasets;
    expect(others).toHaveLength(3);
});
