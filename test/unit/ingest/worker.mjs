// The other side of run-workers.test.ts; it speaks through the built package, as Node cannot load TypeScript.
import { threadId } from "node:worker_threads";
import { InputError, NumericalError } from "../../../dist/src/core/index.js";
import { serveTasks } from "../../../dist/src/ingest/index.js";

serveTasks(
  async (task) => {
    if (task.wait) await new Promise((resolve) => setTimeout(resolve, task.wait));
    if (task.fail === "input") throw new InputError("bad cell", { row: 3 }, { code: "E_SPECIAL" });
    if (task.fail === "number") throw new NumericalError("singular", { rank: 2, odd: () => 1 });
    if (task.fail === "type") throw new TypeError("plain mistake");
    if (task.fail === "exit") process.exit(7);
    if (task.loop) for (;;);
    return { square: Float64Array.of(task.n * task.n), got: task.data?.length ?? 0, threadId };
  },
  (result) => [result.square.buffer],
);
