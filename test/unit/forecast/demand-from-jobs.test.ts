import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { demandFromJobs, type JobColumns } from "../../../src/forecast/index.js";

const HOUR = 3_600_000;
const day = Date.UTC(2020, 4, 1);

/** Jobs as rows of queue, submit and end in hours of the day, gpus. */
function jobs(rows: readonly (readonly [string, number, number, number])[], until?: number): JobColumns {
  return {
    queue: rows.map(([queue]) => queue),
    submit: rows.map(([, submit]) => day + submit * HOUR),
    end: rows.map(([, , end]) => day + end * HOUR),
    gpus: rows.map(([, , , gpus]) => gpus),
    ...(until === undefined ? {} : { until: day + until * HOUR }),
  };
}

const hourly = (rows: Parameters<typeof jobs>[0], until?: number) => demandFromJobs(jobs(rows, until), { freq: "h" });

describe("demandFromJobs", () => {
  it("counts a job from submission to its end, cut exactly at the hours", () => {
    const [a, b] = hourly([
      ["b", 1, 2, 4],
      ["a", 0.5, 2.25, 8],
      ["a", 2, 2.5, 2],
    ]);
    expect([a.id, b.id]).toEqual(["a", "b"]);
    expect([...a.y]).toEqual([4, 8, 3]);
    expect([...b.y]).toEqual([0, 4, 0]);
    expect([...(a.t ?? [])]).toEqual([day, day + HOUR, day + 2 * HOUR]);
    expect(b.t).toEqual(a.t);
  });

  it("conserves GPU-hours whatever the times", () => {
    const rows = Array.from({ length: 50 }, (_, i): [string, number, number, number] => {
      const submit = (i * 7.31) % 40;
      return [i % 3 ? "x" : "y", submit, submit + ((i * 3.77) % 9), 1 + (i % 5)];
    });
    const wanted = rows.reduce((sum, [, submit, end, gpus]) => sum + gpus * (end - submit), 0);
    const got = hourly(rows).reduce((sum, { y }) => sum + y.reduce((s, v) => s + v, 0), 0);
    expect(got).toBeCloseTo(wanted, 6);
  });

  it("lets running jobs last until the last observation, and cuts all there", () => {
    const rows = [
      ["a", 0, Number.NaN, 2],
      ["a", 1, 9, 3],
    ] as const;
    expect([...hourly(rows, 3)[0].y]).toEqual([2, 5, 5]);
    expect([...hourly(rows)[0].y]).toEqual([2, 5, 5, 5, 5, 5, 5, 5, 5]);
    expect([...hourly([["a", 0, Number.NaN, 2]])[0].y]).toEqual([0]);
  });

  it("takes jobs of no length, of no GPUs, and keeps queue names as they are", () => {
    const panel = hourly([
      ["007", 0.5, 0.5, 8],
      ["7", 0, 1, 0],
      ["__proto__", 0, 1, 1],
    ]);
    expect(panel.map(({ id, y }) => [id, ...y])).toEqual([
      ["007", 0],
      ["7", 0],
      ["__proto__", 1],
    ]);
  });

  it("refuses an empty table, an end before the submission, and sizes that are none, naming the row", () => {
    expect(() => hourly([])).toThrow("the job table is empty");
    expect(() =>
      hourly([
        ["a", 0, 1, 1],
        ["a", 2, 1, 1],
      ]),
    ).toThrow("job row 1: end lies before submit");
    expect(() => hourly([["a", 0, 1, -1]])).toThrow("job row 0: gpus must be 0 or more, got -1");
    expect(() => hourly([["a", 0, 1, Number.NaN]])).toThrow(InputError);
    expect(() => hourly([["a", Number.NaN, 1, 1]])).toThrow("job row 0: submit is missing");
    expect(() => hourly([["a", Number.NEGATIVE_INFINITY, 1, 1]])).toThrow("job row 0: submit is missing");
    expect(() => hourly([["a", 0, 1, Number.POSITIVE_INFINITY]])).toThrow("job row 0: gpus must be 0 or more");
    expect(() => hourly([["a", 0, 1e9, 1]])).toThrow("times must be milliseconds since 1970");
    expect(() => hourly([["a", 0, Number.POSITIVE_INFINITY, 1]])).toThrow(InputError);
  });
});
