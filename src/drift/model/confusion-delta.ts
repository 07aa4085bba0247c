import {
  type Proportion,
  type ProportionChange,
  proportionChange,
  wilsonInterval,
} from "../../core/proportion-intervals.js";

/** A share before and during the incident. */
export interface ProbeChange {
  before: Proportion;
  after: Proportion;
  change: ProportionChange;
}

/** How often a label was predicted as a class. Rates are of the rows with that label. */
export interface ConfusionCell extends ProbeChange {
  label: string;
  pred: string;
}

/** How well a class is told from the others. */
export interface ClassChange {
  name: string;
  /** Right ones of those predicted as it. */
  precision: ProbeChange;
  /** Found ones of those that are it. */
  recall: ProbeChange;
}

export interface ConfusionDelta {
  /** Cells with a row in either period, those whose rate moved most first. */
  cells: ConfusionCell[];
  classes: ClassChange[];
  accuracy: ProbeChange;
}

/** Labels and predictions of a period, as codes of classes. */
export interface CodedPairs {
  labels: ArrayLike<number>;
  preds: ArrayLike<number>;
}

/** Confusion matrices of two periods side by side, with what changed. */
export function confusionDelta(names: readonly string[], before: CodedPairs, after: CodedPairs): ConfusionDelta {
  const k = names.length;
  const [was, is] = [countPairs(before, k), countPairs(after, k)];
  const each = names.map((_, c) => c);
  const cells: ConfusionCell[] = [];
  for (const key of new Set([...was.cells.keys(), ...is.cells.keys()])) {
    const label = Math.floor(key / k);
    const part = ({ cells, labels }: PairCounts): Proportion => wilsonInterval(cells.get(key) ?? 0, labels[label]);
    cells.push({ label: names[label], pred: names[key % k], ...probeChange(part(was), part(is)) });
  }
  const moved = ({ change }: ConfusionCell): number => Math.abs(change.delta ?? 0);
  const rank = new Map(names.map((name, c) => [name, c]));
  const order = ({ label, pred }: ConfusionCell): number => rank.get(label)! * k + rank.get(pred)!;
  cells.sort((a, b) => moved(b) - moved(a) || order(a) - order(b));
  const right = ({ cells }: PairCounts, c: number): number => cells.get(c * k + c) ?? 0;
  const classes = each.map((c) => ({
    name: names[c],
    precision: probeChange(wilsonInterval(right(was, c), was.preds[c]), wilsonInterval(right(is, c), is.preds[c])),
    recall: probeChange(wilsonInterval(right(was, c), was.labels[c]), wilsonInterval(right(is, c), is.labels[c])),
  }));
  const overall = (counts: PairCounts): Proportion =>
    wilsonInterval(
      each.reduce((sum, c) => sum + right(counts, c), 0),
      counts.n,
    );
  return { cells, classes, accuracy: probeChange(overall(was), overall(is)) };
}

const probeChange = (before: Proportion, after: Proportion): ProbeChange => ({
  before,
  after,
  change: proportionChange(before, after),
});

interface PairCounts {
  n: number;
  /** By label·k + pred. */
  cells: Map<number, number>;
  labels: Float64Array;
  preds: Float64Array;
}

function countPairs({ labels, preds }: CodedPairs, k: number): PairCounts {
  const counts: PairCounts = {
    n: labels.length,
    cells: new Map(),
    labels: new Float64Array(k),
    preds: new Float64Array(k),
  };
  for (let i = 0; i < labels.length; i++) {
    const key = labels[i] * k + preds[i];
    counts.cells.set(key, (counts.cells.get(key) ?? 0) + 1);
    counts.labels[labels[i]]++;
    counts.preds[preds[i]]++;
  }
  return counts;
}
