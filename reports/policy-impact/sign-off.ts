import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";
import type { Impact } from "./impact.js";

/** Inputs listed; the rest stands in metrics.json. */
const MOST_INPUTS = 40;

/** What a reviewer signs: exactly these bytes of a policy, on exactly these data. */
export function signOffSection({ result }: Impact): Cell[] {
  const { policy, policy_digest, baseline, createdFrom } = result;
  const policies = [policy_digest, ...(baseline ? [baseline.policy_digest] : [])];
  const named = (version: string, digest: string) => {
    const file = createdFrom.inputs.find(({ sha256 }) => sha256 === digest);
    return file ? `version ${version}, ${file.name}` : `version ${version}`;
  };
  const inputs = createdFrom.inputs.filter(({ sha256 }) => !policies.includes(sha256));
  const facts = [
    { what: "Policy", value: named(policy.version, policy_digest), digest: policy_digest },
    ...(baseline
      ? [{ what: "Baseline", value: named(baseline.version, baseline.policy_digest), digest: baseline.policy_digest }]
      : []),
    ...inputs.slice(0, MOST_INPUTS).map(({ name, sha256, rows }) => ({
      what: "Input",
      value: rows === null ? name : `${name}, ${counted(rows, "row")}`,
      digest: sha256,
    })),
  ];
  const left = inputs.length - MOST_INPUTS;
  return [
    heading(
      "sign-off",
      "Sign-off",
      "Signing approves exactly the policy with this digest, on the evidence of this report. Sign its file by fleetlens policy sign, and check it by fleetlens policy verify before it is deployed.",
    ),
    {
      kind: "table",
      id: "sign-off-evidence",
      caption: `What is signed, and on what.${left > 0 ? ` ${left} more inputs stand in metrics.json.` : ""}`,
      columns: [
        { name: "what", label: "What", format: "text" },
        { name: "value", label: "Which", format: "text" },
        { name: "digest", label: "SHA-256", format: "text" },
      ],
      rows: facts,
    },
    {
      kind: "table",
      id: "sign-off-names",
      caption: "To be filled in by hand.",
      columns: [
        { name: "role", label: "Role", format: "text" },
        { name: "name", label: "Name", format: "text" },
        { name: "decision", label: "Decision", format: "text" },
        { name: "date", label: "Date", format: "text" },
      ],
      rows: ["Author", "Safety reviewer", "Release owner"].map((role) => ({
        role,
        name: null,
        decision: null,
        date: null,
      })),
    },
  ];
}
