import type {
  DemandScenarios,
  FamilyBill,
  NodeType,
  PoolThroughput,
  PricesFile,
  SampleOptions,
  TeamUsage,
} from "../../capacity/index.js";
import { InputError } from "../../core/errors.js";
import type { ReadOptions } from "../../ingest/index.js";
import { readDocument } from "../../ingest/read-document.js";
import { readFamilyBill } from "./read-family-bill.js";

/** Files and options of `fleetlens capacity`. */
export interface EconomicsFiles {
  demand: string;
  /** The demand holds quantiles. */
  quantiles?: boolean;
  prices: string;
  usage?: string;
  focus?: string;
  throughput?: string;
  catalog?: string;
}

/** A file that was read; rows of tables only. */
interface InputRecord {
  name: string;
  sha256: string;
  rows: number | null;
}

export interface EconomicsInputs {
  demand: DemandScenarios;
  prices: PricesFile;
  usage?: TeamUsage;
  bill?: FamilyBill;
  throughput?: PoolThroughput[];
  nodeTypes?: NodeType[];
  inputs: InputRecord[];
}

/** Reads and checks all files; quantiles become scenarios. */
export async function readEconomicsInputs(
  files: EconomicsFiles,
  sampling: SampleOptions,
  options: ReadOptions,
): Promise<EconomicsInputs> {
  const { parsePrices, sampleQuantiles, teamUsage } = await import("../../capacity/index.js");
  const { parseCatalogue } = await import("../../binpack/what-if/catalogue.js");
  if (files.focus !== undefined && files.usage === undefined) {
    throw new InputError("--focus needs --usage: GPU-hours by team, over which the bill is spread", {
      option: "--focus",
    });
  }
  const { readDemandScenarios, readTeamUsage, readThroughput } = await import("../../ingest/index.js");
  const inputs: InputRecord[] = [];
  const document = async (path: string, what: string): Promise<unknown> => {
    const { value, sha256 } = await readDocument(path, what);
    inputs.push({ name: path, sha256, rows: null });
    return value;
  };
  const prices = parsePrices(await document(files.prices, "prices file"), files.prices);
  const nodeTypes = files.catalog
    ? parseCatalogue(await document(files.catalog, "catalogue"), files.catalog)
    : undefined;
  const cube = await readDemandScenarios(files.demand, files.quantiles ? "q" : "scenario", options);
  inputs.unshift(...cube.inputs);
  const { families, members, hours, firstHour, gpus } = cube;
  const demand = files.quantiles
    ? sampleQuantiles({ families, probabilities: members, hours, firstHour, gpus }, sampling)
    : { families, scenarios: members.length, hours, firstHour, gpus };
  const usage = files.usage ? await readTeamUsage(files.usage, options) : undefined;
  const throughput = files.throughput ? await readThroughput(files.throughput, options) : undefined;
  const billed = files.focus ? await readFamilyBill(files.focus, prices.currency, options) : undefined;
  inputs.push(...(usage?.inputs ?? []), ...(billed?.inputs ?? []), ...(throughput?.inputs ?? []));
  return {
    ...{ demand, prices, nodeTypes, inputs },
    usage: usage && teamUsage(usage, demand),
    bill: billed?.bill,
    throughput: throughput?.pools,
  };
}
