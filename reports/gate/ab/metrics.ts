import type { AbFile } from "../../../src/experiment/index.js";
import { type Estimate, estimateWords } from "../../estimate-words.js";

export type Experiment = AbFile["experiments"][number];
export type Look = Experiment["looks"][number];

/** A metric of an experiment with its looks in order. */
export interface Metric {
  /** For people: of experiment and metric. */
  name: string;
  metric: string | null;
  looks: Look[];
  last: Look;
}

/** Metrics of an experiment in the order of the file. */
export function metricsOf({ experiment, looks }: Experiment): Metric[] {
  const byMetric = new Map<string | null, Look[]>();
  for (const look of looks) {
    const own = byMetric.get(look.metric);
    if (own) own.push(look);
    else byMetric.set(look.metric, [look]);
  }
  return [...byMetric].map(([metric, own]) => ({
    name: metric === null ? experiment : `${experiment}, ${metric}`,
    metric,
    looks: own,
    last: own[own.length - 1],
  }));
}

/** The look that rejected, else the last one. */
export function decisiveLook({ looks, last }: Metric): Look {
  return looks.find(({ rejected }) => rejected) ?? last;
}

/** Effect of a look with its interval. */
export const effectOf = ({ effect: value, lower, upper }: Look): Estimate => ({ value, lower, upper });

/** `b − a = 0.025 (0.01 to 0.04)`. */
export const effectWords = (look: Look): string => `b \u2212 a = ${estimateWords(effectOf(look))}`;
