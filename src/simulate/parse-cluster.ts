import { InputError } from "../core/errors.js";
import { nearestName } from "../core/nearest-name.js";
import { problemText, schemaProblems } from "../core/schema-problems.js";
import { type ClusterConfig, ClusterConfigSchema, type PoolConfig } from "./cluster-config.js";

function poolProblems(pool: PoolConfig, at: string, placement: ClusterConfig["placement"]): string[] {
  const nodes = pool.count !== undefined && pool.template !== undefined;
  if (pool.gpus !== undefined) {
    const extra = Object.keys(pool).filter((key) => key !== "name" && key !== "gpus");
    if (extra.length > 0) return [`${at}: a pool of bare gpus has no ${extra[0]}; give count and template instead`];
    if (placement === "nodes") return [`${at}: placement nodes needs count and template instead of gpus`];
    return [];
  }
  return nodes ? [] : [`${at}: give either gpus, or count and template`];
}

function repeated(names: readonly string[], section: string): string[] {
  return names.flatMap((name, i) => {
    const first = names.indexOf(name);
    return first < i ? [`${section}[${i}]: "${name}" is already in ${section}[${first}]; keep one`] : [];
  });
}

function faultProblems({ faults, pools }: ClusterConfig): string[] {
  const zones = [...new Set(pools.flatMap((pool) => pool.zones ?? []))];
  return faults.flatMap(({ zone }, i) =>
    [zone].flat().flatMap((name) => {
      if (zones.includes(name)) return [];
      const hint = zones.length > 0 ? `the nearest zone is "${nearestName(name, zones)}"` : "no pool names its zones";
      return [`faults[${i}].zone: unknown zone "${name}"; ${hint}`];
    }),
  );
}

/**
 * The cluster file from parsed YAML or JSON, defaults filled in.
 *
 * @param name what to call the file in errors
 * @throws InputError with the first problems, each with its path (`pools[0].cout: unknown key …`)
 */
export function parseCluster(value: unknown, name = "cluster"): ClusterConfig {
  const parsed = ClusterConfigSchema.safeParse(value);
  const problems = parsed.success
    ? [
        ...parsed.data.pools.flatMap((pool, i) => poolProblems(pool, `pools[${i}]`, parsed.data.placement)),
        ...repeated(
          parsed.data.pools.map((pool) => pool.name),
          "pools",
        ),
        ...repeated(
          parsed.data.queues.map((queue) => queue.name),
          "queues",
        ),
        ...faultProblems(parsed.data),
      ]
    : schemaProblems(ClusterConfigSchema, value, parsed.error);
  if (problems.length > 0 || !parsed.success) {
    throw new InputError(`${name}: ${problemText(problems)}`, { file: name, problems });
  }
  return parsed.data;
}
