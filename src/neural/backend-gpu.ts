import { BackendMissing, firstLine, loadNodePackage } from "./backend-packages.js";

/** As much of WebGPU as is needed to choose an adapter. */
interface Gpu {
  requestAdapter(options: { powerPreference: "high-performance" }): Promise<GpuAdapter | null>;
}

interface GpuAdapter {
  info?: { vendor: string; architecture: string; device: string; description: string; isFallbackAdapter?: boolean };
  isFallbackAdapter?: boolean;
}

/** The npm package `webgpu`: Chromium's WebGPU for Node. */
interface WebGpuPackage {
  create(flags: readonly string[]): Gpu;
  globals: Record<string, unknown>;
}

/** Drivers that compute on the CPU: SwiftShader, Mesa's llvmpipe, Windows' WARP. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render/i;

/** The WebGPU adapter that tfjs will take. */
export interface AdapterFound {
  /** Its name for people. */
  label: string;
  /** Whether it computes on the CPU. */
  software: boolean;
  /** Puts `navigator.gpu` where tfjs looks for it; in a browser it is there. */
  expose(): void;
}

const scope = globalThis as { navigator?: { gpu?: Gpu } };

/** `navigator.gpu` of a browser, else that of the package `webgpu`. */
async function findGpu(): Promise<{ gpu: Gpu; expose(): void }> {
  if (scope.navigator?.gpu) return { gpu: scope.navigator.gpu, expose: () => {} };
  const { create, globals } = await loadNodePackage<WebGpuPackage>("webgpu");
  const gpu = create([]);
  const expose = () => {
    Object.assign(globalThis, globals);
    // Node has a navigator since version 21.
    if (!scope.navigator) Object.defineProperty(scope, "navigator", { value: {}, configurable: true, writable: true });
    Object.defineProperty(scope.navigator, "gpu", { value: gpu, configurable: true, writable: true });
  };
  return { gpu, expose };
}

/**
 * Looks for a WebGPU adapter.
 *
 * @throws BackendMissing when there is none
 */
export async function findAdapter(): Promise<AdapterFound> {
  const { gpu, expose } = await findGpu();
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" }).catch((error: unknown) => {
    throw new BackendMissing(`WebGPU gives no adapter: ${firstLine(error)}`);
  });
  if (!adapter) {
    throw new BackendMissing("WebGPU finds no adapter; it needs a driver of Vulkan, Metal or Direct3D 12");
  }
  const { description = "", device = "", vendor = "", architecture = "" } = adapter.info ?? {};
  const label = description || device || [vendor, architecture].filter(Boolean).join(" ") || "an unnamed adapter";
  const fallback = adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false;
  return { label, software: fallback || SOFTWARE.test(`${architecture} ${description} ${device}`), expose };
}
