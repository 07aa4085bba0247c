import { base64ToBytes, bytesToBase64 } from "../../core/base64.js";
import { InputError } from "../../core/errors.js";

/** Numbers as text: base64 of their 64-bit floating-point form, little-endian. */
export function floatText(values: Float64Array): string {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  values.forEach((value, i) => {
    view.setFloat64(i * 8, value, true);
  });
  return bytesToBase64(new Uint8Array(view.buffer));
}

/**
 * The numbers of {@link floatText}.
 *
 * @throws InputError for text that is no base64 of whole numbers of 8 bytes
 */
export function textFloats(text: string): Float64Array {
  const bytes = base64ToBytes(text);
  if (bytes === null) throw new InputError("items are not base64");
  if (bytes.length % 8 !== 0) throw new InputError("items are cut short: base64 of 8 bytes a number is expected");
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(i * 8, true));
}
