import { cellToParent, gridDisk, latLngToCell } from "h3-js";
import { describe, expect, it } from "vitest";
import { fewerCells, outlineOf } from "../../../../src/backtest/geo/fewer-cells.js";

describe("coarser cells", () => {
  const disk = gridDisk(latLngToCell(48.137, 11.575, 9), 30);
  const cells = disk.map((cell, i) => ({ cell, sums: [1, i] }));

  it("keep the sums", async () => {
    const { resolution, cells: joined } = await fewerCells(cells, 500);
    expect(resolution).toBe(8);
    expect(joined.length).toBeLessThanOrEqual(500);
    expect(new Set(joined.map(({ cell }) => cell))).toEqual(new Set(disk.map((cell) => cellToParent(cell, 8))));
    const total = (column: number) => joined.reduce((sum, { sums }) => sum + sums[column], 0);
    expect([total(0), total(1)]).toEqual([disk.length, (disk.length * (disk.length - 1)) / 2]);
  });
  it("are the cells themselves where they are few", async () => {
    expect(await fewerCells(cells)).toEqual({ resolution: 9, cells });
    expect(await fewerCells([])).toEqual({ resolution: null, cells: [] });
  });
  it("have one outline without the sides between them", async () => {
    const { type, coordinates } = await outlineOf(disk);
    expect(type).toBe("MultiPolygon");
    expect(coordinates).toHaveLength(1);
    expect(coordinates[0]).toHaveLength(1);
    expect(coordinates[0][0].length).toBeLessThan(500);
  });
});
