import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACTION, buildCsr, type Csr, decide, exclusiveByRoot, reach } from "../../../src/gc-reachability/index.js";
import { readTable } from "../../../src/ingest/index.js";
import { load } from "./scenario.js";

const DATA = resolve(import.meta.dirname, "../../../../shared/data/gc");

interface Graph {
  ids: string[];
  size: Float64Array;
  csr: Csr;
  /** Vertex of each ref. */
  refs: Map<string, number>;
}

const byCode = (a: string, b: string): number => (a < b ? -1 : 1);

/** Objects in the order of their ids, which are hexadecimal. */
function makeGraph(objects: [string, number][], edges: [string, string][], refs: [string, string][]): Graph {
  objects.sort(([a], [b]) => byCode(a, b));
  const place = new Map(objects.map(([id], i) => [id, i]));
  const listed = edges.flatMap(([src, dst]) => {
    const ends = [place.get(src), place.get(dst)];
    return ends.includes(undefined) ? [] : [ends as number[]];
  });
  const column = (end: number) => Int32Array.from(listed, (ends) => ends[end]);
  return {
    ids: objects.map(([id]) => id),
    size: Float64Array.from(objects, ([, size]) => size),
    csr: buildCsr(objects.length, column(0), column(1)),
    refs: new Map(refs.flatMap(([ref, id]) => (place.has(id) ? [[ref, place.get(id) as number]] : []))),
  };
}

async function rowsOf(file: string, names: string[]): Promise<(string | number)[][]> {
  const table = await readTable(file);
  try {
    const rows = await table.engine.rows({ sql: `SELECT ${names.join(", ")} FROM ${table.relation}` });
    return rows.map((row) => names.map((name) => row[name] as string | number));
  } finally {
    await table.close();
  }
}

describe.skipIf(!existsSync(DATA))("object graphs of git repositories (skipped without ../shared/data/gc)", () => {
  const repositories = existsSync(DATA) ? readdirSync(DATA).sort() : [];
  interface Truth {
    subsets: { keep: string[]; n_kept: number; kept_sha256: string; n_candidates: number; candidate_bytes: number }[];
    exclusive: Record<string, number>;
  }

  it.each(repositories)(
    "%s: kept objects of all subsets and exclusive bytes of all refs as git has them",
    async (name) => {
      const file = (part: string): string => join(DATA, name, part);
      const [objects, edges, refs] = [
        await rowsOf(file("objects.parquet"), ["id", "size_bytes"]),
        await rowsOf(file("edges.parquet"), ["src", "dst"]),
        await rowsOf(file("refs.parquet"), ["ref", "id"]),
      ];
      const graph = makeGraph(
        objects.map(([id, size]) => [String(id), Number(size)]),
        edges as [string, string][],
        refs as [string, string][],
      );
      const truth: Truth = JSON.parse(readFileSync(file("truth.json"), "utf8"));
      expect(truth.subsets).toHaveLength(3);
      for (const subset of truth.subsets) {
        const tips = Int32Array.from(subset.keep, (ref) => graph.refs.get(ref) as number);
        const { depth, count } = reach(graph.csr, tips);
        const kept = graph.ids.filter((_, i) => depth[i] >= 0);
        const gone = graph.size.filter((_, i) => depth[i] < 0);
        expect([count, kept.length]).toEqual([subset.n_kept, subset.n_kept]);
        expect(createHash("sha256").update(kept.join("\n")).digest("hex")).toBe(subset.kept_sha256);
        expect(gone.length).toBe(subset.n_candidates);
        expect(gone.reduce((sum, bytes) => sum + bytes, 0)).toBe(subset.candidate_bytes);
      }
      expect(Object.keys(truth.exclusive)).toHaveLength(8);
      const rows = [...graph.refs.keys()];
      const rootOf = new Int32Array(graph.ids.length).fill(-1);
      const shared = new Uint8Array(graph.ids.length);
      rows.forEach((ref, row) => {
        const vertex = graph.refs.get(ref) as number;
        if (rootOf[vertex] >= 0) shared[vertex] = 1;
        rootOf[vertex] = row;
      });
      const { bytes } = exclusiveByRoot(graph.csr, rootOf, shared, graph.size);
      const ours = Object.keys(truth.exclusive).map((ref) => [ref, bytes[rows.indexOf(ref)] ?? 0]);
      expect(Object.fromEntries(ours)).toEqual(truth.exclusive);
    },
  );
});

describe("a repository made here, beside git rev-list", () => {
  let folder: string;
  const git = (...args: string[]): string =>
    execFileSync("git", args, {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_NO_REPLACE_OBJECTS: "1",
        GIT_AUTHOR_NAME: "a",
        GIT_AUTHOR_EMAIL: "a@example.org",
        GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
        GIT_COMMITTER_NAME: "a",
        GIT_COMMITTER_EMAIL: "a@example.org",
        GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
      },
    });
  const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");
  const commit = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
    git("add", name);
    git("commit", "-q", "-m", `change ${name}`);
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fleetlens-git-"));
    git("init", "-q", "-b", "main");
    commit("model.txt", "weights 1\n");
    commit("data.txt", "rows\n");
    git("tag", "-a", "v1", "-m", "first");
    git("checkout", "-q", "-b", "side");
    commit("side.txt", "only here\n");
    // A submodule's commit is not an object of this repository.
    git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},module`);
    git("commit", "-q", "-m", "a submodule");
    git("checkout", "-q", "main");
    commit("model.txt", "weights 2\n");
    git("merge", "-q", "--no-ff", "-m", "merge", "side");
    git("checkout", "-q", "-b", "dropped", "v1");
    commit("dropped.txt", "goes with its branch\n");
    git("tag", "lightweight", "main~1");
    // With replaced objects looked through, git would tell another history.
    git("replace", "main", "dropped");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function readRepository(): Graph {
    const listed = lines(
      git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype) %(objectsize)"),
    );
    const objects = listed.map((line) => line.split(" "));
    const edges = objects.flatMap(([id, type]): [string, string][] => {
      if (type === "blob") return [];
      if (type === "tree") {
        const entries = lines(git("ls-tree", id)).map((line) => line.split(/\s/));
        return entries.filter(([mode]) => mode !== "160000").map(([, , oid]) => [id, oid]);
      }
      const header = git("cat-file", "-p", id).split("\n\n")[0];
      return Array.from(header.matchAll(/^(?:tree|parent|object) ([0-9a-f]{40})$/gm), ([, oid]) => [id, oid]);
    });
    const refs = lines(git("for-each-ref", "--format=%(refname) %(objectname)")).map((line) => line.split(" "));
    return makeGraph(
      objects.map(([id, , size]) => [id, Number(size)]),
      edges,
      refs as [string, string][],
    );
  }

  it("keeps what git keeps, for every choice of refs", () => {
    const graph = readRepository();
    const names = [...graph.refs.keys()].filter((ref) => !ref.startsWith("refs/replace/"));
    expect(names).toHaveLength(5);
    for (let choice = 1; choice < 2 ** names.length; choice++) {
      const chosen = names.filter((_, i) => choice & (1 << i));
      const { depth } = reach(
        graph.csr,
        Int32Array.from(chosen, (ref) => graph.refs.get(ref) as number),
      );
      const theirs = lines(git("rev-list", "--objects", "--no-object-names", ...chosen)).sort(byCode);
      expect(graph.ids.filter((_, i) => depth[i] >= 0)).toEqual(theirs);
    }
  });

  it("a decision with refs as protections keeps what git does", () => {
    const graph = readRepository();
    const refs = [...graph.refs].filter(([ref]) => !ref.startsWith("refs/replace/") && ref !== "refs/heads/dropped");
    const { input, policy } = load({
      things: graph.ids.map((id, i) => ({
        ...{ id, kind: "git", class: "Bronze", size: graph.size[i], storage: "STANDARD" },
        ...{ created: 0, accessed: null, since: null, group: null, metric: null },
      })),
      edges: [],
      protections: refs.map(([name, vertex]) => ({ id: graph.ids[vertex], name, type: "custom", expires: null })),
      holds: [],
      erasures: [],
      policy: {
        ...{ schema_version: 1, grace_hours: 0, erasure_vs_hold: "erase", weak_relations: [] },
        ...{ max_break_even_months: 12, minimal_keep: [], exceptions: [], storage_classes: {} },
        classes: { Bronze: { horizon_days: 1, access_days: 0, on_expire: "delete" } },
      },
      asOf: Date.UTC(2026, 5, 1),
      snapshotAt: Date.UTC(2026, 5, 1),
    });
    const { action } = decide({ ...input, csr: graph.csr }, policy, Date.UTC(2026, 5, 1));
    const theirs = lines(git("rev-list", "--objects", "--no-object-names", ...refs.map(([ref]) => ref)));
    const stays = graph.ids.filter((_, i) => action[i] === ACTION.keep);
    expect(stays).toEqual(theirs.sort(byCode));
    expect(stays.length).toBeLessThan(graph.ids.length);
  });
});
