import { createHash } from "node:crypto";

/** Longest part of a file name that is kept as it is; file systems take 255 bytes. */
const LONGEST = 180;

/** Percent-encodes everything that a file name, or a shell, may take amiss. */
function encoded(name: string): string {
  return encodeURIComponent(name).replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * Parts of file names, one for each key: the label, percent-encoded, so that it names no other folder. Where that would
 * be too long, or the same as another one on a file system that does not tell capitals from small letters, a hash of
 * the key follows after `~`, which an encoded label never holds.
 *
 * @param labels label of each key; keys differ, labels may not
 */
export function fileNameParts(labels: ReadonlyMap<string, string>): Map<string, string> {
  const uses = new Map<string, number>();
  const fold = (label: string) => encoded(label).toLowerCase();
  for (const label of labels.values()) uses.set(fold(label), (uses.get(fold(label)) ?? 0) + 1);
  const part = (key: string, label: string) => {
    const plain = encoded(label);
    if (plain.length <= LONGEST && uses.get(fold(label)) === 1) return plain;
    return `${plain.slice(0, LONGEST - 40)}~${createHash("sha256").update(key).digest("hex").slice(0, 32)}`;
  };
  return new Map([...labels].map(([key, label]) => [key, part(key, label)]));
}
