type Labels = Readonly<Record<string, string>>;

/** A GPU in units that sevenths (slices of MIG) and quarters (those of an A30) are whole numbers of, so that sums are exact. */
export const UNITS_PER_GPU = 28;
const UNITS_PER_SLICE = 4;
const UNITS_PER_SLICE_A30 = 7;

const has = (labels: Labels, name: string): boolean => Object.hasOwn(labels, name) && labels[name] !== "";

/** Whether a series is of one GPU, or one MIG instance, as dcgm-exporter tells of it. */
export function isDevice(labels: Labels): boolean {
  return has(labels, "gpu") && has(labels, "UUID") && /^DCGM_/.test(labels["__name__"] ?? "");
}

/**
 * How much of a GPU a device is, if a pod has it, in {@link UNITS_PER_GPU}: all, or the share of a MIG instance
 * (`GPU_I_PROFILE="2g.10gb"`: 2/7); null for one that no pod has.
 */
export function unitsOfDevice(labels: Labels): number | null {
  if (!has(labels, "pod") && !has(labels, "exported_pod")) return null;
  const slices = /^(\d+)g\./.exec(labels["GPU_I_PROFILE"] ?? "");
  if (!slices) return UNITS_PER_GPU;
  return Number(slices[1]) * (/\bA30\b/.test(labels["modelName"] ?? "") ? UNITS_PER_SLICE_A30 : UNITS_PER_SLICE);
}
