import { describe, expect, it } from "vitest";
import { GPU_FAMILIES_DATE, gpuFamily } from "../../../src/cost/index.js";

describe("gpuFamily", () => {
  it.each([
    ["p5.48xlarge", "h100"],
    ["USE1-BoxUsage:p5en.48xlarge", "h200"],
    ["p4d.24xlarge", "a100"],
    ["p4de.24xlarge", "a100"],
    ["EUW1-SpotUsage:g6e.2xlarge", "l40s"],
    ["g6.12xlarge", "l4"],
    ["ml.g5.xlarge", "a10g"],
    ["USE1-Host:ml.p4d.24xlarge", "a100"],
    ["a2-highgpu-8g", "a100"],
    ["a3-megagpu-8g", "h100"],
    ["a3-ultragpu-8g", "h200"],
    ["g2-standard-48", "l4"],
    ["Standard_NC24ads_A100_v4", "a100"],
    ["Standard_ND96isr_H100_v5", "h100"],
    ["ND96amsr A100 v4", "a100"],
    ["Standard_NC16as_T4_v3", "t4"],
    ['{"InstanceType":"p3.16xlarge","InstanceSeries":"P3"}', "v100"],
    ["m7i.8xlarge", "other"],
    ["p9.48xlarge", "other"],
    ["Amazon Elastic Compute Cloud", "other"],
    ["Nvidia H100 GPU", "other"],
    ["a1.xlarge", "other"],
    ["Standard_D8s_v5", "other"],
  ])("%s is %s", (text, family) => {
    expect(gpuFamily([null, "", text])).toBe(family);
  });

  it("takes the first text that names a type, and is dated", () => {
    expect(gpuFamily(["m7i.large", "BoxUsage:p5.48xlarge", "g5.xlarge"])).toBe("h100");
    expect(gpuFamily([])).toBe("other");
    expect(GPU_FAMILIES_DATE).toMatch(/^\d{4}-\d{2}$/);
  });
});
