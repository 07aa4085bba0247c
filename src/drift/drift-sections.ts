import { attributionColumns, attributionDrift } from "./model/attribution-drift.js";
import { classScoreColumns, modelDrift } from "./model/model-drift.js";
import { embeddingColumns, embeddingDrift } from "./multivariate/embedding-drift.js";
import { commonFeatures } from "./multivariate/encode-features.js";
import { multivariateDrift } from "./multivariate/multivariate-drift.js";
import type { DriftSections } from "./section-schema.js";
import { textDrift } from "./text/text-drift.js";
import { textLengths } from "./text/text-lengths.js";
import type { DriftOptions, DriftTable } from "./types.js";

/** Sections that are wanted, by the columns that they need. */
export interface SectionOptions {
  /** Columns of predicted classes, of the probability of the positive class and of true classes. */
  prediction?: string;
  score?: string;
  /** What the names of columns of the scores of each class begin with. */
  classScores?: string;
  label?: string;
  /** The positive of two classes. */
  positive?: string;
  /** What the names of columns of SHAP values, and of an embedding, begin with. */
  shap?: string;
  embedding?: string;
  /** Columns of text. */
  text?: readonly string[];
  /** Also compare all features together. */
  multivariate?: boolean;
  /** Features that are compared, together and one by one; default all. */
  features?: readonly string[];
}

/** What the options ask for, and the tables whose single columns are left to compare. */
interface SectionedTables {
  sections: DriftSections;
  /** Sections whose verdict is drift. */
  drifted: (keyof DriftSections)[];
  reference: DriftTable;
  current: DriftTable;
  warnings: string[];
}

/**
 * Judges whole tables: the model, its attributions, columns together, an embedding, texts. Of the columns that are left to
 * compare one by one, texts are their lengths, and embeddings and SHAP values are not there. The label, the prediction and
 * the score stay, but columns are compared together without them.
 *
 * @param o a label alone gives no section: it needs a prediction or a score, which it is compared with
 * @throws InputError for columns that are not there or of the wrong kind
 */
export function driftSections(
  reference: DriftTable,
  current: DriftTable,
  o: SectionOptions,
  settings: DriftOptions,
): SectionedTables {
  const { alpha, minN, seed, slices = [], time } = settings;
  const common = { alpha, minN, seed };
  const texts = o.text ?? [];
  const vectors = [
    ...(o.shap === undefined ? [] : attributionColumns(reference, current, o.shap)),
    ...(o.embedding === undefined ? [] : embeddingColumns(reference, current, o.embedding)),
  ];
  const scored = classScoreColumns(reference, current, o.classScores);
  const own = [o.prediction, o.score, o.label, ...scored].filter((name) => name !== undefined);
  const kept = (name: string): boolean =>
    !vectors.includes(name) && (!o.features || [...o.features, ...slices, ...own, ...texts, time].includes(name));
  const [before, after] = [reference, current].map(({ rows, columns }) => ({
    rows,
    columns: new Map([...columns].filter(([name]) => kept(name))),
  }));
  const together = commonFeatures(before, after).filter((name) => ![...own, ...texts, ...slices, time].includes(name));
  const { prediction, score, classScores, label, positive } = o;
  const isModel = prediction !== undefined || score !== undefined || classScores !== undefined;
  const sections: DriftSections = {
    ...(isModel
      ? { model: modelDrift(reference, current, { ...common, prediction, score, classScores, label, positive }) }
      : {}),
    ...(o.multivariate ? { multivariate: multivariateDrift(before, after, { ...common, features: together }) } : {}),
    ...(o.embedding === undefined
      ? {}
      : { embedding: embeddingDrift(reference, current, { ...common, prefix: o.embedding }) }),
    ...(o.shap === undefined
      ? {}
      : { attribution: attributionDrift(reference, current, { ...common, prefix: o.shap }) }),
    ...(texts.length > 0 ? { text: textDrift(reference, current, { ...common, columns: texts }) } : {}),
  };
  return {
    sections,
    drifted: driftedSections(sections),
    reference: textLengths(before, texts),
    current: textLengths(after, texts),
    warnings: (sections.model?.warnings ?? []).map((warning) => `model: ${warning}`),
  };
}

function driftedSections({ text, ...others }: DriftSections): (keyof DriftSections)[] {
  const names = (Object.keys(others) as (keyof typeof others)[]).filter((name) => others[name]?.verdict === "drift");
  return text?.some(({ verdict }) => verdict === "drift") ? [...names, "text"] : names;
}
