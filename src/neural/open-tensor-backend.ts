import { InputError, UnavailableError } from "../core/errors.js";
import { OPENERS, PACKAGES } from "./backend-openers.js";
import { BackendMissing, firstLine } from "./backend-packages.js";
import { backendSelfCheck } from "./backend-self-check.js";
import { TENSOR_BACKENDS, type TensorBackend, type TensorBackendName } from "./types.js";

type PassedOver = TensorBackend["passedOver"];

/** Opens one and checks that it computes, or says why not. */
async function tryBackend(
  name: TensorBackendName,
  forced: boolean,
): Promise<Omit<TensorBackend, "passedOver"> | string> {
  try {
    const { tf, detail } = await OPENERS[name](forced);
    const wrong = await backendSelfCheck(tf);
    return wrong === null ? { name, tf, detail } : `it computes wrongly: ${wrong}`;
  } catch (error) {
    return error instanceof BackendMissing ? error.message : `it does not compute: ${firstLine(error)}`;
  }
}

/** The fastest that works among those named, with those tried before it. */
async function fastest(names: readonly TensorBackendName[]): Promise<TensorBackend | PassedOver> {
  const passedOver: PassedOver = [];
  for (const name of names) {
    const opened = await tryBackend(name, false);
    if (typeof opened !== "string") return { ...opened, passedOver };
    passedOver.push({ name, reason: opened });
  }
  return passedOver;
}

function none(passedOver: PassedOver): UnavailableError {
  const reasons = passedOver.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
  const install = `npm install ${PACKAGES.wasm.join(" ")}`;
  return new UnavailableError(
    "E_BACKEND_UNAVAILABLE",
    `no tensor backend for neural models works here; ${install} gives one on every machine (${reasons})`,
    { passedOver },
  );
}

async function refused(name: TensorBackendName, reason: string): Promise<UnavailableError> {
  const other = await fastest(TENSOR_BACKENDS.filter((one) => one !== name));
  const install = reason.endsWith("is not installed") ? `: npm install ${PACKAGES[name].join(" ")}` : "";
  const works = "tf" in other ? `; ${other.name} works here (${other.detail})` : "";
  return new UnavailableError(
    "E_BACKEND_UNAVAILABLE",
    `the tensor backend ${name} cannot be used: ${reason}${install}${works}`,
    { backend: name, reason, packages: PACKAGES[name] },
  );
}

/**
 * Opens a tensor backend: the one named, or by `auto` the first that works of CUDA, TensorFlow's native library, WebGPU on
 * a real device, WebAssembly and plain JavaScript. Each must multiply two small matrices exactly before it is used. All
 * their packages are optional and loaded here alone.
 *
 * tfjs has one backend in force in a process, and its warnings are turned off (`enableProdMode`): what is opened last,
 * all tensors use. In a browser, WebAssembly fetches its file from beside the script; `setWasmPaths` of
 * `@tensorflow/tfjs-backend-wasm` names another place.
 *
 * @throws UnavailableError `E_BACKEND_UNAVAILABLE` saying what is wrong and what would work
 * @throws InputError for a name that there is not
 */
export async function openTensorBackend(choice: "auto" | TensorBackendName): Promise<TensorBackend> {
  if (choice === "auto") {
    const found = await fastest(TENSOR_BACKENDS);
    if ("tf" in found) return found;
    throw none(found);
  }
  if (!TENSOR_BACKENDS.includes(choice)) {
    throw new InputError(`unknown tensor backend "${choice}"; there are auto, ${TENSOR_BACKENDS.join(", ")}`);
  }
  const opened = await tryBackend(choice, true);
  if (typeof opened === "string") throw await refused(choice, opened);
  return { ...opened, passedOver: [] };
}
