import { gt, lt, parse } from "semver";
import type { PolicyDiff, VersionStep } from "./policy-diff-schema.js";

const STEPS: readonly VersionStep[] = ["none", "patch", "minor", "major"];

/** The greatest of several steps. */
export function greatestStep(steps: readonly VersionStep[]): VersionStep {
  return STEPS[Math.max(0, ...steps.map((step) => STEPS.indexOf(step)))];
}

/**
 * The step from one version to another against the one that is called for. Below 1.0.0 a minor step may hold anything, and
 * so may any step that follows a prerelease.
 */
export function versionStep(before: string, after: string, calledFor: VersionStep): PolicyDiff["step"] {
  const [old, now] = [parse(before), parse(after)];
  const levels = ["major", "minor", "patch"] as const;
  const level = levels.find((key) => old?.[key] !== now?.[key]) ?? "prerelease";
  const made = lt(after, before) ? "lowered" : gt(after, before) ? level : "none";
  const needed = old?.major === 0 && calledFor === "major" ? "minor" : calledFor;
  const isRaised = made !== "lowered" && made !== "none";
  const isFree = isRaised && (old?.prerelease.length ?? 0) > 0;
  const enough =
    needed === "none"
      ? made !== "lowered"
      : isFree || (isRaised && STEPS.indexOf(made as VersionStep) >= STEPS.indexOf(needed));
  return { made, called_for: calledFor, enough };
}
