/**
 * Reads what Bluetooth scales send, without Bluetooth.
 *
 * - The Weight Scale service of the Bluetooth SIG (0x181D): Weight Measurement 0x2A9D is
 *   a byte of flags and the weight as uint16, little endian, in steps of 5 g or, with
 *   flag 0, of 0.01 lb (GATT Specification Supplement, "Weight Measurement").
 * - Decent Scale: service 0xFFF0, notifications of 0xFFF4, a message of 7 or 10 bytes:
 *   03, CE (settled) or CA (moving), the weight as int16, big endian, in 0.1 g; the last
 *   byte is the XOR of those before it (https://decentespresso.com/decentscale_api).
 * - Bookoo Mini: service 0x0FFE, notifications of 0xFF11, 20 bytes: 03 0B, at 6 the sign,
 *   at 7 the weight as uint24, big endian, in 0.01 g; the last byte is the XOR of those
 *   before it (BooKooCode/OpenSource, bookoo_mini_scale/protocols.md).
 */

const POUND_G = 453.59237;
const MINUS = 0x2d;

function toView(data) {
    return data instanceof DataView
        ? data
        : new DataView(data.buffer, data.byteOffset, data.byteLength);
}

/** Whether the last byte is the XOR of all before it. */
function isWhole(view) {
    let sum = 0;
    for (let index = 0; index < view.byteLength - 1; index++) {
        sum ^= view.getUint8(index);
    }
    return sum === view.getUint8(view.byteLength - 1);
}

/**
 * @param {DataView|Uint8Array} data a Weight Measurement
 * @returns {{grams: number, step: number, isSettled: boolean}|null}
 */
export function readWeightMeasurement(data) {
    const view = toView(data);
    if (view.byteLength < 3) {
        return null;
    }
    const raw = view.getUint16(1, true);
    // "Measurement unsuccessful"
    if (raw === 0xffff) {
        return null;
    }
    const step = view.getUint8(0) & 1 ? POUND_G / 100 : 5;
    return { grams: Math.round(raw * step * 10) / 10, step, isSettled: true };
}

/** @returns {{grams: number, step: number, isSettled: boolean}|null} */
export function readDecentScale(data) {
    const view = toView(data);
    const isOurs =
        (view.byteLength === 7 || view.byteLength === 10) &&
        view.getUint8(0) === 0x03 &&
        [0xca, 0xce].includes(view.getUint8(1));
    if (!isOurs || !isWhole(view)) {
        return null;
    }
    return {
        grams: view.getInt16(2, false) / 10,
        step: 0.1,
        isSettled: view.getUint8(1) === 0xce,
    };
}

/**
 * Bookoo's scale says nothing of whether it has settled: whoever listens has to see.
 *
 * @returns {{grams: number, step: number, isSettled: boolean}|null}
 */
export function readBookoo(data) {
    const view = toView(data);
    const isOurs =
        view.byteLength === 20 &&
        view.getUint8(0) === 0x03 &&
        view.getUint8(1) === 0x0b;
    if (!isOurs || !isWhole(view)) {
        return null;
    }
    const raw = (view.getUint8(7) << 16) | (view.getUint8(8) << 8) | view.getUint8(9);
    const sign = view.getUint8(6) === MINUS ? -1 : 1;
    return { grams: (sign * raw) / 100, step: 0.01, isSettled: false };
}

/** Scales that are understood: what to ask for, and how to read it. */
export const SCALES = [
    {
        name: "Bluetooth Weight Scale",
        service: 0x181d,
        characteristic: 0x2a9d,
        read: readWeightMeasurement,
    },
    {
        name: "Decent Scale",
        service: 0xfff0,
        characteristic: 0xfff4,
        read: readDecentScale,
        // It weighs once something was written to it: its light, with no heartbeat asked.
        wake: {
            characteristic: 0x36f5,
            data: [0x03, 0x0a, 0x01, 0x01, 0x00, 0x00, 0x09],
        },
    },
    {
        name: "Bookoo Mini",
        service: 0x0ffe,
        characteristic: 0xff11,
        read: readBookoo,
    },
];

/**
 * Tells when a weight stands still, for scales that do not tell it themselves.
 *
 * Three readings within one gram of each other, over at least 400 ms.
 */
export class Settling {
    constructor({ spread = 1, count = 3, span = 400 } = {}) {
        Object.assign(this, { spread, count, span });
        this.readings = [];
    }

    /**
     * @param {number} grams
     * @param {number} time in milliseconds
     * @returns {boolean} whether the weight stands still
     */
    feed(grams, time) {
        this.readings.push({ grams, time });
        const isNear = (reading) => Math.abs(reading.grams - grams) <= this.spread;
        const from = this.readings.findLastIndex((reading) => !isNear(reading)) + 1;
        this.readings.splice(0, from);
        return (
            this.readings.length >= this.count &&
            time - this.readings[0].time >= this.span
        );
    }
}
