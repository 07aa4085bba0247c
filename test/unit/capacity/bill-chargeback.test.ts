import { describe, expect, it } from "vitest";
import { billChargeback, type FamilyBill } from "../../../src/capacity/economics/bill-chargeback.js";

const usage = {
  teams: ["a", "b"],
  families: ["a100", "h100"],
  hours: 2,
  firstHour: 0,
  gpus: [
    [Float64Array.of(1, 2), Float64Array.of(0, 0)],
    [Float64Array.of(1, 0), Float64Array.of(0, 0)],
  ],
};
const bill: FamilyBill = {
  total: 1000.1,
  families: [
    { family: "a100", used: 400, unused: 40 },
    { family: "h100", used: 300, unused: 30 },
    { family: "l4", used: 20, unused: 0 },
  ],
};

describe("billChargeback", () => {
  const { rows, bill: total } = billChargeback(bill, usage);

  it("spreads a family over its teams by GPU-hours, and adds up to the bill", () => {
    expect(rows.map(({ team, family }) => `${team} ${family}`)).toEqual([
      "_idle h100",
      "_unassigned h100",
      "_unassigned l4",
      "_unassigned other",
      "a a100",
      "b a100",
    ]);
    const of = (team: string) => rows.find((row) => row.team === team && row.family === "a100");
    expect(of("a")).toMatchObject({ gpuHours: 3, shareCost: 300, idleCost: 30, total: 330 });
    expect(of("b")).toMatchObject({ gpuHours: 1, shareCost: 100, idleCost: 10 });
    expect(total).toBe(1000.1);
    expect(rows.reduce((sum, row) => sum + row.total, 0)).toBeCloseTo(1000.1, 9);
  });

  it("gives what is no GPU to nobody", () => {
    expect(rows.find(({ family }) => family === "other")).toMatchObject({ team: "_unassigned", gpuHours: 0 });
    expect(rows.find(({ family }) => family === "other")?.total).toBeCloseTo(210.1, 9);
  });
});
