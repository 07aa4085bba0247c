import type { CapacityPlan, SectionName } from "../../src/capacity/index.js";
import { type Cell, escapeMarkdown } from "../../src/report/index.js";

/** Head of a section: its title and one sentence (or two) that say what is to be concluded. Both are plain text. */
export function heading(id: string, title: string, conclusion: string): Cell {
  return { kind: "prose", id, markdown: `# ${escapeMarkdown(title)}\n\n${escapeMarkdown(conclusion)}` };
}

/** A paragraph of plain text: whatever it holds, it is shown as written. */
export function paragraph(id: string, text: string): Cell {
  return { kind: "prose", id, markdown: escapeMarkdown(text) };
}

/** The head of a section that the plan does not have, with the reason. */
export function absentSection(plan: CapacityPlan, section: SectionName, id: string, title: string): Cell[] {
  const reason = plan.absent.find((entry) => entry.section === section)?.reason ?? "its input was not given.";
  return [heading(id, title, `Not in this plan: ${reason}`)];
}
