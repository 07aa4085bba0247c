import { describe, expect, it } from "vitest";
import {
  EngineError,
  FleetlensError,
  InputError,
  NumericalError,
  PolicyError,
  ReportError,
  UnavailableError,
} from "../../../src/core/errors.js";

describe("errors", () => {
  it.each([
    [new InputError("m"), "InputError", "E_INPUT"],
    [new PolicyError("m"), "PolicyError", "E_POLICY"],
    [new EngineError("m"), "EngineError", "E_ENGINE"],
    [new NumericalError("m"), "NumericalError", "E_NUMERICAL"],
    [new ReportError("E_REPORT_PARSE", "m"), "ReportError", "E_REPORT_PARSE"],
    [new UnavailableError("E_RENDERER_UNAVAILABLE", "m"), "UnavailableError", "E_RENDERER_UNAVAILABLE"],
  ])("%s carries its name and code", (error, name, code) => {
    expect(error).toBeInstanceOf(FleetlensError);
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.message, error.details]).toEqual([name, code, "m", {}]);
    expect(error.stack).toContain(name);
  });

  it("keeps details and cause, and lets an input error name a finer code", () => {
    const cause = new Error("disk");
    const error = new InputError("m", { row: 3 }, { cause, code: "E_INPUT_DUPLICATE" });
    expect([error.code, error.details, error.cause]).toEqual(["E_INPUT_DUPLICATE", { row: 3 }, cause]);
  });

  it("has details that survive structured cloning", () => {
    expect(structuredClone(new InputError("m", { column: "x", row: 1 }).details)).toEqual({ column: "x", row: 1 });
  });
});
