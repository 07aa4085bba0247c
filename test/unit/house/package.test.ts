import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { VERSION } from "../../../src/core/version.js";

interface LockEntry {
  version?: string;
  license?: string;
  resolved?: string;
  integrity?: string;
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
}

const readJson = (file: string) => JSON.parse(readFileSync(file, "utf8"));
const manifest = readJson("package.json");
const lock: Record<string, LockEntry> = readJson("package-lock.json").packages;
const wanted: Record<string, string> = {
  ...manifest.dependencies,
  ...manifest.optionalDependencies,
  ...manifest.devDependencies,
};

describe("package.json", () => {
  it("has the version that the program says", () => {
    expect(VERSION).toBe(manifest.version);
  });

  it("names only dependencies that something uses", () => {
    const sources = ["src", "reports", "scripts", "test", "bench"].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => /\.(ts|js|mjs)$/.test(file) && !file.startsWith("unit/house"))
        .map((file) => readFileSync(`${folder}/${file}`, "utf8")),
    );
    // Types and coverage are used by tools that find them by themselves.
    const found = (name: string) =>
      /^@types\/|coverage/.test(name) ||
      sources.some((text) =>
        ['"', "/"].some((end) => text.includes(`"${name}${end}`) || text.includes(`node_modules/${name}/`)),
      );
    expect(Object.keys(wanted).filter((name) => !found(name))).toEqual([]);
  });

  it("makes every peer optional, names it in the documentation, and lets the doctor look for it", () => {
    const peers = Object.keys(manifest.peerDependencies);
    const documented = readFileSync("docs/dependencies.md", "utf8");
    const looked = ["src/cli/doctor/optional-packages.ts", "src/neural/backend-openers.ts"];
    const doctor = looked.map((file) => readFileSync(file, "utf8")).join("\n");
    expect(peers).toContain("@tensorflow/tfjs-node");
    for (const name of peers) {
      expect(manifest.peerDependenciesMeta[name], name).toEqual({ optional: true });
      expect(documented, name).toContain(`\`${name}\``);
      expect(doctor, name).toContain(`"${name}"`);
    }
    expect(lock[""]).toMatchObject({ peerDependencies: manifest.peerDependencies });
  });

  it("pins every dependency exactly", () => {
    expect(Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });
});

describe("package-lock.json", () => {
  it("names no registry", () => {
    expect(Object.entries(lock).filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
  });

  it("says what package.json says", () => {
    for (const [name, version] of Object.entries(wanted))
      expect(lock[`node_modules/${name}`].version, name).toBe(version);
  });

  it("holds the binaries of every platform, so that npm ci takes it everywhere", () => {
    const absent = Object.entries(lock).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !lock[`node_modules/${name}`] && !lock[`${path}/node_modules/${name}`],
      ),
    );
    expect(absent, "run npm run lock").toEqual([]);
  });

  it("knows the digest of everything but other platforms' binaries", () => {
    const bare = Object.entries(lock).filter(([path, entry]) => path !== "" && !entry.integrity && !entry.optional);
    expect(bare).toEqual([]);
  });
});

describe("docs/dependencies.md", () => {
  const rows = readFileSync("docs/dependencies.md", "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const listed = new Map(
    rows.map(([, name, version, licence, reason]) => [name.slice(1, -1), { version, licence, reason }]),
  );

  it("lists exactly the dependencies of package.json", () => {
    expect([...listed.keys()].sort()).toEqual(Object.keys(wanted).sort());
  });

  it.each(Object.keys(wanted))("%s: version and licence are those installed, and there is a reason", (name) => {
    const { version, licence, reason } = listed.get(name) ?? {};
    expect(version).toBe(wanted[name]);
    expect(licence).toBe(lock[`node_modules/${name}`].license);
    expect(reason?.length).toBeGreaterThan(20);
  });
});
