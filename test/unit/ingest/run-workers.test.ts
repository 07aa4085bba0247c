import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { FleetlensError, InputError, NumericalError } from "../../../src/core/errors.js";
import { runWorkers, streamWorkers } from "../../../src/ingest/index.js";

const worker = new URL("./worker.mjs", import.meta.url);
interface Task {
  n?: number;
  wait?: number;
  fail?: string;
  loop?: boolean;
  data?: Float64Array;
}
interface Result {
  square: Float64Array;
  got: number;
  threadId: number;
}

describe("runWorkers", () => {
  it.each([1, 2, 5])("gives results in the order of the tasks with %i threads", async (threads) => {
    const tasks = Array.from({ length: 12 }, (_, n) => ({ n, wait: (n * 7) % 5 }));
    const progress: [number, number, string][] = [];
    const results = await runWorkers<Task, Result>(worker, tasks, {
      threads,
      label: "squares",
      onProgress: (...args) => progress.push(args),
    });
    expect(results.map(({ square }) => square[0])).toEqual(tasks.map(({ n }) => n * n));
    expect(new Set(results.map(({ threadId }) => threadId)).size).toBeLessThanOrEqual(threads);
    expect(progress.at(-1)).toEqual([12, 12, "squares"]);
  });

  it("lets go of a result once it is handed out, and of nothing before", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const seen: WeakRef<Result>[] = [];
    const controller = new AbortController();
    const tasks = Array.from({ length: 12 }, (_, n) => ({ n }));
    for await (const result of streamWorkers<Task, Result>(worker, tasks, { ahead: 2, signal: controller.signal })) {
      seen.push(new WeakRef(result));
      // References live until the turn of the event loop ends.
      await sleep(5);
      collect();
      expect(result.square[0]).toBe((seen.length - 1) ** 2);
    }
    const held = seen.slice(0, -2).filter((ref) => ref.deref() !== undefined);
    expect(seen).toHaveLength(12);
    expect(held).toEqual([]);
  });

  it("takes tasks from an async iterable no faster than they are done", async () => {
    let made = 0;
    let done = 0;
    let ahead = 0;
    async function* tasks() {
      for (let n = 0; n < 20; n++) {
        made++;
        ahead = Math.max(ahead, made - done);
        yield { n };
      }
    }
    const results = await runWorkers<Task, Result>(worker, tasks(), {
      threads: 2,
      onProgress: (count) => {
        done = count;
      },
    });
    expect(results.map(({ square }) => square[0])).toEqual(Array.from({ length: 20 }, (_, n) => n * n));
    expect(ahead).toBeLessThanOrEqual(3);
  });

  it("hands buffers over", async () => {
    const data = new Float64Array(1000);
    const [result] = await runWorkers<Task, Result>(worker, [{ n: 1, data }], {
      transfer: (task) => [task.data!.buffer as ArrayBuffer],
    });
    expect(result.got).toBe(1000);
    expect(data.length).toBe(0);
  });

  it("rethrows the first error as what it was, and stops", async () => {
    const run = (fail: string) =>
      runWorkers<Task, Result>(worker, [{ n: 1 }, { fail }, { loop: true }], { threads: 3 }).catch((e: unknown) => e);
    const input = (await run("input")) as InputError;
    expect(input).toBeInstanceOf(InputError);
    expect([input.code, input.message, input.details]).toEqual(["E_SPECIAL", "bad cell", { row: 3 }]);
    const number = (await run("number")) as NumericalError;
    expect(number).toBeInstanceOf(NumericalError);
    expect([number.code, number.message]).toEqual(["E_NUMERICAL", "singular"]);
    const type = (await run("type")) as Error;
    expect(type).not.toBeInstanceOf(FleetlensError);
    expect([type.name, type.message]).toEqual(["TypeError", "plain mistake"]);
    expect(type.stack).toContain("worker.mjs");
    const exit = (await run("exit")) as FleetlensError;
    expect([exit.code, exit.message]).toEqual(["E_WORKER", "a worker thread failed: it ended with code 7"]);
  });

  it("stops at the signal, even in a worker that never answers", async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error("enough")), 200);
    await expect(runWorkers<Task, Result>(worker, [{ loop: true }], { signal: abort.signal })).rejects.toThrow(
      "enough",
    );
    await expect(runWorkers<Task, Result>(worker, [], { signal: abort.signal })).rejects.toThrow("enough");
  });

  it("does nothing for no tasks, and refuses no threads and no module", async () => {
    expect(await runWorkers<Task, Result>(worker, [], { threads: 4 })).toEqual([]);
    await expect(runWorkers<Task, Result>(worker, [{ n: 1 }], { threads: 0 })).rejects.toThrow(InputError);
    const nowhere = new URL("./nowhere.mjs", import.meta.url);
    await expect(runWorkers<Task, Result>(nowhere, [{ n: 1 }])).rejects.toThrow(
      /a worker thread failed: Cannot find module/,
    );
  });
});

describe("streamWorkers", () => {
  it.each([1, 2, 4])(
    "hands results out in order, and lets %i threads run ahead of a slow reader by no more than asked",
    async (threads) => {
      let begun = 0;
      let most = 0;
      let read = 0;
      async function* tasks() {
        for (let n = 0; n < 15; n++) {
          begun++;
          most = Math.max(most, begun - read);
          yield { n, wait: (n * 7) % 5 };
        }
      }
      const squares: number[] = [];
      const options = { threads, ahead: 2 * threads };
      for await (const { square } of streamWorkers<Task, Result>(worker, tasks(), options)) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        squares.push(square[0]);
        read++;
      }
      expect(squares).toEqual(Array.from({ length: 15 }, (_, n) => n * n));
      expect(most).toBeLessThanOrEqual(2 * threads);
    },
  );

  it("closes the source and stops its workers when the reader has enough", async () => {
    let closed = false;
    async function* tasks() {
      try {
        for (let n = 0; ; n++) yield { n };
      } finally {
        closed = true;
      }
    }
    for await (const { square } of streamWorkers<Task, Result>(worker, tasks(), { threads: 2, ahead: 4 })) {
      if (square[0] === 9) break;
    }
    expect(closed).toBe(true);
  });
});
