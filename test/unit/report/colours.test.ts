import { describe, expect, it } from "vitest";
import { contrast, parseHex, type Rgb, withContrast } from "../../../src/report/colour.js";
import { DARK, LIGHT, type Palette } from "../../../src/report/palette.js";
import { darkOf, recolour } from "../../../src/report/vega/recolour.js";

const rgb = (hex: string) => parseHex(hex) as Rgb;

describe("colours", () => {
  it("measures contrast as WCAG does", () => {
    expect(contrast(rgb("#000"), rgb("#fff"))).toBe(21);
    expect(contrast(rgb("#777777"), rgb("#ffffff"))).toBeCloseTo(4.48, 2);
  });

  it.each([
    ["light", LIGHT],
    ["dark", DARK],
  ] as [string, Palette][])("%s: text has 4.5:1 and lines 3:1 on the page and its surface", (_, palette) => {
    for (const name of ["text", "muted", "accent", "info", "warning", "error"] as const) {
      for (const under of [palette.page, palette.surface]) {
        expect(contrast(rgb(palette[name]), rgb(under)), `${name} on ${under}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    for (const colour of [palette.ink, palette.hover, ...palette.category]) {
      expect(contrast(rgb(colour), rgb(palette.page)), colour).toBeGreaterThanOrEqual(3);
    }
    for (const fill of palette.fill) {
      expect(contrast(rgb(palette.text), rgb(fill)), fill).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("mixes no further than needed", () => {
    expect(withContrast(rgb("#000000"), rgb("#ffffff"), 3)).toEqual([0, 0, 0]);
    const mixed = withContrast(rgb("#f0e442"), rgb("#ffffff"), 3);
    expect(contrast(mixed, rgb("#ffffff"))).toBeGreaterThanOrEqual(3);
    expect(contrast(mixed, rgb("#ffffff"))).toBeLessThan(3.3);
  });

  it("turns palette colours into their counterparts and keeps the contrast of others in the dark", () => {
    expect(darkOf(LIGHT.ink)).toBe(DARK.ink);
    expect(darkOf(LIGHT.heat[3])).toBe(DARK.heat[3]);
    expect(darkOf("#ffffff")).toBe(DARK.page);
    expect(contrast(rgb(darkOf("#444444")), rgb(DARK.page))).toBeGreaterThanOrEqual(4.5);
  });

  it("paints looks only, never rows, words or scales that mix colours", () => {
    const spec = {
      data: [{ name: "d", values: [{ c: "#444444" }] }],
      title: { text: "#444444", color: "#444444" },
      scales: [
        { name: "a", type: "ordinal", domain: ["#444444"], range: ["#444"] },
        { name: "b", type: "linear", domain: [0, 1], range: ["#444444", "#555555"] },
      ],
      marks: [{ type: "rule", encode: { update: { stroke: [{ test: "x", value: "black" }, { value: "#444444" }] } } }],
    };
    const painted = JSON.parse(JSON.stringify(recolour(spec, (hex) => `<${hex}>`)));
    expect(painted.data).toEqual(spec.data);
    expect(painted.title).toEqual({ text: "#444444", color: "<#444444>" });
    expect(painted.scales[0]).toMatchObject({ domain: ["#444444"], range: ["<#444444>"] });
    expect(painted.scales[1].range).toEqual(["#444444", "#555555"]);
    expect(painted.marks[0].encode.update.stroke).toEqual([{ test: "x", value: "<#000000>" }, { value: "<#444444>" }]);
  });
});
