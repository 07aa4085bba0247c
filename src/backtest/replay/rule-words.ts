import type { Test, TruthRule } from "./truth.js";

/** Results of the rows of a block, one bit a row, from the lowest of a word up. */
export interface TruthWords {
  true: Int32Array;
  /** True or unknown; all ones after the last row. */
  notFalse: Int32Array;
}

/** The rules of a trigger and the words of a block. */
export interface RuleWords {
  /** Turns to the first `rows` rows of columns. NaN is missing. */
  load(columns: readonly Float64Array[], rows: number): void;
  /** What a rule says of them, worked out when first asked for. */
  of(rule: number): TruthWords;
}

/**
 * Works out rules for 32 rows at once, without branches, which noise would have the processor guess wrong.
 *
 * @param room most rows of a block
 */
export function createRuleWords(rules: readonly TruthRule[], room: number): RuleWords {
  const length = (room >> 5) + 1;
  const newWords = (): TruthWords => ({ true: new Int32Array(length), notFalse: new Int32Array(length) });
  const results = rules.map(() => ({ known: false, words: newWords() }));
  const present: { known: boolean; words: Int32Array }[] = [];
  const one = newWords();
  const scratch = new Int32Array(length);
  let columns: readonly Float64Array[] = [];
  let rows = 0;
  let words = 0;

  /** Which rows of a column have a value: an infinity or minus it is more than whatever is not NaN. */
  function presentIn(column: number): Int32Array {
    present[column] ??= { known: false, words: new Int32Array(length) };
    const { known, words: has } = present[column];
    if (known) return has;
    present[column].known = true;
    lessWords(columns[column], 1, Number.POSITIVE_INFINITY, rows, has);
    let all = -1;
    for (let k = 0; k < words; k++) all &= has[k];
    if (all === -1) return has;
    lessWords(columns[column], -1, Number.POSITIVE_INFINITY, rows, scratch);
    for (let k = 0; k < words; k++) has[k] |= scratch[k];
    return has;
  }

  /** Each comparison is "less than" or its opposite, of values or of their negatives: v <= x is not (-v < -x). */
  function compare({ column, op, value }: Test, out: TruthWords): void {
    const sign = op === "<" || op === ">=" ? 1 : -1;
    const opposite = op === "<=" || op === ">=" ? -1 : 0;
    const has = presentIn(column);
    lessWords(columns[column], sign, sign * value, rows, scratch);
    for (let k = 0; k < words; k++) {
      const passes = scratch[k] ^ opposite;
      out.true[k] = passes & has[k];
      out.notFalse[k] = passes | ~has[k];
    }
  }

  function evaluate(rule: TruthRule, { true: isTrue, notFalse }: TruthWords): void {
    isTrue.fill(rule.mode === "all" ? -1 : 0);
    notFalse.set(isTrue);
    for (const test of rule.tests) {
      compare(test, one);
      for (let k = 0; k < words; k++) {
        isTrue[k] = rule.mode === "all" ? isTrue[k] & one.true[k] : isTrue[k] | one.true[k];
        notFalse[k] = rule.mode === "all" ? notFalse[k] & one.notFalse[k] : notFalse[k] | one.notFalse[k];
      }
    }
    for (const guard of rule.hold) {
      compare(guard, one);
      for (let k = 0; k < words; k++) {
        isTrue[k] &= one.true[k];
        notFalse[k] |= ~one.true[k];
      }
    }
    for (const guard of rule.suppress) {
      compare(guard, one);
      for (let k = 0; k < words; k++) {
        isTrue[k] &= one.true[k];
        notFalse[k] &= one.true[k];
      }
    }
    if (rule.disabled) isTrue.fill(0);
    if (rule.disabled || rule.onMissing === "false") notFalse.set(isTrue);
    // What comes after the block may be true.
    notFalse[rows >> 5] |= -1 << (rows & 31);
  }

  return {
    load(next, count) {
      columns = next;
      rows = count;
      words = (count + 31) >> 5;
      for (const result of [...results, ...present]) if (result !== undefined) result.known = false;
    },
    of(rule) {
      const result = results[rule];
      if (!result.known) evaluate(rules[rule], result.words);
      result.known = true;
      return result.words;
    },
  };
}

/** Which of the first `rows` values, times `sign`, are less than x. */
function lessWords(values: Float64Array, sign: number, x: number, rows: number, out: Int32Array): void {
  const whole = rows & -32;
  for (let i = 0; i < whole; i += 32) {
    let word = 0;
    // Eight at a time: a loop over single bits waits for each of them.
    for (let j = 0; j < 32; j += 8) word |= eightLess(values, sign, x, i + j) << j;
    out[i >> 5] = word;
  }
  if (whole < rows) out[whole >> 5] = 0;
  for (let i = whole; i < rows; i++) out[whole >> 5] |= Number(sign * values[i] < x) << (i & 31);
}

function eightLess(values: Float64Array, sign: number, x: number, i: number): number {
  return (
    Number(sign * values[i] < x) |
    (Number(sign * values[i + 1] < x) << 1) |
    (Number(sign * values[i + 2] < x) << 2) |
    (Number(sign * values[i + 3] < x) << 3) |
    (Number(sign * values[i + 4] < x) << 4) |
    (Number(sign * values[i + 5] < x) << 5) |
    (Number(sign * values[i + 6] < x) << 6) |
    (Number(sign * values[i + 7] < x) << 7)
  );
}
