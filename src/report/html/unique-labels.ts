/** Makes labels of a page's regions differ, so that readers can tell them apart: a second `Costs` is `Costs (2)`. */
export function uniqueLabels(): (label: string) => string {
  const counts = new Map<string, number>();
  return (label) => {
    const key = label.trim().toLowerCase();
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count === 1 ? label : `${label} (${count})`;
  };
}
