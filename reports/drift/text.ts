import type { DriftFile } from "../../src/drift/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed } from "../capacity-plan/words.js";
import { cell, type Estimate, estimateWords, hundredfold, shareWords } from "../estimate-words.js";
import { distinctNames } from "../gc/distinct-names.js";
import { intervalChart } from "../interval-chart.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";

type TextColumn = NonNullable<DriftFile["text"]>[number];

/** Columns drawn, and columns and words told one by one. */
const MOST_DRAWN = 15;
const TOLD = 6;

const inPercent = ({ value, lower, upper }: Estimate): Estimate => ({
  value: hundredfold(value),
  lower: hundredfold(lower),
  upper: hundredfold(upper),
});

function conclusion(text: readonly TextColumn[]): string {
  const drifted = text.filter(({ verdict }) => verdict === "drift");
  const among = counted(text.length, "column");
  if (drifted.length === 0) {
    const open = text.filter(({ verdict }) => verdict === "inconclusive").length;
    const rest = open > 0 ? ` ${counted(open, "column")} cannot be told with these texts.` : "";
    return `None of ${among} of text has more unknown words than fresh texts of the reference would have.${rest}`;
  }
  const [first] = [...drifted].sort((a, b) => (b.effect.value ?? 0) - (a.effect.value ?? 0));
  return `In ${figure(drifted.length)} of ${among} of text more words are unknown than in fresh texts of the reference, most of all in ${first.column}: ${estimateWords(first.observed, shareWords)} where ${estimateWords(first.expected, shareWords)} would be expected.`;
}

const perText = (tokens: number, texts: number): number | null => (texts === 0 ? null : cell(tokens / texts));

function newWords({ column, new_tokens }: TextColumn): string {
  if (new_tokens.length === 0) return "";
  const shown = new_tokens.slice(0, TOLD).map(({ token, count }) => `${token} (${figure(count)})`);
  return `${column}: words that the reference does not have, the most frequent first: ${listed(shown)}.`;
}

/** Unknown words and lengths of columns of text. */
export function textSection({ text }: DriftFile): Cell[] {
  if (!text || text.length === 0) return [];
  const drawn = text.filter(({ observed }) => observed.value !== null).slice(0, MOST_DRAWN);
  const names = distinctNames(drawn.map(({ column }) => column));
  const fewer = text.length > drawn.length ? ` ${figure(drawn.length)} of ${figure(text.length)} columns.` : "";
  return [
    heading("text", "Do the texts use other words?", conclusion(text)),
    ...(drawn.length === 0
      ? []
      : [
          {
            kind: "chart" as const,
            id: "text-unknown",
            alt: `Unknown words in ${counted(drawn.length, "column")}: ${drawn[0].column} ${estimateWords(drawn[0].observed, shareWords)}, expected ${estimateWords(drawn[0].expected, shareWords)}.`,
            caption: `Words that half of the reference's texts do not have: in the other half (expected), and now.${fewer}`,
            spec: intervalChart({
              title: "Unknown words by column",
              rows: drawn.flatMap(({ expected, observed }, i) => [
                { name: `${names[i]}, expected`, ...inPercent(expected) },
                { name: `${names[i]}, now`, ...inPercent(observed) },
              ]),
              xTitle: "Unknown words",
              unit: "%",
            }),
          },
        ]),
    {
      kind: "table",
      id: "text-table",
      caption: `Unknown: words that no text of the reference has. Rise: against fresh texts of the reference.${leftOutWords(text.length)}`,
      columns: [
        { name: "column", label: "Column", format: "text" },
        { name: "verdict", label: "Verdict", format: "text" },
        { name: "unknown", label: "Unknown", format: "percent" },
        { name: "rise", label: "Rise", format: "percent" },
        { name: "threshold", label: "Threshold", format: "percent" },
        { name: "p", label: "Adjusted p" },
        { name: "before", label: "Words a text before" },
        { name: "now", label: "Words a text now" },
        { name: "vocabulary", label: "Vocabulary before", format: "integer" },
        { name: "texts", label: "Texts now", format: "integer" },
      ],
      rows: text.slice(0, MOST_ROWS).map((one) => ({
        ...{ column: one.column, verdict: one.verdict, vocabulary: one.vocabulary, texts: one.n_current },
        unknown: cell(one.oov.value),
        rise: cell(one.effect.value),
        threshold: one.effect.threshold,
        p: cell(one.test.p_adjusted),
        before: perText(one.tokens_reference, one.n_reference),
        now: perText(one.tokens_current, one.n_current),
      })),
    },
    ...bullets("text-words", text.slice(0, TOLD).map(newWords)),
  ];
}
