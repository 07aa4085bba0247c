/**
 * Hourly GPU demand of several queues on one common UTC grid. Arrays are indexed [queue][hour].
 *
 * `demand` is what was asked for (running + pending), `usage` what ran; both are time-weighted means in GPUs over the
 * observed part of the hour, NaN where nothing was observed. GPU-hours of an hour are `usage × observed`.
 */
export interface HourlyDemand {
  /** Queue names, sorted by code unit. */
  queues: string[];
  /** Epoch ms of the first hour (a whole UTC hour). */
  start: number;
  hours: number;
  demand: Float64Array[];
  usage: Float64Array[];
  /** Share of the hour that was observed, 0 to 1. */
  observed: Float64Array[];
  /** Capacity in GPUs recorded beside the telemetry, NaN where unknown; absent when the source has no such column. */
  capacity?: Float64Array[];
}

/** A file that went into a result. */
export interface InputFile {
  /** Path as the user gave it, with `/` separators and no absolute prefix beyond what was given. */
  name: string;
  /** Lower-case hex SHA-256 of the bytes. */
  sha256: string;
  rows: number;
}
