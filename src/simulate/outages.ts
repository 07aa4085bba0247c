import type { FaultConfig } from "./cluster-config.js";

/** A job that an outage took off its GPUs. */
export interface OutageHit {
  job: number;
  /** Seconds of work that were not safe in a checkpoint. */
  lostSeconds: number;
  lostGpuSeconds: number;
  /** Second at which it ran again; NaN for never. */
  restarted: number;
}

/** What an outage did. */
export interface OutageRecord {
  fault: FaultConfig;
  hits: OutageHit[];
}

/** A zone goes down or comes up again. */
export interface ZoneEvent {
  second: number;
  /** Position of the fault. */
  fault: number;
  zones: readonly string[];
  up: boolean;
}

/** All changes of zones, in time; at one second those that come up first. */
export function zoneEvents(faults: readonly FaultConfig[]): ZoneEvent[] {
  return faults
    .flatMap(({ zone, at_s, for_s }, fault): ZoneEvent[] => [
      { second: at_s, fault, zones: [zone].flat(), up: false },
      { second: at_s + for_s, fault, zones: [zone].flat(), up: true },
    ])
    .sort((a, b) => a.second - b.second || Number(b.up) - Number(a.up) || a.fault - b.fault);
}
