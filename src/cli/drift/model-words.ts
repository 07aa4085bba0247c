import type { DriftSections } from "../../drift/section-schema.js";
import { digits } from "./drift-text.js";

interface Judged {
  effect: { value: number | null; lower: number | null; upper: number | null; threshold: number };
  verdict: string;
}

const CALIBRATION = Object.freeze({ ece: "expected calibration error", brier: "Brier score" });

const judged = (what: string, { effect, verdict }: Judged): string =>
  `${what} ${digits(effect.value)} [${digits(effect.lower)}, ${digits(effect.upper)}], threshold ${effect.threshold}: ${verdict}`;

/** What a person reads of the sections, a line each. */
export function modelWords({ model, multivariate, embedding, attribution, text }: DriftSections): string[] {
  const lines: string[] = [];
  for (const { name, reference, estimated, lower, upper, realised, verdict } of model?.performance?.metrics ?? []) {
    const truth = realised === null ? "" : `, realised ${digits(realised)}`;
    lines.push(
      `model: ${name} ${digits(reference)} in the reference, now estimated ${digits(estimated)} [${digits(lower)}, ${digits(upper)}]${truth}: ${verdict}`,
    );
  }
  for (const { name, change, verdict } of model?.calibration?.changes ?? []) {
    const { value, lower, upper } = change;
    lines.push(
      `model: ${CALIBRATION[name]} changed by ${digits(value)} [${digits(lower)}, ${digits(upper)}]: ${verdict}`,
    );
  }
  for (const [name, section] of [["all features", multivariate] as const, ["embedding", embedding] as const]) {
    if (!section) continue;
    const first = section.classifier.importance.slice(0, 3).map(({ feature }) => feature);
    const tells = section.classifier.verdict === "drift" && first.length > 0 ? `, most by ${first.join(", ")}` : "";
    lines.push(`${judged(`${name}: AUC of a domain classifier`, section.classifier)}${tells}`);
    lines.push(judged(`${name}: MMD`, section.mmd));
  }
  if (attribution) lines.push(judged("attributions: L1 shift", attribution));
  for (const entry of text ?? []) {
    lines.push(judged(`${entry.column}: rise of the share of new words`, entry));
  }
  return lines;
}
