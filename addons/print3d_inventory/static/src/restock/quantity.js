import { formatFloat } from "@web/core/utils/numbers";

/**
 * A quantity with as many digits as matter, and its unit.
 *
 * @param {number} quantity
 * @param {string} [unit]
 * @returns {string} e.g. "1,240 g", "0.08 Units"
 */
export function formatQuantity(quantity, unit = "") {
    const value = quantity || 0;
    const size = Math.abs(value);
    const digits = size >= 100 || Number.isInteger(value) ? 0 : size < 10 ? 2 : 1;
    const number = formatFloat(value, { digits: [false, digits] });
    return unit ? `${number} ${unit}` : number;
}
