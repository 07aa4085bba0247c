import { SEVERITY_WORDS } from "../severity.js";
import type { WarningCell } from "../types.js";
import { escapeHtml } from "./escape-html.js";

/** A warning as a note that names its severity. */
export function noteHtml({ id, severity, message }: WarningCell): string {
  const word = SEVERITY_WORDS[severity];
  return `<div class="cell note ${severity}" id="${escapeHtml(id)}" role="note" aria-label="${word}"><p><strong>${word}.</strong> ${escapeHtml(message)}</p></div>`;
}
