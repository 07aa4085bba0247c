import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkNeural, checkSpark, installedVersion } from "../../../src/cli/doctor/optional-packages.js";
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

  it("lists the tensor backends that are there, fastest first", () => {
    const installed: Record<string, string> = { "@tensorflow/tfjs": "4.22.0", "@tensorflow/tfjs-node-gpu": "4.22.0" };
    expect(checkNeural((name) => installed[name] ?? null)).toMatchObject({
      status: "missing",
      detail: expect.stringMatching(
        /found @tensorflow\/tfjs-node-gpu 4.22.0 \(CUDA\), @tensorflow\/tfjs 4.22.0 \(plain JavaScript\)$/,
      ),
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
