import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fleetlens } from "./program.js";

const G = 9.80665;

let folder: string;
const at = (name: string) => join(folder, name);

/** Four minutes at 10 Hz: the sensor's y points forward, its x up; the speed is that of the second before. */
function rows(vehicle: string, moving: boolean): string[] {
  const lines: string[] = [];
  let speed = 20;
  const speeds: number[] = [];
  for (let i = 0; i < 2400; i++) {
    const along = moving ? 0.2 * Math.sin(i / 37) * Math.sin(i / 211) : 0;
    const side = 0.1 * Math.sin(i / 53);
    speed += along * G * 0.1;
    speeds.push(speed);
    const shown = speeds[Math.max(0, 10 * Math.floor(i / 10) - 10)];
    lines.push(`${vehicle},${1e12 + 100 * i},48,11,0,${along},${side},-1,0,0,${shown}`);
  }
  return lines;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetlens-test-"));
  const head = "vehicle_id,ts,lat,lon,ux,uy,uz,gx,gy,gz,speed";
  writeFileSync(at("phones.csv"), `${[head, ...rows("a", true), ...rows("parked", false)].join("\n")}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...more: string[]) =>
  fleetlens([
    ...["align", "--logs", at("phones.csv"), "--acceleration", "ux,uy,uz", "--gravity", "gx,gy,gz"],
    ...["--speed", "speed", "--out", at("aligned.csv"), ...more],
  ]);

describe("fleetlens align", () => {
  it("turns the sensor's axes into the vehicle's, and leaves out what cannot be told", () => {
    const { code, stdout, stderr } = run();
    expect(code).toBe(0);
    expect(stderr).toContain("1 of 2 vehicles have no aligned accelerations");
    expect(stdout).toMatch(/^a: forward to within 0\.\d degrees/m);
    expect(stdout).toMatch(/^parked: the axes cannot be told/m);
    const [head, ...lines] = readFileSync(at("aligned.csv"), "utf8").trimEnd().split("\r\n");
    expect(head).toBe("vehicle_id,ts,lat,lon,speed,accel_long_g,accel_lat_g,accel_up_g");
    expect(lines).toHaveLength(4800);
    lines.slice(0, 2400).forEach((line, i) => {
      const [vehicle, ts, , , , long, , up] = line.split(",");
      expect([vehicle, Number(ts)]).toEqual(["a", 1e12 + 100 * i]);
      expect(Math.abs(Number(long) - 0.2 * Math.sin(i / 37) * Math.sin(i / 211))).toBeLessThan(0.005);
      expect(Math.abs(Number(up))).toBeLessThan(1e-9);
    });
    expect(lines.slice(2400).every((line) => line.startsWith("parked,") && line.endsWith(",,,"))).toBe(true);
  });

  it("gives machines the axes", () => {
    const { summary } = JSON.parse(run("--json").stdout);
    const [{ vehicle, forward, up }, parked] = summary.vehicles;
    expect(vehicle).toBe("a");
    expect(forward[1]).toBeGreaterThan(0.999);
    expect(up[0]).toBeCloseTo(1, 9);
    expect(parked).toMatchObject({ vehicle: "parked", reason: expect.stringContaining("changes of speed") });
  });

  it("refuses columns that are not there, or twice, and writes nothing", () => {
    rmSync(at("aligned.csv"), { force: true });
    expect(run("--acceleration", "ux,uy").code).toBe(2);
    expect(run("--acceleration", "ux,uy,uy").code).toBe(2);
    expect(run("--speed", "velocity")).toMatchObject({ code: 2, stderr: expect.stringContaining("velocity") });
    expect(run("--keep", "lat")).toMatchObject({ code: 2, stderr: expect.stringContaining('"lat"') });
    expect(existsSync(at("aligned.csv"))).toBe(false);
  });
});
