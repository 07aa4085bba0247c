import {
  addPods,
  binpack,
  type Catalogue,
  type Cluster,
  failNode,
  type NodeTable,
  type Placements,
  type PodTable,
  packingBounds,
  packingResult,
  parseCatalogue,
  planDefrag,
  podWarnings,
  policyOutcome,
  unplacedPods,
  whatIf,
} from "../../binpack/index.js";
import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { parseInstant } from "../../core/time.js";
import { readNodes, readPods, tableFormat, writeAtomically, writeTable } from "../../ingest/index.js";
import { readDocument } from "../../ingest/read-document.js";
import type { CommandContext, CommandResult } from "../frame.js";
import type { BinpackCommandOptions } from "./command-options.js";
import { placementColumns } from "./placement-columns.js";
import { defragFile, type Origin, replacedFile, whatIfFile } from "./plan-documents.js";

/** What is read. */
interface Inputs {
  nodes: NodeTable;
  pods: PodTable;
  typical?: PodTable;
  pending?: PodTable;
  catalogue?: Catalogue;
  files: InputFile[];
  warnings: string[];
}

/** A file to write. */
interface JsonFile {
  path: string;
  value: unknown;
}

/** Reads, places, plans, and writes all files or none. */
export async function runBinpack(o: BinpackCommandOptions, context: CommandContext): Promise<CommandResult> {
  checkOptions(o);
  context.onProgress(0, 0, "reading");
  const inputs = await readInputs(o, context.signal);
  const failed = o.replaceNode === undefined ? -1 : inputs.nodes.name.indexOf(o.replaceNode);
  if (o.replaceNode !== undefined && failed < 0) {
    throw new InputError(`--replace-node: ${o.nodes} has no node "${o.replaceNode}"`, { option: "replace-node" });
  }
  context.onProgress(0, 0, `placing ${inputs.pods.n} pods`);
  const started = performance.now();
  const placements = binpack(inputs.nodes, inputs.pods, { ...settings(o), policy: o.policy, typical: inputs.typical });
  const seconds = (performance.now() - started) / 1000;
  const origin: Origin = { createdFrom: createdFrom(o, inputs.files), warnings: inputs.warnings };
  const documents: JsonFile[] = [];
  if (failed >= 0) {
    const lost = failNode(placements, failed, o.balanced);
    documents.push({
      path: beside(o.out, "replaced"),
      value: replacedFile(placements.cluster, failed, lost, origin),
    });
  }
  if (o.metrics) documents.push({ path: o.metrics, value: keyFigures(o, inputs, placements, seconds, context) });
  documents.push(...(await plans(o, inputs, placements.cluster, origin, context)));

  const outputs = await writeAtomically(async (files) => {
    const format = tableFormat(o.out);
    await writeTable(await files.reserve(o.out), placementColumns(placements), { format, signal: context.signal });
    for (const { path, value } of documents) await files.write(path, `${JSON.stringify(value, null, 2)}\n`);
  });
  return { outputs, warnings: inputs.warnings, ...words(placements, o, seconds) };
}

/** Refuses what cannot be meant before anything is read. */
function checkOptions(o: BinpackCommandOptions): void {
  tableFormat(o.out);
  for (const [option, given] of [
    ["compare", o.compare.length > 0],
    ["as-of", o.asOf !== undefined],
  ] as const) {
    if (given && !o.metrics) throw new InputError(`--${option} needs --metrics, the file that shows it`, { option });
  }
  if (o.goal && o.migrations === undefined) {
    throw new InputError("--goal needs --migrations, the most pods that may move", { option: "goal" });
  }
  if (o.goal === "pending" && !o.pending) {
    throw new InputError("--goal pending needs --pending, the pods that wait", { option: "goal" });
  }
  if (o.replaceNode !== undefined && (o.pending || o.migrations !== undefined || o.catalog)) {
    const text =
      "--replace-node stands alone: moves and purchases would use the failed node; leave out --pending, --migrations and --catalog";
    throw new InputError(text, { option: "replace-node" });
  }
  const paths = [o.out, o.metrics, ...["defrag", "whatif", "replaced"].map((part) => beside(o.out, part))];
  if (o.metrics && paths.filter((path) => path === o.metrics).length > 1) {
    throw new InputError("--metrics must be a file of its own", { option: "metrics" });
  }
}

async function readInputs(o: BinpackCommandOptions, signal: AbortSignal): Promise<Inputs> {
  const { nodes, inputs } = await readNodes(o.nodes, { signal });
  const largestNode = nodes.gpus.reduce((most, gpus) => Math.max(most, gpus), 0);
  const files = [...inputs];
  const warnings: string[] = [];
  const pods = async (path: string): Promise<PodTable> => {
    const read = await readPods(path, { largestNode, signal });
    files.push(...read.inputs);
    warnings.push(...read.warnings, ...podWarnings(nodes, read.pods).map((text) => `${path}: ${text}`));
    return read.pods;
  };
  const read: Inputs = { nodes, pods: await pods(o.pods), files, warnings };
  if (o.typical) read.typical = await pods(o.typical);
  if (o.pending) {
    read.pending = await pods(o.pending);
    refuseRunning(read.pods, read.pending, o.pending);
  }
  if (o.catalog) {
    const { value, sha256 } = await readDocument(o.catalog, "catalogue");
    read.catalogue = parseCatalogue(value, o.catalog);
    files.push({ name: o.catalog, sha256, rows: read.catalogue.length });
  }
  return read;
}

function refuseRunning(pods: PodTable, pending: PodTable, file: string): void {
  const names = new Set(pods.name);
  const at = pending.name.findIndex((name) => names.has(name));
  if (at < 0) return;
  const text = `${file} row ${at + 1}: column "name": pod "${pending.name[at]}" is in --pods too; a pending pod has no place yet`;
  throw new InputError(text, { file, row: at + 1, column: "name" });
}

function settings(o: BinpackCommandOptions) {
  const { order, inflate, seed, typicalShare, balanced } = o;
  return { order, inflate, seed, typicalShare, balanced };
}

function createdFrom(o: BinpackCommandOptions, inputs: InputFile[]): Origin["createdFrom"] {
  const { seed, order, inflate, typicalShare, policy, balanced, migrations, goal, replaceNode } = o;
  const all = { policy, order, inflate, typicalShare, balanced, migrations, goal, replaceNode };
  const options = Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  ) as Origin["createdFrom"]["options"];
  return { inputs, options, seed };
}

function keyFigures(
  o: BinpackCommandOptions,
  inputs: Inputs,
  placements: Placements,
  seconds: number,
  { onProgress }: CommandContext,
): unknown {
  const comparison = o.compare.map((policy) => {
    onProgress(0, 0, `placing by ${policy}`);
    return policyOutcome(binpack(inputs.nodes, inputs.pods, { ...settings(o), policy, typical: inputs.typical }));
  });
  onProgress(0, 0, "bounding");
  const bound = packingBounds(inputs.nodes, placements.cluster.pods);
  const { inputs: read, options } = createdFrom(o, inputs.files);
  const asOf = o.asOf === undefined ? null : parseInstant(o.asOf, "--as-of");
  return packingResult(placements, { bound, seconds, comparison, inputs: read as InputFile[], options, asOf });
}

/** Moves and purchases upon the placement. */
async function plans(
  o: BinpackCommandOptions,
  inputs: Inputs,
  cluster: Cluster,
  origin: Origin,
  { onProgress }: CommandContext,
): Promise<JsonFile[]> {
  const documents: JsonFile[] = [];
  const waiting = inputs.pending ?? unplacedPods(cluster);
  if (o.migrations !== undefined || o.pending) {
    onProgress(0, 0, "planning moves");
    const joined = inputs.pending ? addPods(cluster, inputs.pending) : cluster;
    const pending = Array.from({ length: joined.pods.n - cluster.pods.n }, (_, k) => cluster.pods.n + k);
    const goal = o.goal ?? (o.pending ? "pending" : "empty-nodes");
    const plan = planDefrag(joined, goal === "pending" ? pending : [], { migrations: o.migrations ?? 0, goal });
    documents.push({ path: beside(o.out, "defrag"), value: defragFile(joined, pending, plan, origin) });
  }
  if (inputs.catalogue) {
    onProgress(0, 0, "choosing nodes");
    const answer = await whatIf(cluster, waiting, inputs.catalogue, { seed: o.seed });
    documents.push({ path: beside(o.out, "whatif"), value: whatIfFile(waiting, inputs.catalogue, answer, origin) });
  }
  return documents;
}

/** `placements.parquet` with `defrag`: `placements.defrag.json`. */
function beside(out: string, part: string): string {
  return out.replace(/\.[^.]+$/, `.${part}.json`);
}

function words(
  { cluster }: Placements,
  o: BinpackCommandOptions,
  seconds: number,
): Pick<CommandResult, "summary" | "text"> {
  const { nodes, pods, nodeOf, gpuLeft } = cluster;
  const placed = nodeOf.filter((node) => node >= 0).length;
  const capacity = 1000 * gpuLeft.length;
  const allocated = capacity - gpuLeft.reduce((sum, left) => sum + left, 0);
  const ratio = capacity > 0 ? (100 * allocated) / capacity : null;
  const gpus = ratio === null ? "no GPUs" : `${ratio.toFixed(2)} % of ${gpuLeft.length} GPUs allocated`;
  return {
    summary: {
      ...{ policy: o.policy, seed: o.seed, nodes: nodes.n, pods: pods.n, pods_placed: placed },
      ...{ pods_unschedulable: pods.n - placed, allocation_ratio_final: ratio, schedule_seconds: seconds },
    },
    text: `${placed} of ${pods.n} pods placed on ${nodes.n} nodes by ${o.policy}, ${gpus} -> ${o.out}`,
  };
}
