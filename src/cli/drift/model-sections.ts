import { InputError } from "../../core/errors.js";
import type { DriftOptions, DriftTable } from "../../drift/index.js";
import { attributionColumns, attributionDrift } from "../../drift/model/attribution-drift.js";
import { modelDrift } from "../../drift/model/model-drift.js";
import { embeddingColumns, embeddingDrift } from "../../drift/multivariate/embedding-drift.js";
import { commonFeatures } from "../../drift/multivariate/encode-features.js";
import { multivariateDrift } from "../../drift/multivariate/multivariate-drift.js";
import type { DriftSections } from "../../drift/section-schema.js";
import { textDrift } from "../../drift/text/text-drift.js";
import { textLengths } from "../../drift/text/text-lengths.js";
import type { ModelCommandOptions } from "./model-options.js";
import { modelWords } from "./model-words.js";

/** What the options for whole tables ask for, and the tables whose single columns are left to compare. */
export interface ModelSections {
  sections: DriftSections;
  /** Sections whose verdict is drift. */
  drifted: (keyof DriftSections)[];
  reference: DriftTable;
  current: DriftTable;
  warnings: string[];
  /** What a person reads of the sections. */
  lines: string[];
}

/**
 * Judges whole tables: the model, its attributions, columns together, an embedding, texts. Of the columns that are left to
 * compare one by one, texts are their lengths, and embeddings and SHAP values are not there. The label, the prediction and
 * the score stay, but columns are compared together without them.
 *
 * @throws InputError for columns that are not there or of the wrong kind
 */
export function modelSections(
  reference: DriftTable,
  current: DriftTable,
  o: ModelCommandOptions & { features?: readonly string[] },
  settings: DriftOptions,
): ModelSections {
  if (o.label !== undefined && o.prediction === undefined && o.score === undefined) {
    throw new InputError("--label needs --prediction or --score, which it is compared with", { option: "label" });
  }
  const { alpha, minN, seed, slices = [], time } = settings;
  const common = { alpha, minN, seed };
  const texts = o.text ?? [];
  const vectors = [
    ...(o.shap === undefined ? [] : attributionColumns(reference, current, o.shap)),
    ...(o.embedding === undefined ? [] : embeddingColumns(reference, current, o.embedding)),
  ];
  const own = [o.prediction, o.score, o.label].filter((name) => name !== undefined);
  const kept = (name: string): boolean =>
    !vectors.includes(name) && (!o.features || [...o.features, ...slices, ...own, ...texts, time].includes(name));
  const [before, after] = [reference, current].map(({ rows, columns }) => ({
    rows,
    columns: new Map([...columns].filter(([name]) => kept(name))),
  }));
  const together = commonFeatures(before, after).filter((name) => ![...own, ...texts, ...slices, time].includes(name));
  const { prediction, score, label, positive } = o;
  const isModel = prediction !== undefined || score !== undefined;
  const sections: DriftSections = {
    ...(isModel ? { model: modelDrift(reference, current, { ...common, prediction, score, label, positive }) } : {}),
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
    lines: modelWords(sections),
  };
}

function driftedSections({ text, ...others }: DriftSections): (keyof DriftSections)[] {
  const names = (Object.keys(others) as (keyof typeof others)[]).filter((name) => others[name]?.verdict === "drift");
  return text?.some(({ verdict }) => verdict === "drift") ? [...names, "text"] : names;
}
