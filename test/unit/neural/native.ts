import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** Whether `@tensorflow/tfjs-node` is here with its native library, which its install script downloads. */
export const hasNative = (() => {
  try {
    const manifest = createRequire(import.meta.url).resolve("@tensorflow/tfjs-node/package.json");
    return existsSync(join(manifest, "../lib"));
  } catch {
    return false;
  }
})();
