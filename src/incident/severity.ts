/**
 * Seconds within which an incident must be acknowledged, by severity. P1 to P4 are SEV1 to SEV4; P0 and SEV0, which some
 * houses put above, are held to the strictest limit.
 */
export const RESPONSE_LIMIT_SECONDS: Readonly<Record<string, number>> = Object.freeze({
  SEV0: 300,
  SEV1: 300,
  SEV2: 900,
  SEV3: 3600,
  SEV4: 28_800,
  P0: 300,
  P1: 300,
  P2: 900,
  P3: 3600,
  P4: 28_800,
});

/** A severity by one spelling: `sev-1` and `Severity 1` are SEV1, `p1` is P1; any other name stays as it is, trimmed. */
export function severityName(text: string): string {
  const known = /^(?:(sev(?:erity)?)|p(?:riority)?)[\s_-]*(\d)$/i.exec(text.trim());
  if (!known) return text.trim();
  return `${known[1] ? "SEV" : "P"}${known[2]}`;
}
