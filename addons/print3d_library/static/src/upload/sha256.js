/**
 * SHA-256 of bytes that come in pieces (FIPS 180-4, sections 5 and 6.2).
 *
 * The browser's own `crypto.subtle` takes a file at once only, and is absent where a
 * shop's server is reached by plain http in its own network.
 */

const BLOCK = 64;

/** First bits of the fractional parts of roots of the first primes, as the standard. */
function roots() {
    const constants = new Int32Array(64);
    const state = new Int32Array(8);
    const bits = (value) => ((value - Math.floor(value)) * 2 ** 32) | 0;
    let found = 0;
    for (let number = 2; found < 64; number++) {
        let isPrime = true;
        for (let divisor = 2; divisor * divisor <= number; divisor++) {
            if (number % divisor === 0) {
                isPrime = false;
                break;
            }
        }
        if (isPrime) {
            if (found < 8) {
                state[found] = bits(Math.sqrt(number));
            }
            constants[found++] = bits(Math.cbrt(number));
        }
    }
    return { constants, state };
}

const { constants: K, state: START } = roots();

export class Sha256 {
    constructor() {
        this.state = START.slice();
        this.schedule = new Int32Array(64);
        this.rest = new Uint8Array(BLOCK);
        this.filled = 0;
        this.length = 0;
    }

    /** @param {Uint8Array} bytes the next piece */
    update(bytes) {
        this.length += bytes.length;
        let position = 0;
        if (this.filled) {
            position = Math.min(BLOCK - this.filled, bytes.length);
            this.rest.set(bytes.subarray(0, position), this.filled);
            this.filled += position;
            if (this.filled < BLOCK) {
                return this;
            }
            this.mix(this.rest, 0, BLOCK);
            this.filled = 0;
        }
        const whole = bytes.length - ((bytes.length - position) % BLOCK);
        this.mix(bytes, position, whole);
        this.rest.set(bytes.subarray(whole));
        this.filled = bytes.length - whole;
        return this;
    }

    /** @returns {string} the hash of all pieces, in hexadecimal */
    hex() {
        const bits = this.length * 8;
        const padding = new Uint8Array(this.filled < 56 ? BLOCK : 2 * BLOCK);
        padding.set(this.rest.subarray(0, this.filled));
        padding[this.filled] = 0x80;
        const view = new DataView(padding.buffer);
        view.setUint32(padding.length - 8, Math.floor(bits / 2 ** 32));
        view.setUint32(padding.length - 4, bits >>> 0);
        this.mix(padding, 0, padding.length);
        return Array.from(this.state, (word) =>
            (word >>> 0).toString(16).padStart(8, "0")
        ).join("");
    }

    /** The compression of whole blocks between two positions. */
    mix(bytes, from, to) {
        const w = this.schedule;
        let [a0, b0, c0, d0, e0, f0, g0, h0] = this.state;
        for (let position = from; position < to; position += BLOCK) {
            for (let t = 0, at = position; t < 16; t++, at += 4) {
                w[t] =
                    (bytes[at] << 24) |
                    (bytes[at + 1] << 16) |
                    (bytes[at + 2] << 8) |
                    bytes[at + 3];
            }
            for (let t = 16; t < 64; t++) {
                const x = w[t - 15];
                const y = w[t - 2];
                const s0 =
                    ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
                const s1 =
                    ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
                w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
            }
            let a = a0;
            let b = b0;
            let c = c0;
            let d = d0;
            let e = e0;
            let f = f0;
            let g = g0;
            let h = h0;
            for (let t = 0; t < 64; t++) {
                const s1 =
                    ((e >>> 6) | (e << 26)) ^
                    ((e >>> 11) | (e << 21)) ^
                    ((e >>> 25) | (e << 7));
                const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
                const s0 =
                    ((a >>> 2) | (a << 30)) ^
                    ((a >>> 13) | (a << 19)) ^
                    ((a >>> 22) | (a << 10));
                const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
                h = g;
                g = f;
                f = e;
                e = (d + t1) | 0;
                d = c;
                c = b;
                b = a;
                a = (t1 + t2) | 0;
            }
            a0 = (a0 + a) | 0;
            b0 = (b0 + b) | 0;
            c0 = (c0 + c) | 0;
            d0 = (d0 + d) | 0;
            e0 = (e0 + e) | 0;
            f0 = (f0 + f) | 0;
            g0 = (g0 + g) | 0;
            h0 = (h0 + h) | 0;
        }
        this.state.set([a0, b0, c0, d0, e0, f0, g0, h0]);
    }
}
