import { getCustomColor, hexToRGBA } from "@web/core/colors/colors";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatDate } from "@web/views/fields/formatters";
import { formatQuantity } from "./quantity";

const LINE = 0;

function getTooltip(ahead) {
    const amount = (value) => formatQuantity(value, ahead.unit);
    return {
        intersect: false,
        mode: "index",
        filter: (item) => item.datasetIndex === LINE,
        callbacks: {
            label: (item) => {
                const day = ahead.days[item.dataIndex];
                const left =
                    day.stock < 0
                        ? _t("%(amount)s are missing", { amount: amount(-day.stock) })
                        : _t("%(stock)s in the evening", { stock: amount(day.stock) });
                const parts = [
                    [day.in, _t("comes: %(amount)s", { amount: amount(day.in) })],
                    [
                        day.planned,
                        _t("planned: %(amount)s", { amount: amount(day.planned) }),
                    ],
                    [
                        day.events,
                        _t("events: %(amount)s", { amount: amount(day.events) }),
                    ],
                    [
                        day.burn,
                        _t("usual besides: %(amount)s", { amount: amount(day.burn) }),
                    ],
                ];
                return [
                    left,
                    ...parts.filter(([value]) => value).map(([, text]) => text),
                ];
            },
        },
    };
}

/**
 * What Chart.js draws of the stock of the coming days.
 *
 * @param {object} ahead as `product.product.get_stock_ahead` returns it
 * @param {string} scheme "dark" or "bright"
 * @returns {object} a configuration of Chart.js
 */
export function getChartConfig(ahead, scheme) {
    const grid = getCustomColor(scheme, "#d8dadd", "#3C3E4B");
    const text = getCustomColor(scheme, "#374151", "#E4E4E4");
    const line = getCustomColor(scheme, "#17a2b8", "#38bdf8");
    const low = getCustomColor(scheme, "#b91c1c", "#f87171");
    const comes = getCustomColor(scheme, "#15803d", "#4ade80");
    const { days } = ahead;
    const bound = { stepped: "before", pointRadius: 0, borderWidth: 0 };
    const datasets = [
        {
            label: _t("Stock"),
            data: days.map((day) => Math.max(0, day.stock)),
            stepped: "before",
            borderColor: line,
            backgroundColor: line,
            borderWidth: 2,
            pointRadius: days.map((day) => (day.in ? 5 : 0)),
            pointStyle: "triangle",
            pointBackgroundColor: comes,
            pointBorderColor: comes,
        },
        {
            ...bound,
            label: _t("At least"),
            data: days.map((day) => Math.max(0, day.low)),
        },
        {
            ...bound,
            label: _t("At most"),
            data: days.map((day) => Math.max(0, day.high)),
            fill: "-1",
            backgroundColor: hexToRGBA(line, 0.15),
        },
    ];
    if (ahead.rop) {
        datasets.push({
            label: _t("Reorder point"),
            data: days.map(() => ahead.rop),
            borderColor: low,
            borderWidth: 1.5,
            borderDash: [6, 4],
            pointRadius: 0,
        });
    }
    return {
        type: "line",
        data: {
            labels: days.map((day) => formatDate(deserializeDate(day.date))),
            datasets,
        },
        options: {
            maintainAspectRatio: false,
            animation: false,
            interaction: { intersect: false, mode: "index" },
            plugins: { legend: { display: false }, tooltip: getTooltip(ahead) },
            scales: {
                x: {
                    ticks: { color: text, maxTicksLimit: 6, maxRotation: 0 },
                    grid: { display: false },
                },
                y: {
                    suggestedMin: 0,
                    ticks: { color: text, maxTicksLimit: 5 },
                    grid: { color: grid },
                    title: { display: true, text: ahead.unit, color: text },
                },
            },
        },
    };
}
