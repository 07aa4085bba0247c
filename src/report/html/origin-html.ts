import { formatScalar, withUnit } from "../number-format.js";
import type { Report } from "../types.js";
import { escapeHtml } from "./escape-html.js";

/** Where the report comes from: its parameters, its inputs and the program that made it. Empty when nothing is known. */
export function originHtml({ parameters = [], provenance }: Report): string {
  if (parameters.length === 0 && !provenance) return "";
  const pair = (name: string, value: string) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`;
  const facts = [
    ...parameters.map(({ name, value, unit }) => pair(name, withUnit(formatScalar(value), unit))),
    ...(provenance ? [pair("Made by", `${provenance.tool} ${provenance.version}`)] : []),
    ...(provenance?.seed === undefined ? [] : [pair("Seed", String(provenance.seed))]),
  ];
  const inputs = (provenance?.inputs ?? []).map(
    ({ name, sha256, rows }) =>
      `<li><span class="input">${escapeHtml(name)}</span>, ${formatScalar(rows, "integer")} rows<br><span class="hash">SHA-256 ${escapeHtml(sha256)}</span></li>`,
  );
  return [
    '<section class="origin" aria-labelledby="fleetlens-origin"><h2 id="fleetlens-origin">How this report was made</h2>',
    facts.length > 0 ? `<dl class="facts">${facts.join("")}</dl>` : "",
    inputs.length > 0 ? `<p>Made from:</p><ul class="inputs">${inputs.join("")}</ul>` : "",
    "</section>",
  ].join("");
}
