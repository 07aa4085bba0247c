import type { GcReport } from "../../src/gc-reachability/index.js";

/** A word of a shell command; what could not be read off the page stays a name to fill in. */
function word(value: unknown, name: string): string {
  if (typeof value !== "string" || value === "" || /\p{C}/u.test(value)) return name;
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** The inputs of the plan as options, as they were given. */
function inputOptions({ createdFrom: { options } }: GcReport): string[] {
  const given = ["objects", "edges", "policy", "protections", "holds", "erasures"].flatMap((name) => {
    const values = [options[name] ?? []].flat();
    return values.map((value) => `--${name} ${word(value, name.toUpperCase())}`);
  });
  return [
    ...given,
    ...(options["allow_no_edges"] === true ? ["--allow-no-edges"] : []),
    ...(options["allow_unmatched"] === true ? ["--allow-unmatched"] : []),
  ];
}

/** The name of the first protection or hold, unless its commas would part it. */
function dropped({ top_roots: [root] }: GcReport): string {
  return root === undefined || root.name.includes(",") ? "NAME" : word(root.name, "NAME");
}

/** The commands that go with a plan, ready to copy but for folder, times and ids. */
export function commandsOf(result: GcReport): string {
  return `# before each phase, with these inputs exported anew; go on only at exit code 0
fleetlens gc verify --plan DIR --as-of NOW \\
  ${inputOptions(result).join(" \\\n  ")}

# why one object stays or goes; what goes when a protection or hold is dropped
fleetlens gc explain ID --plan DIR
fleetlens gc what-if --plan DIR --drop ${dropped(result)}

# from the next inventory; exit code 3: something went that was not planned
fleetlens gc reconcile --plan DIR --objects OBJECTS_AFTER --as-of NOW`;
}
