import type * as Tf from "@tensorflow/tfjs";

/** The namespace of `@tensorflow/tfjs`; that of `@tensorflow/tfjs-node` is the same and more. */
export type Tensorflow = typeof Tf;

/** Why a backend cannot be had, as one plain line. */
export class BackendMissing extends Error {}

/** First line of what was thrown; the WebAssembly backend throws plain objects. */
export function firstLine(error: unknown): string {
  const message = (error as { message?: unknown } | null | undefined)?.message;
  return String(message ?? error)
    .split("\n")[0]
    .trim();
}

/**
 * What to say of a package that did not load. Node, browsers and bundlers each say in their own words that one is not
 * there, but all quote its name.
 */
export function missingPackage(name: string, error: unknown): BackendMissing {
  const message = firstLine(error);
  const quoted = [`'${name}'`, `"${name}"`].some((word) => message.includes(word));
  if (quoted && /cannot find|resolve/i.test(message)) return new BackendMissing(`${name} is not installed`);
  if (message.includes("tfjs_binding.node")) {
    return new BackendMissing(
      `${name} is installed without its native library, which its install script downloads: npm rebuild ${name}`,
    );
  }
  return new BackendMissing(`${name} is installed, but does not load: ${message}`);
}

// Each import below stands in a `try` of its own, by which bundlers know that its package may be missing.

/** `@tensorflow/tfjs` itself: of tfjs-core alone, Node's files have no gradients. */
export async function loadTfjs(): Promise<Tensorflow> {
  try {
    const tf = await import("@tensorflow/tfjs");
    quieten(tf);
    return tf;
  } catch (error) {
    throw missingPackage("@tensorflow/tfjs", error);
  }
}

/** Adds the WebAssembly backend to tfjs. */
export async function loadWasmBackend(): Promise<void> {
  try {
    await import("@tensorflow/tfjs-backend-wasm");
  } catch (error) {
    throw missingPackage("@tensorflow/tfjs-backend-wasm", error);
  }
}

/** Adds the WebGPU backend to tfjs, where `navigator.gpu` is there already. */
export async function loadWebGpuBackend(): Promise<void> {
  try {
    await import("@tensorflow/tfjs-backend-webgpu");
  } catch (error) {
    throw missingPackage("@tensorflow/tfjs-backend-webgpu", error);
  }
}

/**
 * A package for Node alone. Bundlers for browsers must not follow it into its native code, hence a name that they cannot
 * see.
 */
export async function loadNodePackage<T>(name: string): Promise<T> {
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as T;
  } catch (error) {
    throw missingPackage(name, error);
  }
}

/** Keeps tfjs from greeting Node on the console and from praising its other packages. */
export function quieten(tf: Tensorflow): void {
  tf.enableProdMode();
}
