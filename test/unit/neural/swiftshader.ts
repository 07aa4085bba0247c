import { existsSync } from "node:fs";
import { dirname } from "node:path";

/** Where Debian's Chromium keeps its Vulkan driver on the CPU. */
export const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";

/**
 * The environment in which Vulkan is that driver, by the loader beside it, or null without them. Continuous integration
 * installs Chromium itself and must have them.
 */
export const swiftShader: Record<string, string> | null =
  existsSync(SWIFTSHADER) || process.env["CI"]
    ? { VK_ICD_FILENAMES: SWIFTSHADER, LD_LIBRARY_PATH: dirname(SWIFTSHADER) }
    : null;
