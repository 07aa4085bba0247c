/** When {@link GPU_FAMILIES} was written. */
export const GPU_FAMILIES_DATE = "2026-11";

/** Family of everything that the table does not know to be a GPU. */
export const OTHER_FAMILY = "other";

/**
 * GPU models of instance types and SKUs, from the clouds' pages of accelerated instances. Each pattern matches a whole
 * word of a bill's cell, in lower case.
 */
export const GPU_FAMILIES: readonly (readonly [pattern: RegExp, family: string])[] = Object.freeze([
  // AWS EC2 and SageMaker (ml.), e.g. p5.48xlarge
  [/^p2\./, "k80"],
  [/^p3(dn)?\./, "v100"],
  [/^p4de?\./, "a100"],
  [/^p5\./, "h100"],
  [/^p5en?\./, "h200"],
  [/^p6-b200\./, "b200"],
  [/^p6-b300\./, "b300"],
  [/^p6e-gb200\./, "gb200"],
  [/^g3s?\./, "m60"],
  [/^g4dn\./, "t4"],
  [/^g4ad\./, "v520"],
  [/^g5g\./, "t4g"],
  [/^g5\./, "a10g"],
  [/^(g6|gr6)f?\./, "l4"],
  [/^g6e\./, "l40s"],
  [/^g7e\./, "rtx-pro-6000"],
  // Google Cloud, e.g. a3-highgpu-8g
  [/^a2-(highgpu|megagpu|ultragpu)-/, "a100"],
  [/^a3-(highgpu|megagpu|edgegpu)-/, "h100"],
  [/^a3-ultragpu-/, "h200"],
  [/^a4-highgpu-/, "b200"],
  [/^a4x-highgpu-/, "gb200"],
  [/^g2-standard-/, "l4"],
  [/^g4-standard-/, "rtx-pro-6000"],
  // Azure, e.g. Standard_ND96isr_H100_v5
  [/^(standard_)?nc\d+r?s_v2$/, "p100"],
  [/^(standard_)?nd\d+r?s$/, "p40"],
  [/^(standard_)?nc\d+r?s_v3$/, "v100"],
  [/^(standard_)?nd\d+rs_v2$/, "v100"],
  [/^(standard_)?nc\d+as_t4_v3$/, "t4"],
  [/^(standard_)?nc\d+ads_a100_v4$/, "a100"],
  [/^(standard_)?nd\d+(amsr|asr|ams|as)(_a100)?_v4$/, "a100"],
  [/^(standard_)?nv\d+ad[ms]+_a10_v5$/, "a10"],
  [/^(standard_)?nc\d+adi?s_h100_v5$/, "h100"],
  [/^(standard_)?ncc\d+ads_h100_v5$/, "h100"],
  [/^(standard_)?nd\d+isrf?_h100_v5$/, "h100"],
  [/^(standard_)?nd\d+isrf?_h200_v5$/, "h200"],
  [/^(standard_)?nd\d+is_mi300x_v5$/, "mi300x"],
  [/^(standard_)?nd\d+isr_mi300x_v5$/, "mi300x"],
  [/^(standard_)?nd\d+isr_gb200_v6$/, "gb200"],
] as const);

const known = new Map<string, string>();

function familyOfWord(word: string): string | undefined {
  return GPU_FAMILIES.find(([pattern]) => pattern.test(word))?.[1];
}

function familyOf(text: string): string {
  const lower = text.toLowerCase();
  // Azure's meters write the type with spaces.
  for (const word of [lower.trim().replaceAll(" ", "_"), ...lower.split(/[\s,;:/"'{}()[\]]+/)]) {
    const family = familyOfWord(word.replace(/^(ml|boxusage)\./, ""));
    if (family) return family;
  }
  return OTHER_FAMILY;
}

/**
 * GPU family of a charge: the model that its instance type or SKU stands for in the dated table {@link GPU_FAMILIES};
 * `other` where no text names a known type. It is never guessed from prices or names of services.
 *
 * @param texts cells that may name an instance type, best first
 * @example gpuFamily(["USE1-BoxUsage:p5.48xlarge"]) // "h100"
 */
export function gpuFamily(texts: readonly (string | null | undefined)[]): string {
  for (const text of texts) {
    if (!text) continue;
    let family = known.get(text);
    if (family === undefined) {
      family = familyOf(text);
      if (known.size > 100_000) known.clear();
      known.set(text, family);
    }
    if (family !== OTHER_FAMILY) return family;
  }
  return OTHER_FAMILY;
}
