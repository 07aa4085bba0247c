/** Options of `fleetlens merge` as commander gives them. */
export interface MergeOptions {
  inputs: string;
  out: string;
  paths?: string;
  threads: number;
}
