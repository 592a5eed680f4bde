import { expect, test } from "@odoo/hoot";
import { click, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

import { CostSheet } from "@print3d_sales/cost_sheet/cost_sheet";
import { TodaySection } from "@print3d_sales/home/today";

defineMailModels();

const LINE = {
    kind: "run",
    id: 1,
    name: "RUN/00001",
    state: "done",
    grams: 0,
    scrap_g: 0,
    minutes: 0,
    share: 1,
    material: 0,
    machine: 0,
    stock: 0,
    royalty: 0,
};

function mountSheet(data) {
    const values = {
        currency_id: false,
        revenue: 0,
        material: 0,
        machine: 0,
        stock: 0,
        royalty: 0,
    };
    return mountWithCleanup(CostSheet, {
        props: {
            name: "cost",
            record: { data: { cost: { ...values, margin: 0, lines: [], ...data } } },
        },
    });
}

test("figures and their shares of the revenue", async () => {
    await mountSheet({ revenue: 100, material: 20, machine: 30, margin: 50 });
    expect(queryAllTexts("[data-figure] .text-muted")).toEqual([
        "Revenue",
        "Material",
        "Machine",
        "Margin",
    ]);
    expect("[data-figure=margin]").toHaveText(/50\.0 %/);
    const widths = [...document.querySelectorAll(".o_print3d_cost_bar span")].map(
        (part) => part.style.width
    );
    expect(widths).toEqual(["20%", "30%", "50%"]);
});

test("what designers get is a part of its own", async () => {
    await mountSheet({
        revenue: 100,
        material: 20,
        royalty: 8,
        margin: 72,
        lines: [{ ...LINE, kind: "royalty", name: "Anna", royalty: 8 }],
    });
    expect("[data-figure=royalty]").toHaveText(/8\.00/);
    const widths = [...document.querySelectorAll(".o_print3d_cost_bar span")].map(
        (part) => part.style.width
    );
    expect(widths).toEqual(["20%", "8%", "72%"]);
    await click("button[aria-expanded=false]");
    await animationFrame();
    expect(".o_print3d_cost_lines tbody tr").toHaveText(/Royalty to Anna.*8\.00/s);
});

test("a loss fills the bar with cost", async () => {
    await mountSheet({ revenue: 50, material: 60, machine: 40, margin: -50 });
    expect("[data-figure=margin] .text-danger").toHaveCount(1);
    const widths = [...document.querySelectorAll(".o_print3d_cost_bar span")].map(
        (part) => part.style.width
    );
    expect(widths).toEqual(["60%", "40%"]);
});

test("the lines behind the figures open", async () => {
    await mountSheet({
        revenue: 100,
        material: 3,
        margin: 97,
        lines: [
            { ...LINE, grams: 50.25, material: 1.5, minutes: 84, share: 0.75 },
            {
                ...LINE,
                id: 2,
                name: "RUN/00002",
                state: "failed",
                scrap_g: 20,
                material: 1.5,
            },
        ],
    });
    expect(".o_print3d_cost_lines").toHaveCount(0);
    await click("button[aria-expanded=false]");
    await animationFrame();
    expect(".o_print3d_cost_lines tbody tr").toHaveCount(2);
    expect(queryFirst(".o_print3d_cost_lines tbody tr")).toHaveText(/75 % of it/);
    expect(queryFirst(".o_print3d_cost_lines tbody tr")).toHaveText(/1 h 24 min/);
    expect(".o_print3d_cost_lines .badge").toHaveText("failed");
});

test("an order nothing was printed for", async () => {
    await mountSheet({ revenue: 10, margin: 10 });
    await click("button[aria-expanded=false]");
    await animationFrame();
    expect(".o_print3d_cost_lines tbody").toHaveText(/Nothing has been printed/);
});

test("the day in numbers and a line", async () => {
    const spark = [0, 2, 4].map((count, index) => ({
        day: `2026-01-0${index + 1}`,
        count,
    }));
    await mountWithCleanup(TodaySection, {
        props: {
            data: {
                numbers: [
                    { key: "done", label: "prints done", value: 4, kind: "count" },
                    { key: "failed", label: "failed", value: 1, kind: "count" },
                    {
                        key: "grams",
                        label: "filament used",
                        value: 120.4,
                        kind: "grams",
                    },
                ],
                spark,
            },
            reload: () => {},
        },
    });
    expect("[data-number=failed] .text-danger").toHaveText("1");
    expect("[data-number=grams]").toHaveText(/120 g/);
    expect(queryFirst("svg polyline").getAttribute("points")).toBe(
        "3.0,33.0 70.0,18.0 137.0,3.0"
    );
    expect("svg").toHaveAttribute("aria-label", "6 prints in 3 days");
});
