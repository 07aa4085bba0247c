import { describe, expect, it } from "vitest";
import { clopperPearson } from "../../../src/core/clopper-pearson.js";
import {
  betaQuantile,
  binomialCdf,
  chiSquareSf,
  noncentralTSf,
  normalCdf,
  normalQuantile,
  normalTwoSided,
  studentQuantile,
  studentTwoSided,
  twoSidedZ,
} from "../../../src/core/distributions.js";

const near = (value: number, expected: number, digits = 1e-11): void => {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(digits * Math.abs(expected));
};

// Expected values are of scipy 1.17.1.
describe("distributions", () => {
  it("normal", () => {
    near(normalCdf(-5), 2.866515718791933e-7);
    near(normalQuantile(0.975), 1.959963984540054);
    near(normalQuantile(1e-300), -37.0470962993612);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    near(twoSidedZ(0.99), 2.5758293035489004);
    near(normalTwoSided(-5), 5.733031437583866e-7);
    near(normalTwoSided(37), 1.1451142445047853e-299);
    expect([normalTwoSided(1e300), normalCdf(1e6), normalCdf(Number.NEGATIVE_INFINITY)]).toEqual([0, 1, 0]);
  });

  it("Student", () => {
    near(studentTwoSided(40, 18), 4.865261692304997e-19);
    near(studentTwoSided(1.8463723646899908, 17.9), 0.08144092245591834);
    near(studentTwoSided(1e-6, 1e5), 0.9999992021174339, 1e-14);
    near(studentTwoSided(3, 4e5), 0.0026999622602970653, 1e-9);
    near(studentTwoSided(5, 4e6), 5.733273033606308e-7, 1e-9);
    expect([studentTwoSided(0, 7), studentTwoSided(1e200, 7), studentTwoSided(1e200, 1e8)]).toEqual([1, 0, 0]);
    near(studentQuantile(0.975, 10), 2.2281388519649385);
    near(studentQuantile(0.025, 10), -2.2281388519649385);
  });

  it("normal, far out", () => {
    expect([normalCdf(1e5), normalCdf(-1e5), normalCdf(Number.POSITIVE_INFINITY), normalTwoSided(1e9)]).toEqual([
      1, 0, 1, 0,
    ]);
    expect(normalCdf(Number.NaN)).toBeNaN();
  });

  it("noncentral Student", () => {
    near(noncentralTSf(2, 10, 1), 0.19238843746962478);
    near(noncentralTSf(2, 1, 1), 0.3771280355397183);
    near(noncentralTSf(-1, 5, 2), 0.9976836243459248);
    near(noncentralTSf(2, 0.7, -3), 0.00024251149348207416);
    near(noncentralTSf(60, 20, 50), 0.16532293904097065);
    near(noncentralTSf(1.96, 1e6, 2.8), 0.7995457179448205);
    near(noncentralTSf(2, 7, 0), studentTwoSided(2, 7) / 2);
  });

  it("chi-square", () => {
    near(chiSquareSf(15.94017094017094, 3), 0.0011664653329424891);
    near(chiSquareSf(10600, 10000), 1.5545115785517534e-5);
    near(chiSquareSf(1300, 2), 5.111951948651156e-283);
    expect([chiSquareSf(0, 3), chiSquareSf(3000, 2), chiSquareSf(100, 10000)]).toEqual([1, 0, 1]);
    expect(chiSquareSf(Number.POSITIVE_INFINITY, 3)).toBe(0);
  });

  it("beta and binomial", () => {
    near(betaQuantile(0.025, 100001, 200000), 0.331649743747981);
    expect([betaQuantile(0, 2, 5), betaQuantile(1, 2, 5)]).toEqual([0, 1]);
    near(binomialCdf(3, 20, 0.3), 0.10708680450373);
    expect([binomialCdf(-1, 5, 0.5), binomialCdf(5, 5, 0.5)]).toEqual([0, 1]);
  });

  it("Clopper and Pearson", () => {
    const { low, high } = clopperPearson(12, 200);
    near(low!, 0.031383953893483446);
    near(high!, 0.10246183130832451);
    expect(clopperPearson(0, 50).low).toBe(0);
    near(clopperPearson(0, 50).high!, 0.07112173646419767);
    expect(clopperPearson(50, 50).high).toBe(1);
    expect(clopperPearson(0, 0).rate).toBeNull();
  });
});
