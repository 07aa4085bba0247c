import { z } from "zod";
import { normalTwoSided, twoSidedZ } from "../../core/distributions.js";
import { createRandom, type Random } from "../../core/random.js";
import { shuffleStart } from "../choose-rows.js";
import { type DatasetFinding, DatasetJudgementSchema, judgeSection } from "../dataset-judgement.js";
import { type DriftInput, driftTable } from "../drift-table.js";
import { DEFAULT_DRIFT_OPTIONS } from "../types.js";
import { textColumnOf } from "./text-lengths.js";
import { tokens } from "./tokens.js";

export interface TextOptions {
  /** Columns of text. */
  columns: readonly string[];
  /** Least rise of the share of unknown words that counts as drift, default 0.05. */
  threshold?: number;
  alpha?: number;
  minN?: number;
  seed?: number;
}

export const DEFAULT_TEXT_OPTIONS = Object.freeze({
  threshold: 0.05,
  alpha: DEFAULT_DRIFT_OPTIONS.alpha,
  minN: DEFAULT_DRIFT_OPTIONS.minN,
  seed: DEFAULT_DRIFT_OPTIONS.seed,
});

const Count = z.int().nonnegative();
const Share = z
  .object({ value: z.number().nullable(), lower: z.number().nullable(), upper: z.number().nullable() })
  .describe("interval at level 1 − alpha, texts drawn as wholes");

export const TextDriftSchema = z.object({
  column: z.string(),
  n_reference: Count.describe("texts that are not missing"),
  n_current: Count,
  tokens_reference: Count,
  tokens_current: Count,
  vocabulary: Count.describe("different words of the reference"),
  oov: Share.describe("share of the current words that the reference does not have"),
  expected: Share.describe("share of the words of half of the reference's texts that the other half does not have"),
  observed: Share.describe("share of the current words that this other half does not have"),
  new_tokens: z
    .array(z.object({ token: z.string(), count: Count }))
    .describe("the 20 most frequent words that the reference does not have"),
  ...DatasetJudgementSchema.shape,
});

/** New words in a column of text. */
export type TextDrift = z.infer<typeof TextDriftSchema>;

/**
 * Out-of-vocabulary share of text columns: how many of the current words the reference does not have.
 *
 * A fresh sample of the same texts has new words too, so the share alone says nothing. Half of the reference's texts (a
 * seeded choice) gives a vocabulary; what the other half lacks of it is `expected`, what the current texts lack of it is
 * `observed`, and the effect is their difference. Words of one text hang together, so texts are the units of its standard
 * error. p-values (of a rise) are adjusted over the columns.
 *
 * @throws InputError for a column that is not there or holds no text
 * @example textDrift(reference, current, { columns: ["comment"] })[0].oov // { value: 0.08, lower: 0.06, upper: 0.1 }
 */
export function textDrift(reference: DriftInput, current: DriftInput, options: TextOptions): TextDrift[] {
  const o = { ...DEFAULT_TEXT_OPTIONS, ...options };
  const [before, after] = [driftTable(reference, "reference"), driftTable(current, "current")];
  const random = createRandom(o.seed).child("text");
  const found = o.columns.map((name) => {
    const [was, is] = [documents(textColumnOf(before, name)), documents(textColumnOf(after, name))];
    return columnOf(name, was, is, o, random.child(name));
  });
  const judged = judgeSection(
    found.map(({ finding }) => finding),
    o.alpha,
  );
  return found.map(({ facts }, i) => ({ ...facts, ...judged[i] }));
}

/** Words of each text; texts that are equal share one list. */
function documents({ codes, levels }: { codes: Int32Array; levels: readonly string[] }): string[][] {
  const split = new Map<number, string[]>();
  const texts: string[][] = [];
  for (const code of codes) {
    if (code < 0) continue;
    let words = split.get(code);
    if (!words) {
      words = tokens(levels[code]);
      split.set(code, words);
    }
    texts.push(words);
  }
  return texts;
}

function columnOf(
  column: string,
  was: readonly string[][],
  is: readonly string[][],
  o: Required<TextOptions>,
  random: Random,
) {
  const order = Int32Array.from(was.keys());
  shuffleStart(order, order.length, random);
  const half = order.length >> 1;
  const pick = (rows: Int32Array): string[][] => Array.from(rows, (i) => was[i]);
  const [known, fresh] = [pick(order.slice(0, half)), pick(order.slice(half))];
  const vocabulary = new Set(was.flat());
  const halfVocabulary = new Set(known.flat());
  const expected = unknownShare(fresh, halfVocabulary);
  const observed = unknownShare(is, halfVocabulary);
  const z2 = twoSidedZ(1 - o.alpha);
  const withInterval = ({ value, variance }: UnknownShare) => {
    const half = z2 * Math.sqrt(variance);
    return value === null
      ? { value, lower: null, upper: null }
      : { value, lower: Math.max(0, value - half), upper: Math.min(1, value + half) };
  };
  const facts = {
    column,
    n_reference: was.length,
    n_current: is.length,
    tokens_reference: wordCount(was),
    tokens_current: wordCount(is),
    vocabulary: vocabulary.size,
    oov: withInterval(unknownShare(is, vocabulary)),
    expected: withInterval(expected),
    observed: withInterval(observed),
    new_tokens: newTokens(is, vocabulary),
  };
  return { facts, finding: findingOf(expected, observed, o, Math.min(was.length, is.length) >= Math.max(4, o.minN)) };
}

function findingOf(
  expected: UnknownShare,
  observed: UnknownShare,
  { alpha, threshold }: Required<TextOptions>,
  enough: boolean,
): DatasetFinding {
  const effect = { name: "oov_rise", value: null, lower: null, upper: null, threshold };
  if (expected.value === null || observed.value === null) return { name: "oov_z", p: null, effect, enough };
  const value = observed.value - expected.value;
  const se = Math.sqrt(expected.variance + observed.variance);
  const half = twoSidedZ(1 - alpha) * se;
  const tail = se > 0 ? normalTwoSided(value / se) / 2 : 0;
  return {
    name: "oov_z",
    p: value > 0 ? tail : 1 - tail,
    effect: { ...effect, value, lower: value - half, upper: value + half },
    enough,
  };
}

interface UnknownShare {
  /** Null without words. */
  value: number | null;
  variance: number;
}

/** Share of words that a vocabulary lacks, with the variance of a ratio over texts as units. */
function unknownShare(texts: readonly string[][], vocabulary: ReadonlySet<string>): UnknownShare {
  const unknown = texts.map((words) => words.filter((word) => !vocabulary.has(word)).length);
  const all = wordCount(texts);
  if (all === 0) return { value: null, variance: 0 };
  const value = unknown.reduce((sum, count) => sum + count, 0) / all;
  const squares = texts.reduce((sum, words, i) => sum + (unknown[i] - value * words.length) ** 2, 0);
  return { value, variance: (squares / all ** 2) * (texts.length / Math.max(1, texts.length - 1)) };
}

const wordCount = (texts: readonly string[][]): number => texts.reduce((sum, words) => sum + words.length, 0);

function newTokens(texts: readonly string[][], vocabulary: ReadonlySet<string>) {
  const counts = new Map<string, number>();
  for (const words of texts) {
    for (const word of words) if (!vocabulary.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts]
    .map(([token, count]) => ({ token, count }))
    .sort((a, b) => b.count - a.count || (a.token < b.token ? -1 : 1))
    .slice(0, 20);
}
