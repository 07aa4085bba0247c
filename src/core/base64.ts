/** Bytes of which the characters are made at once: `String.fromCharCode` takes them as arguments. */
const PART = 8192;

/** Base64 of bytes, in browsers as in Node. */
export function bytesToBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let from = 0; from < bytes.length; from += PART) {
    parts.push(String.fromCharCode(...bytes.subarray(from, from + PART)));
  }
  return btoa(parts.join(""));
}

/** The inverse; null where the text is not base64. */
export function base64ToBytes(text: string): Uint8Array | null {
  let characters: string;
  try {
    characters = atob(text);
  } catch {
    return null;
  }
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
