export { addPods } from "./add-pods.js";
export { type ArrivalOptions, arrivals } from "./arrivals.js";
export {
  type BinpackOptions,
  binpack,
  DEFAULT_BINPACK_OPTIONS,
  type Placements,
} from "./binpack.js";
export { type CuttingStock, cuttingStockBound } from "./bounds/cutting-stock.js";
export { type PackingBounds, packingBounds } from "./bounds/packing-bounds.js";
export { type Cluster, createCluster, fits, occupy, vacate } from "./cluster.js";
export { createEligibility, type Eligibility } from "./constraints/eligibility.js";
export { createPlacer, type PlacerOptions, type QueuedPlacer } from "./create-placer.js";
export { type Consolidation, consolidate } from "./defrag/consolidate.js";
export {
  DEFAULT_DEFRAG_OPTIONS,
  type DefragGoal,
  type DefragOptions,
  type DefragPlan,
  planDefrag,
} from "./defrag/plan-defrag.js";
export { type Explanation, explain } from "./explain.js";
export { failNode } from "./fail-node.js";
export { formatGpus } from "./format-gpus.js";
export { fragmentation } from "./fragmentation.js";
export type { NodeState } from "./node-map.js";
export {
  DEFAULT_OFFLINE_OPTIONS,
  type OfflineOptions,
  type OfflinePacking,
  packOffline,
} from "./offline/pack-offline.js";
export {
  type PackingResult,
  type PackingResultOptions,
  PackingResultSchema,
  type PolicyOutcome,
  packingResult,
  policyOutcome,
} from "./packing-result.js";
export { type ModelFigures, type PlacementMetrics, placementMetrics } from "./placement-metrics.js";
export {
  type DefragFile,
  DefragFileSchema,
  type ReplacedFile,
  ReplacedFileSchema,
  type WhatIfFile,
  WhatIfFileSchema,
} from "./plan-files.js";
export { podWarnings } from "./pod-warnings.js";
export { ONLINE_POLICIES, type OnlinePolicy, POLICIES, type Policy } from "./policy-names.js";
export { createTopology, type Topology } from "./topology/domains.js";
export { DEFAULT_GANG_OPTIONS, type GangOptions, placeGang } from "./topology/place-gang.js";
export { type Replacement, replaceNode } from "./topology/replace-node.js";
export * from "./types.js";
export { DEFAULT_TYPICAL_SHARE, type TypicalPods, typicalPods } from "./typical-pods.js";
export { unplacedPods } from "./unplaced-pods.js";
export { type Catalogue, CatalogueSchema, type CatalogueType, parseCatalogue } from "./what-if/catalogue.js";
export { DEFAULT_WHAT_IF_OPTIONS, type WhatIf, type WhatIfOptions, whatIf } from "./what-if/what-if.js";
