import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { TENSOR_BACKENDS, type TensorBackend } from "../../neural/types.js";
import { type Check, reason } from "./check.js";

/** What the process that opened a backend says of it. */
export type BackendAnswer = { opened: Omit<TensorBackend, "tf"> } | { refused: string };

/** Longest wait for drivers to start. */
const PATIENCE_MS = 60_000;

/**
 * Opens the backend of `auto` in a process of its own, so that neither a driver that crashes nor what drivers print is
 * the doctor's end.
 */
function openElsewhere(): Promise<BackendAnswer> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL("./open-backend.js", import.meta.url)), {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      timeout: PATIENCE_MS,
    });
    child.once("message", (answer) => resolve(answer as BackendAnswer));
    child.once("error", reject);
    // After an answer this changes nothing.
    child.once("exit", (code, signal) =>
      reject(new Error(`opening a tensor backend ended the process with ${signal ?? `code ${code}`}`)),
    );
  });
}

/** Which tensor backend a neural model would train on here, and why not a faster one. */
export async function checkNeural(open: () => Promise<BackendAnswer> = openElsewhere): Promise<Check> {
  const base = { part: "neural", required: false } as const;
  try {
    const answer = await open();
    if ("refused" in answer) return { ...base, status: "missing", detail: `neural models are off: ${answer.refused}` };
    const { name, detail, passedOver } = answer.opened;
    const faster = passedOver.map((one) => `; not ${one.name}: ${one.reason}`).join("");
    const slower = TENSOR_BACKENDS.slice(TENSOR_BACKENDS.indexOf(name) + 1);
    const rest = slower.length ? `; not tried, since slower: ${slower.join(", ")}` : "";
    return { ...base, status: "ok", detail: `auto takes ${name}: ${detail}${faster}${rest}` };
  } catch (error) {
    return { ...base, status: "failed", detail: `${reason(error)}; name one of another kind by --backend` };
  }
}
