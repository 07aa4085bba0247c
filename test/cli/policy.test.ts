import { generateKeyPairSync } from "node:crypto";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PolicyDiffFileSchema } from "../../src/backtest/index.js";
import { DsseEnvelopeSchema } from "../../src/ingest/backtest/dsse-schema.js";
import { fleetlens } from "./program.js";

const EXAMPLE = "fixtures/backtest/policy.yaml";
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetlens-test-"));
  copyFileSync(EXAMPLE, at("policy.yaml"));
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  writeFileSync(at("key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(at("key.pub.pem"), publicKey.export({ type: "spki", format: "pem" }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const run = (...args: string[]) => fleetlens(["policy", ...args]);

function changed(name: string, from: string | RegExp, to: string): string {
  writeFileSync(at(name), readFileSync(at("policy.yaml"), "utf8").replace(from, to));
  return at(name);
}

describe("fleetlens policy validate", () => {
  it("prints only the verdict", () => {
    expect(run("validate", EXAMPLE)).toEqual({ code: 0, stdout: '{"ok":true,"errors":[]}\n', stderr: "" });
  });

  it("exits 1 with every error", () => {
    const { code, stdout, stderr } = run("validate", changed("bad.yaml", "enter: -0.25", "enter: -9"));
    expect([code, stderr]).toEqual([1, ""]);
    const found = JSON.parse(stdout);
    expect(Object.keys(found)).toEqual(["ok", "errors"]);
    expect(found).toMatchObject({
      ok: false,
      errors: [{ path: "/triggers/0/when/conditions/0/enter", code: "out_of_range", message: expect.any(String) }],
    });
  });

  it("checks versions, and takes bytes that are no text for a bad policy", () => {
    const { code, stdout } = run("validate", EXAMPLE, "--edge-version", "3.1.0");
    expect([code, JSON.parse(stdout).errors[0].code]).toEqual([1, "incompatible_version"]);
    writeFileSync(at("latin.yaml"), Buffer.from([0xe9]));
    const latin = run("validate", at("latin.yaml"));
    expect([latin.code, JSON.parse(latin.stdout).errors[0]]).toMatchObject([1, { path: "", code: "schema" }]);
  });

  it("exits 2 for a file that is not there and a version that is none", () => {
    expect(run("validate", at("none.yaml"))).toMatchObject({ code: 2, stdout: "" });
    expect(run("validate", EXAMPLE, "--edge-version", "new")).toMatchObject({ code: 2, stdout: "" });
    expect(run("validate")).toMatchObject({ code: 2 });
  });

  it("has a line for machines", () => {
    const { code, stdout } = run("validate", EXAMPLE, "--json");
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { command: "policy validate", summary: { ok: true, errors: [] } },
    ]);
  });
});

describe("fleetlens policy diff", () => {
  it("writes Markdown and JSON, the same bytes each time", () => {
    const next = changed("next.yaml", "dwell_ms: 300", "dwell_ms: 400");
    const { code, stderr } = run("diff", EXAMPLE, next, "--out", at("d.md"), "--out", at("d.json"));
    expect(code).toBe(0);
    expect(stderr).toContain("the version was not raised from 2.3.1");
    const diff = PolicyDiffFileSchema.parse(JSON.parse(readFileSync(at("d.json"), "utf8")));
    expect(diff.changes).toMatchObject([
      { name: "hard_brake", key: "dwell_ms", before: 300, after: 400, sensitivity: "less" },
    ]);
    expect(diff.createdFrom.inputs.map(({ name }) => name)).toEqual([EXAMPLE, next]);
    const printed = run("diff", EXAMPLE, next);
    expect(printed.stdout).toBe(readFileSync(at("d.md"), "utf8"));
    expect(JSON.parse(run("diff", EXAMPLE, next, "--json").stdout).summary.changes).toEqual(diff.changes);
  });

  it("exits 2 for a bad policy, with the JSON Pointer", () => {
    const { code, stderr } = run(
      "diff",
      EXAMPLE,
      changed("bad.yaml", "enter: -0.25", "enter: -9"),
      "--out",
      at("no.md"),
    );
    expect(code).toBe(2);
    expect(stderr).toContain("/triggers/0/when/conditions/0/enter");
    expect(readdirSync(folder)).not.toContain("no.md");
    expect(run("diff", EXAMPLE, EXAMPLE, "--out", at("no.txt")).code).toBe(2);
  });
});

describe("fleetlens policy sign and verify", () => {
  it("agree on the file that was signed, under any name, and on no other", () => {
    const signed = run("sign", at("policy.yaml"), "--key", at("key.pem"), "--out", at("b.json"));
    expect([signed.code, signed.stderr]).toEqual([0, ""]);
    DsseEnvelopeSchema.parse(JSON.parse(readFileSync(at("b.json"), "utf8")));
    const good = run("verify", at("b.json"), "--key", at("key.pub.pem"), EXAMPLE);
    expect(good.stdout).toMatch(/^verified: policy\.yaml, version 2\.3\.1/);
    expect(good.code).toBe(0);
    const other = run("verify", at("b.json"), "--key", at("key.pub.pem"), changed("other.yaml", /$/, " "));
    expect(other).toMatchObject({ code: 1, stdout: "" });
    expect(other.stderr).toMatch(/^E_SIGNATURE: .*not the one that was signed/);
  });

  it("refuse bad policies, keys and files, and write nothing then", () => {
    const bad = changed("bad.yaml", "version: 2.3.1", "version: 2");
    expect(run("sign", bad, "--key", at("key.pem"), "--out", at("no.json")).stderr).toContain("/version: semver");
    expect(run("sign", EXAMPLE, "--key", at("key.pub.pem"), "--out", at("no.json")).code).toBe(2);
    expect(run("sign", at("policy.yaml"), "--key", at("key.pem"), "--out", at("policy.yaml")).code).toBe(2);
    expect(readdirSync(folder)).not.toContain("no.json");
    run("sign", EXAMPLE, "--key", at("key.pem"), "--out", at("c.json"));
    expect(run("verify", at("c.json"), "--key", at("key.pem"), EXAMPLE).code).toBe(2);
    expect(run("verify", at("none.json"), "--key", at("key.pub.pem"), EXAMPLE).code).toBe(2);
  });

  it("fail for another key", () => {
    const { publicKey } = generateKeyPairSync("ed25519");
    writeFileSync(at("other.pub.pem"), publicKey.export({ type: "spki", format: "pem" }));
    run("sign", EXAMPLE, "--key", at("key.pem"), "--out", at("k.json"));
    expect(run("verify", at("k.json"), "--key", at("other.pub.pem"), EXAMPLE).code).toBe(1);
  });
});
