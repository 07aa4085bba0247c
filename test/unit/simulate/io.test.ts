import { expect, it } from "vitest";
import { simulate } from "../../../src/simulate/index.js";
import { makeJobs } from "./make-jobs.js";

// Ten jobs of 100 s that read 1,000 GB each: 10 GB/s a job.
const rows = Array.from({ length: 3 }, (_, i) => [50 * i, 100, 1] as const);
const jobs = makeJobs(rows, { dataset: Float64Array.of(1000, 1000, 0) });
const withStorage = (storage: object) => ({
  version: 1 as const,
  pools: [{ name: "p", count: 4, template: { gpus: 1 }, storage }],
});

it("finds the jobs that the data path binds, and the FSx that frees them", () => {
  // 120 Gbit/s are 15 GB/s: too little while both jobs read, from 50 to 100.
  const [io] = simulate(jobs, withStorage({ fsx_gbps: 120, s3_gbps: 400, nic_gbps: 50 })).summary.io;
  expect(io).toEqual({
    pool: "p",
    limit_gbytes_per_s: 15,
    limited_by: "fsx",
    peak_gbytes_per_s: 20,
    hours_bound: 50 / 3600,
    jobs_bound: ["a", "b"],
    fsx_gbps_needed: 160,
    fsx_tib_needed: 21.6,
  });
});

it("knows when no FSx would help: S3 or the network cards are the least", () => {
  const [s3] = simulate(jobs, withStorage({ fsx_gbps: 400, s3_gbps: 120 })).summary.io;
  expect(s3).toMatchObject({ limited_by: "s3", jobs_bound: ["a", "b"], fsx_gbps_needed: null, fsx_tib_needed: null });
  // The cards of four nodes take 18 GB/s together; with more FSx they would bind at 20.
  const [nic] = simulate(jobs, withStorage({ fsx_gbps: 120, nic_gbps: 36 })).summary.io;
  expect(nic).toMatchObject({ limited_by: "fsx", peak_gbytes_per_s: 20, fsx_gbps_needed: null });
});

it("finds nothing where there is enough, and is silent where nothing is known", () => {
  const [io] = simulate(jobs, withStorage({ fsx_gbps: 160 })).summary.io;
  expect(io).toMatchObject({ hours_bound: 0, jobs_bound: [], fsx_gbps_needed: null, peak_gbytes_per_s: 20 });
  expect(simulate(jobs, withStorage({})).summary.io).toEqual([]);
  expect(simulate(makeJobs(rows), withStorage({ fsx_gbps: 1 })).summary.io).toEqual([]);
});
