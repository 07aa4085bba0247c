import { type Command, InvalidArgumentError, Option } from "commander";
import { POLICIES, type Policy } from "../../binpack/policy-names.js";
import type { BinpackCommandOptions } from "../binpack/command-options.js";
import { action, integer, positive } from "../frame.js";

const EXAMPLES = `
Examples:
  fleetlens binpack --nodes nodes.csv --pods pods.csv --out placements.parquet --metrics m.json
  fleetlens binpack --nodes nodes.csv --pods pods.csv --policy fgd --order shuffle --inflate 1.3 --out placements.parquet
  fleetlens binpack --nodes nodes.csv --pods pods.csv --pending queue.csv --migrations 20 --out placements.parquet
  fleetlens binpack --nodes nodes.csv --pods pods.csv --catalog catalog.json --out placements.parquet

Placements: seq, pod, node, gpu_ids, status, reason; one row a pod, in the order of arrival. Beside them (out.parquet):
out.defrag.json with --migrations, out.whatif.json with --catalog, out.replaced.json with --replace-node.
docs/binpack.md has the columns of nodes and pods, and the catalogue.`;

function share(text: string): number {
  const value = positive(text);
  if (value > 1) throw new InvalidArgumentError("expected a share in (0, 1].");
  return value;
}

function policies(text: string): Policy[] {
  return text.split(",").map((name) => {
    const known = POLICIES.find((policy) => policy === name.trim());
    if (!known) throw new InvalidArgumentError(`expected some of ${POLICIES.join(", ")}, got "${name}".`);
    return known;
  });
}

/** `fleetlens binpack`: which pod goes on which node and GPUs. */
export function registerBinpack(program: Command): void {
  const command = program
    .command("binpack")
    .description("Place pods on GPU nodes: by a scheduler's policy, or as well as can be; defragment, buy nodes.")
    .requiredOption("--nodes <file>", "nodes: CSV, Parquet, Arrow or JSON")
    .requiredOption("--pods <file>", "pods: CSV, Parquet, Arrow or JSON")
    .addOption(new Option("--policy <name>", "how a node is chosen").choices(POLICIES).default("auto"))
    .addOption(new Option("--order <order>", "of arrival").choices(["file", "shuffle"]).default("file"))
    .option("--inflate <factor>", "copy or drop random pods until so many times all GPUs are asked for", positive)
    .option("--seed <n>", "of the order and of ties", integer(0), 42)
    .option("--typical <file>", "pods whose statistics fgd and auto use (default: --pods)")
    .option("--typical-share <share>", "part of those pods that the typical kinds make up", share, 0.95)
    .option("--balanced", "split a gang evenly where it must span domains", false)
    .requiredOption("--out <file>", "placements: .parquet, .csv or .json")
    .option("--metrics <file>", "also write the key figures (JSON)")
    .option(
      "--compare <policies>",
      "in the key figures, also what these policies make of it, e.g. fgd,bestfit",
      policies,
      [],
    )
    .option("--as-of <instant>", "date of the key figures; nodes and pods bear none")
    .option("--pending <file>", "pods that wait, tried after the others: is there room, why not, after which moves")
    .option("--migrations <k>", "plan at most so many moves", integer(0))
    .addOption(
      new Option("--goal <goal>", "of the moves (default: pending with --pending, else empty-nodes)").choices([
        "pending",
        "empty-nodes",
        "empty-racks",
      ]),
    )
    .option("--catalog <file>", "types of nodes to buy (JSON): the cheapest that take the pending or unplaced pods")
    .option("--replace-node <node>", "let this node fail in the end, and place its pods again")
    .addHelpText("after", EXAMPLES);

  action<BinpackCommandOptions>(command, async (_args, o, context) => {
    const { runBinpack } = await import("../binpack/run-binpack.js");
    return runBinpack(o, context);
  });
}
