/** GPUs in ascending order as ranges: `0-3`, `0,2`, `0-1,4`; `""` for none. */
export function formatGpus(gpus: readonly number[]): string {
  const ranges: string[] = [];
  for (let k = 0; k < gpus.length; k++) {
    const first = gpus[k];
    while (gpus[k + 1] === gpus[k] + 1) k++;
    ranges.push(gpus[k] === first ? String(first) : `${first}-${gpus[k]}`);
  }
  return ranges.join(",");
}
