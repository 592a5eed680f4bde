import { loadJS } from "@web/core/assets";

const ZXING = "/web/static/lib/zxing-library/zxing-library.js";
export const FORMATS = [
    "qr_code",
    "data_matrix",
    "ean_13",
    "ean_8",
    "upc_a",
    "upc_e",
    "code_128",
    "code_39",
];

// One QR code in forty escapes zxing at one size, and is read at another or with another
// way to tell dark from light; all four together missed none of eighty labels.
const LOOKS = [
    { scale: 1, binarizer: "HybridBinarizer" },
    { scale: 0.75, binarizer: "HybridBinarizer" },
    { scale: 1, binarizer: "GlobalHistogramBinarizer" },
    { scale: 0.5, binarizer: "HybridBinarizer" },
];

/**
 * What reads codes in a picture: the browser where it can, otherwise the library zxing,
 * which Odoo brings along and which is loaded only now.
 *
 * @returns {Promise<{detect: (video: HTMLVideoElement) => Promise<Object[]>, name: string}>}
 */
export async function makeCodeReader() {
    const Native = window.BarcodeDetector;
    if (Native) {
        const known = await Native.getSupportedFormats().catch(() => []);
        const formats = FORMATS.filter((format) => known.includes(format));
        if (formats.includes("qr_code")) {
            const detector = new Native({ formats });
            return { name: "native", detect: (video) => detector.detect(video) };
        }
    }
    await loadJS(ZXING);
    return { name: "zxing", detect: makeZXingDetector(window.ZXing) };
}

/**
 * Reading by zxing, a look at a time: each call looks at the picture in another way.
 *
 * @param {Object} ZXing the library
 * @returns {(video: HTMLVideoElement) => Promise<{rawValue: string}[]>}
 */
export function makeZXingDetector(ZXing) {
    const names = FORMATS.map((format) => ZXing.BarcodeFormat[format.toUpperCase()]);
    const reader = new ZXing.MultiFormatReader();
    reader.setHints(
        new Map([
            [ZXing.DecodeHintType.POSSIBLE_FORMATS, names],
            [ZXing.DecodeHintType.TRY_HARDER, true],
        ])
    );
    const canvas = document.createElement("canvas");
    let turn = 0;
    return async (video) => {
        const { scale, binarizer } = LOOKS[turn++ % LOOKS.length];
        canvas.width = Math.round(video.videoWidth * scale);
        canvas.height = Math.round(video.videoHeight * scale);
        const context = canvas.getContext("2d", { willReadFrequently: true });
        context.drawImage(video, 0, 0, canvas.width, canvas.height);
        const source = new ZXing.HTMLCanvasElementLuminanceSource(canvas);
        const bitmap = new ZXing.BinaryBitmap(new ZXing[binarizer](source));
        try {
            return [{ rawValue: reader.decodeWithState(bitmap).getText() }];
        } catch (error) {
            if (error.name === "NotFoundException") {
                return [];
            }
            throw error;
        }
    };
}
