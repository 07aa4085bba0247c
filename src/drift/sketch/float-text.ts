import { InputError } from "../../core/errors.js";

/** Numbers as text: base64 of their 64-bit floating-point form, little-endian. */
export function floatText(values: Float64Array): string {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  values.forEach((value, i) => {
    view.setFloat64(i * 8, value, true);
  });
  const bytes = new Uint8Array(view.buffer);
  let binary = "";
  // One call takes a bounded number of arguments.
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

/**
 * The numbers of {@link floatText}.
 *
 * @throws InputError for text that is no base64 of whole numbers of 8 bytes
 */
export function textFloats(text: string): Float64Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch (cause) {
    throw new InputError("items are not base64", {}, { cause });
  }
  if (binary.length % 8 !== 0) throw new InputError("items are cut short: base64 of 8 bytes a number is expected");
  const view = new DataView(new ArrayBuffer(binary.length));
  for (let i = 0; i < binary.length; i++) view.setUint8(i, binary.charCodeAt(i));
  return Float64Array.from({ length: binary.length / 8 }, (_, i) => view.getFloat64(i * 8, true));
}
