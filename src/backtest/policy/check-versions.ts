import { minVersion, parse, satisfies, validRange } from "semver";
import type { PolicyProblem } from "../types.js";
import type { ParsePolicyOptions } from "./parse-policy-options.js";
import { type PolicyUnderCheck, problem, quoted } from "./policy-check.js";

/** Whether a text is a version to the letter of semver 2.0.0: no leading "v", no blanks. */
export function isSemver(text: string): boolean {
  return parse(text) !== null && /^\d\S*$/.test(text);
}

function rangeProblems(side: "edge" | "cloud", range: string, running: string | undefined): PolicyProblem[] {
  const path = ["compat", side];
  if (validRange(range) === null) {
    return [problem(path, "semver", `${quoted(range)} is no range of versions; write e.g. ">=1.4.0 <3.0.0"`)];
  }
  if (minVersion(range) === null) {
    return [problem(path, "incompatible_version", `no version satisfies ${quoted(range)}; mend its limits`)];
  }
  if (running === undefined || satisfies(running, range)) return [];
  const message = `${side} ${running} does not satisfy ${quoted(range)}; widen the range or use another ${side} build`;
  return [problem(path, "incompatible_version", message)];
}

/** The version of the policy, and the versions of the software that it is for. */
export function checkVersions({ draft }: PolicyUnderCheck, options: ParsePolicyOptions): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const { version, compat } = draft;
  if (version !== undefined && !isSemver(version)) {
    problems.push(problem(["version"], "semver", `${quoted(version)} is no semantic version; write e.g. "2.3.1"`));
  }
  if (compat?.edge !== undefined) problems.push(...rangeProblems("edge", compat.edge, options.edgeVersion));
  if (compat?.cloud !== undefined) problems.push(...rangeProblems("cloud", compat.cloud, options.cloudVersion));
  return problems;
}
