import { InputError } from "../../core/errors.js";
import type { Policy, PolicyProblem } from "../types.js";
import { buildPolicy } from "./build-policy.js";
import { checkGeofences } from "./check-geofences.js";
import { checkMapLayers } from "./check-map-layers.js";
import { checkOverrideConflicts } from "./check-override-conflicts.js";
import { checkSignals } from "./check-signals.js";
import { checkTriggers } from "./check-triggers.js";
import { checkVersions, isSemver } from "./check-versions.js";
import { inDocumentOrder } from "./document-order.js";
import { pathOf, pointer } from "./json-pointer.js";
import { DEFAULT_PARSE_POLICY_OPTIONS, type ParsePolicyOptions } from "./parse-policy-options.js";
import { type PolicyUnderCheck, problem } from "./policy-check.js";
import { policyDraft } from "./policy-draft.js";
import { PolicySchema } from "./policy-schema.js";
import { readYaml } from "./read-yaml.js";
import { schemaProblems } from "./schema-problems.js";
import { valueAt } from "./value-at.js";

/** A policy, or everything that is wrong with it. */
export type ParsedPolicyResult = { ok: true; policy: Policy } | { ok: false; errors: PolicyProblem[] };

/**
 * Reads a policy of triggers and maps (`fleetlens.policy/1`) from YAML or JSON. Hostile text is safe to read. All problems
 * are found in one go, in the order of the file; those of the YAML itself hide the others.
 *
 * @returns the policy with its defaults, its overrides in full and its times in epoch ms; or the problems, each with the
 * JSON Pointer of what is at fault
 * @throws InputError for an option that is no version
 * @example
 * const parsed = parsePolicy(text, { edgeVersion: "1.9.2" });
 * if (!parsed.ok) for (const { path, code, message } of parsed.errors) console.error(path, code, message);
 */
export function parsePolicy(
  text: string,
  options: ParsePolicyOptions = DEFAULT_PARSE_POLICY_OPTIONS,
): ParsedPolicyResult {
  for (const key of ["edgeVersion", "cloudVersion"] as const) {
    const version = options[key];
    if (version === undefined || isSemver(version)) continue;
    throw new InputError(`${key} must be a semantic version such as 1.9.2, got "${version}"`, { [key]: version });
  }
  const { value, problems } = readYaml(text);
  if (value === undefined) return { ok: false, errors: problems };
  const parsed = PolicySchema.safeParse(value);
  // What the YAML itself refuses is told once.
  const told = new Set(problems.map(({ path }) => path));
  const others = findProblems(value, parsed.error?.issues ?? [], options).filter(({ path }) => !told.has(path));
  const errors = [...problems, ...others];
  if (parsed.success && errors.length === 0) return { ok: true, policy: buildPolicy(parsed.data) };
  return { ok: false, errors: inDocumentOrder(errors, value) };
}

/** Nothing at all is more likely a slip than a policy. */
function checkContent({ value }: PolicyUnderCheck): PolicyProblem[] {
  const isThere = ["triggers", "map_layers"].some((key) => valueAt(value, [key]) !== undefined);
  return isThere ? [] : [problem(["triggers"], "schema", "missing; give triggers, map_layers, or both")];
}

type Issues = Parameters<typeof schemaProblems>[0];

function findProblems(value: unknown, issues: Issues, options: ParsePolicyOptions): PolicyProblem[] {
  const ofSchema = schemaProblems(issues, value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return ofSchema;
  const broken = new Set(
    ofSchema.flatMap(({ path }) => pathOf(path).map((_, i, parts) => pointer(parts.slice(0, i + 1)))),
  );
  const isSound: PolicyUnderCheck["isSound"] = (path) => !broken.has(pointer(path));
  const file: PolicyUnderCheck = { value, draft: policyDraft(value, issues), isSound };
  const { ranges, problems } = checkSignals(file);
  return [
    ...ofSchema,
    ...checkContent(file),
    ...checkVersions(file, options),
    ...problems,
    ...checkGeofences(file),
    ...checkTriggers(file, ranges),
    ...checkOverrideConflicts(file),
    ...checkMapLayers(file),
  ];
}
