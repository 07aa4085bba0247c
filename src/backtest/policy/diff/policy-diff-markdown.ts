import type { PolicyChange, PolicyDiff } from "./policy-diff-schema.js";

const WORDS = Object.freeze({
  more: "more events",
  less: "fewer events",
  unclear: "unclear",
  none: "no change of events",
});
const LONGEST = 160;

/** Text that no reader of Markdown takes for a mark, a link or an end of the cell. */
function plain(text: string): string {
  const oneLine = text.replace(/\s+/g, " ");
  const short = oneLine.length > LONGEST ? `${oneLine.slice(0, LONGEST)}…` : oneLine;
  return short.replace(/[\\`*_{}[\]<>()#+!|~&-]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

function value(of: PolicyChange["before"], { kind, key }: PolicyChange, side: "before" | "after"): string {
  if (of === null) return key === null && (kind === "added") === (side === "before") ? "" : "none";
  return plain(typeof of === "string" ? of : JSON.stringify(of));
}

/** A change log as Markdown: for the reviewer of a pull request. */
export function policyDiffMarkdown(diff: PolicyDiff): string {
  const { changes, step, warnings } = diff;
  const count = (sensitivity: PolicyChange["sensitivity"]) =>
    `${changes.filter((change) => change.sensitivity === sensitivity).length} ${WORDS[sensitivity]}`;
  const head = [
    `# Policy ${plain(diff.before)} → ${plain(diff.after)}`,
    "",
    `Version step: ${step.made}; the changes call for: ${step.called_for}.`,
    ...warnings.flatMap((warning) => ["", `**Warning:** ${plain(warning)}`]),
    "",
  ];
  if (changes.length === 0) return `${[...head, "Nothing else has changed."].join("\n")}\n`;
  const counts = (["more", "less", "unclear", "none"] as const).map(count).join(", ");
  const rows = changes.map((change) => {
    const what = `${change.subject} ${plain(change.name)}${change.key === null ? "" : `: ${plain(change.key)}`}`;
    const values = [value(change.before, change, "before"), value(change.after, change, "after")];
    return `| ${[change.kind, what, ...values, WORDS[change.sensitivity], change.calls_for].join(" | ")} |`;
  });
  const table = ["| | what | before | after | effect | calls for |", "| --- | --- | --- | --- | --- | --- |", ...rows];
  return `${[...head, `${changes.length} changes: ${counts}.`, "", ...table].join("\n")}\n`;
}
