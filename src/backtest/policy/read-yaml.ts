import { isAlias, isMap, isSeq, type Node, parseDocument, type YAMLError } from "yaml";
import type { PolicyProblem } from "../types.js";
import { type Path, pointer } from "./json-pointer.js";

/** Characters of the largest policy that is read: some ten thousand fences. */
const MOST_CHARACTERS = 1 << 23;
/** Values of the largest policy, once its aliases are written out. */
const MOST_VALUES = 2_000_000;
const MOST_ALIASES = 100;
/** One mistake of syntax makes others after it. */
const MOST_SYNTAX_PROBLEMS = 20;

const whole = (message: string): PolicyProblem => ({ path: "", code: "schema", message });

function syntaxProblem(error: YAMLError): PolicyProblem {
  const at = error.linePos?.[0];
  const what = error.message.split("\n")[0].replace(/ at line \d+, column \d+:?$/, "");
  return whole(at ? `line ${at.line}, column ${at.col}: ${what}` : what);
}

/** Keys that a mapping has twice, and those that no object should have. */
function* keyProblems(node: unknown, path: Path): Generator<PolicyProblem> {
  if (isSeq(node)) for (const [i, item] of node.items.entries()) yield* keyProblems(item, [...path, i]);
  if (!isMap(node)) return;
  const seen = new Set<string>();
  for (const pair of node.items) {
    const key = String(pair.key);
    const here = [...path, key];
    if (key === "__proto__") yield { path: pointer(here), code: "schema", message: "this name is not allowed" };
    if (seen.has(key)) {
      const code = path.length === 1 && path[0] === "signals" ? "duplicate_id" : "schema";
      yield { path: pointer(here), code, message: `"${key}" is given twice; keep one` };
    }
    seen.add(key);
    yield* keyProblems(pair.value as Node, here);
  }
}

/** Whether a value holds more than so many others; what aliases share counts each time. */
function isLarger(value: unknown, most: number): boolean {
  const open = [value];
  for (let count = 0; open.length > 0; count++) {
    if (count + open.length > most) return true;
    const next = open.pop();
    if (typeof next === "object" && next !== null) for (const child of Object.values(next)) open.push(child);
  }
  return false;
}

/**
 * Value of hostile YAML (or JSON): one document of YAML 1.2's core schema without tags of other kinds; keys are texts, none
 * twice; aliases cannot make it much larger.
 *
 * @returns `value` is undefined where there is none
 */
export function readYaml(text: string): { value?: unknown; problems: PolicyProblem[] } {
  if (text.length > MOST_CHARACTERS) {
    const limit = `${MOST_CHARACTERS} characters`;
    return { problems: [whole(`the file has more than ${limit}; use simpler polygons or several policies`)] };
  }
  try {
    const document = parseDocument(text, {
      schema: "core",
      resolveKnownTags: false,
      stringKeys: true,
      uniqueKeys: false,
      logLevel: "error",
    });
    const faults = [...document.errors, ...document.warnings];
    if (faults.length > 0) return { problems: faults.slice(0, MOST_SYNTAX_PROBLEMS).map(syntaxProblem) };
    if (document.contents === null) return { problems: [whole("the file is empty; docs/policy.md shows a policy")] };
    const problems = isAlias(document.contents) ? [] : [...keyProblems(document.contents, [])];
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    if (!isLarger(value, MOST_VALUES)) return { value, problems };
    return { problems: [whole(`the file has more than ${MOST_VALUES} values once its aliases are written out`)] };
  } catch (error) {
    if (error instanceof RangeError) return { problems: [whole("values lie too deep in each other")] };
    // Aliases that are too many, or of nothing.
    if (error instanceof ReferenceError)
      return { problems: [whole(`${error.message}; write out what aliases stand for`)] };
    throw error;
  }
}
