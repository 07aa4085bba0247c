/** Bytes of which the characters are made at once: `String.fromCharCode` takes them as arguments. */
const PART = 8192;

/** Numbers as base64 of little-endian float32. */
export function float32ToBase64(values: Float32Array): string {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((v, i) => {
    view.setFloat32(4 * i, v, true);
  });
  const bytes = new Uint8Array(view.buffer);
  const parts: string[] = [];
  for (let from = 0; from < bytes.length; from += PART) {
    parts.push(String.fromCharCode(...bytes.subarray(from, from + PART)));
  }
  return btoa(parts.join(""));
}

/** The inverse; null where the text is not base64 of whole float32 numbers. */
export function base64ToFloat32(text: string): Float32Array | null {
  let characters: string;
  try {
    characters = atob(text);
  } catch {
    return null;
  }
  if (characters.length % 4 !== 0) return null;
  const view = new DataView(Uint8Array.from(characters, (c) => c.charCodeAt(0)).buffer);
  return Float32Array.from({ length: characters.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
