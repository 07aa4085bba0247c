import type { Command } from "commander";
import type { SectionOptions } from "../../drift/drift-sections.js";
import { columnNames } from "./column-names.js";

/** Adds the options that look at whole tables. */
export function addModelOptions(command: Command): Command {
  return command
    .option("--multivariate", "also compare all features together: domain classifier and MMD")
    .option("--prediction <column>", "column of predicted classes: performance, calibration, confusion matrix")
    .option(
      "--score <column>",
      "column of the probability of the positive class (of the prediction, if classes are many)",
    )
    .option(
      "--class-scores <prefix>",
      "columns <prefix><class> of the probability of each of several classes: macro F1 is estimated too",
    )
    .option("--label <column>", "column of true classes; the current rows may not have it yet")
    .option("--positive <level>", "the positive of two classes (default: 1, true or yes)")
    .option("--shap <prefix>", "columns of SHAP values, by what their names begin with: attribution drift")
    .option(
      "--embedding <prefix>",
      "columns <prefix>0, <prefix>1, … of an embedding, or one column of vectors: drift of them together",
    )
    .option("--text <columns>", "columns of text, separated by commas: length, and share of new words", columnNames);
}

/** Those of the options that were given, for the file. */
export function modelSettings(o: SectionOptions): Record<string, string | readonly string[] | boolean> {
  const { prediction, score, classScores, label, positive, shap, embedding, text, multivariate } = o;
  const all = { prediction, score, classScores, label, positive, shap, embedding, text, multivariate };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof modelSettings
  >;
}

/**
 * Columns to read when `--features` names those to compare: these and the model's. All (undefined) where a prefix is to be
 * looked up.
 */
export function columnsToRead(
  features: readonly string[] | undefined,
  { prediction, score, classScores, label, text = [], shap, embedding }: SectionOptions,
): readonly string[] | undefined {
  if (!features || [shap, embedding, classScores].some((prefix) => prefix !== undefined)) return undefined;
  return [...new Set([...features, ...text, ...[prediction, score, label].filter((name) => name !== undefined)])];
}
