import { base64ToBytes, bytesToBase64 } from "../core/base64.js";

/** Numbers as base64 of little-endian float32. */
export function float32ToBase64(values: Float32Array): string {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((v, i) => {
    view.setFloat32(4 * i, v, true);
  });
  return bytesToBase64(new Uint8Array(view.buffer));
}

/** The inverse; null where the text is not base64 of whole float32 numbers. */
export function base64ToFloat32(text: string): Float32Array | null {
  const bytes = base64ToBytes(text);
  if (bytes === null || bytes.length % 4 !== 0) return null;
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
