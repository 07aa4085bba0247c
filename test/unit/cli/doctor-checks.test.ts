import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkNeural } from "../../../src/cli/doctor/neural.js";
import { checkSpark, installedVersion } from "../../../src/cli/doctor/optional-packages.js";
import { checkNode, checkTemp, memoryGib } from "../../../src/cli/doctor/runtime.js";

describe("doctor's checks", () => {
  it.each([
    ["20.18.3", "failed"],
    ["18.20.0", "failed"],
    ["20.19.0", "ok"],
    ["22.1.0", "ok"],
  ])("Node %s is %s", (version, status) => {
    expect(checkNode(version).status).toBe(status);
  });

  it("counts some memory and not more than there can be", () => {
    expect(memoryGib()).toBeGreaterThan(0.1);
    expect(memoryGib()).toBeLessThan(1e5);
  });

  it("leaves nothing behind in the temporary folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fleetlens-unit-"));
    expect(await checkTemp(folder)).toMatchObject({ status: "ok", required: true });
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it("says which tensor backend is taken, why no faster one is, and which were not tried", async () => {
    const passedOver = [{ name: "cuda" as const, reason: "no device" }];
    const opened = { name: "webgpu" as const, detail: "WebGPU on a GPU", passedOver };
    expect(await checkNeural(async () => ({ opened }))).toEqual({
      ...{ part: "neural", status: "ok", required: false },
      detail: "auto takes webgpu: WebGPU on a GPU; not cuda: no device; not tried, since slower: wasm, cpu",
    });
    const slowest = { name: "cpu" as const, detail: "plain JavaScript", passedOver: [] };
    expect((await checkNeural(async () => ({ opened: slowest }))).detail).toBe("auto takes cpu: plain JavaScript");
  });

  it("tells backends that are not there from one that ends its process", async () => {
    expect(await checkNeural(async () => ({ refused: "none works; npm install it" }))).toMatchObject({
      ...{ status: "missing", required: false, detail: "neural models are off: none works; npm install it" },
    });
    const crash = () => Promise.reject(new Error("opening a tensor backend ended the process with SIGSEGV"));
    expect(await checkNeural(crash)).toMatchObject({
      status: "failed",
      detail: "opening a tensor backend ended the process with SIGSEGV; name one of another kind by --backend",
    });
  });

  it("says what the driver of Spark turns on, and that Trino needs none", () => {
    expect(checkSpark(() => "1.0.0")).toMatchObject({
      status: "ok",
      required: false,
      detail: expect.stringMatching(
        /^hive-driver 1\.0\.0: --engine spark:\/\/host:port is on; Trino .* needs no package$/,
      ),
    });
    expect(checkSpark(() => null)).toMatchObject({
      status: "missing",
      detail: expect.stringContaining("npm install hive-driver"),
    });
  });

  it("finds the version of a package by its own package.json", () => {
    expect(installedVersion("commander")).toMatch(/^\d+\.\d+\.\d+/);
    expect(installedVersion("luxon")).toMatch(/^3\./);
    expect(installedVersion("no-such-package-of-fleetlens")).toBeNull();
  });
});
