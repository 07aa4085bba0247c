import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../../src/core/errors.js";
import { explainGc, planGc, verifyGc, whatIfGc } from "../../../../src/ingest/gc/plan/index.js";
import { copyTo, temporaryFolder } from "../files.js";
import { AS_OF, type Case, csv, OLD, object, POLICY, planCase, refusal, writeCase } from "./plan-case.js";

const at = temporaryFolder();
let cases = 0;
const folder = () => at(`case-${cases++}`);

const A = "s3://b/a";
const base = { objects: [object(A), object("s3://b/b")], edges: [[A, "s3://b/b"] as const] } satisfies Case;
const without = (column: string) => base.objects.map(({ [column]: _, ...row }) => row);
const second = (change: Record<string, string | number | null>) => [base.objects[0], { ...base.objects[1], ...change }];
const policy = (from: string | RegExp, to: string) => POLICY.replace(from, to);

const protection = (row: Record<string, string>) => ({ protections: [{ id: A, type: "custom", name: "p", ...row }] });
const yaml = (text: string) => ({ protections: { file: "protections.yaml", text } });

/** What it is, the case, and the text of the refusal. */
const REFUSED: readonly (readonly [string, Partial<Case>, RegExp])[] = [
  [
    "no schema_version",
    { policy: policy("schema_version: 1\n", "") },
    /policy\.yaml: schema_version must be 1, got none/,
  ],
  ["another schema_version", { policy: policy("version: 1", "version: 2") }, /schema_version must be 1, got 2/],
  ["a schema_version as text", { policy: policy("version: 1", "version: '1'") }, /schema_version must be 1, got "1"/],
  [
    "an unknown key in the policy",
    { policy: policy("horizon_days: 30", "horizon: 30") },
    /policy\.yaml: .*classes\.Bronze: unknown key "horizon"; the nearest known key is "horizon_days"/,
  ],
  [
    "an unknown key at its top",
    { policy: `${POLICY}gracehours: 2\n` },
    /policy\.yaml: unknown key "gracehours"; .*"grace_hours"/,
  ],
  ["a negative horizon", { policy: policy("horizon_days: 30", "horizon_days: -1") }, /classes\.Bronze\.horizon_days/],
  [
    "an exception with id and prefix",
    { policy: `${POLICY}exceptions: [{id: x, prefix: y}]\n` },
    /exceptions\[0\]: give either id or prefix/,
  ],
  [
    "an exception with neither",
    { policy: `${POLICY}exceptions: [{expires_at: 2026-12-31T00:00:00Z}]\n` },
    /exceptions\[0\]: give either id or prefix/,
  ],
  [
    "a transition without target",
    { policy: policy(", transition_to: GLACIER", "") },
    /classes\.Silver: transition_to goes with/,
  ],
  [
    "a transition to what has no price",
    { policy: policy("transition_to: GLACIER", "transition_to: ICE") },
    /storage class "ICE" has no price/,
  ],
  ["a policy that is no YAML", { policy: "schema_version: [1" }, /policy\.yaml line \d+/],
  ["an empty policy", { policy: "" }, /policy\.yaml: the file is empty/],
  ["a list as policy", { policy: "- 1\n" }, /policy\.yaml: schema_version must be 1, got none/],
  [
    "a key of the policy twice",
    { policy: `${POLICY}grace_hours: 1\ngrace_hours: 2\n` },
    /policy\.yaml line \d+.*unique/,
  ],

  ...["id", "kind", "class", "size_bytes", "storage_class", "created_at", "last_access_at"].map(
    (column) =>
      [
        `objects without ${column}`,
        { objects: without(column) },
        new RegExp(`objects\\.csv: no column "${column}"; the columns are:`),
      ] as const,
  ),
  ["edges without dst", { edges: "src,rel\na,b\n" }, /edges\.csv: no column "dst"/],
  ["edges without rel", { edges: "src,dst\na,b\n" }, /edges\.csv: no column "rel"/],
  [
    "a column in other letters",
    { objects: csv(base.objects).replace("id,", "ID,") },
    /no column "id" \(did you mean "ID"\?\)/,
  ],
  [
    "protections without expires_at",
    { protections: { file: "p.csv", text: `id,type,name\n${A},custom,x\n` } },
    /p\.csv: no column "expires_at"/,
  ],
  [
    "holds without issued_at",
    { holds: { file: "h.csv", text: `hold_id,id,released_at\nh,${A},\n` } },
    /h\.csv: no column "issued_at"/,
  ],
  [
    "erasures without id and prefix",
    { erasures: { file: "e.csv", text: "request_id,requested_at,completed_at\nr,,\n" } },
    /e\.csv: no column "id"/,
  ],

  [
    "an empty id",
    { objects: second({ id: "" }) },
    /objects\.csv row 2: column "id": got an empty cell, expected an id/,
  ],
  [
    "an empty source",
    {
      edges: [
        [A, A],
        ["", A],
      ],
    },
    /edges\.csv row 2: column "src": got an empty cell, expected an id/,
  ],
  [
    "an empty target",
    {
      edges: [
        [A, ""],
        [A, A],
      ],
    },
    /edges\.csv row 1: column "dst": got an empty cell/,
  ],
  [
    "a size of -1",
    { objects: second({ size_bytes: -1 }) },
    /objects\.csv row 2: column "size_bytes": got "-1", expected whole bytes/,
  ],
  ...["NaN", "inf", "-inf", "1.5", "ten", "", "9007199254740992", "9007199254740993", "1e30"].map(
    (size) =>
      [
        `a size of "${size}"`,
        { objects: second({ size_bytes: size }) },
        /objects\.csv row 2: column "size_bytes": got (".*"|an empty cell), expected whole bytes from 0 to 2\^53 - 1/,
      ] as const,
  ),
  [
    "an id twice with different values",
    { objects: [...base.objects, object(A, { size_bytes: 1 })] },
    /objects\.csv row 1 and objects\.csv row 3: object "s3:\/\/b\/a" is listed 2 times with different values; list it once/,
  ],
  [
    "an id twice, once without class",
    { objects: [...base.objects, object(A, { class: null })] },
    /row 1 and .*row 3: object "s3:\/\/b\/a"/,
  ],
  [
    "an id twice, of two inventories",
    {
      objects: [...base.objects, object(A)].map((row, i) => ({ ...row, inventory_at: `2026-05-0${1 + i}` })),
    },
    /objects\.csv row 1 and objects\.csv row 3: object "s3:\/\/b\/a" is listed 2 times with different values/,
  ],
  [
    "an id twice, once without an inventory",
    { objects: [...base.objects, object(A, { inventory_at: "2026-05-01" })] },
    /row 1 and .*row 3: object "s3:\/\/b\/a" is listed 2 times with different values/,
  ],
  [
    "two spellings of one object",
    { objects: [...base.objects, object("s3a://b/a")] },
    /objects\.csv: "s3:\/\/b\/a" and "s3a:\/\/b\/a" are one object spelled in two ways; keep one/,
  ],
  [
    "two foreign spellings of one object",
    { objects: [object("s3n://b/q"), object("s3a://b/q")] },
    /"s3a:\/\/b\/q" and "s3n:\/\/b\/q" are one object/,
  ],
  [
    "two spellings of one object that differ in capitals",
    { objects: [object("s3://b/q"), object("S3://b/q")] },
    /"S3:\/\/b\/q" and "s3:\/\/b\/q" are one object/,
  ],
  ["no objects", { objects: csv(base.objects.slice(0, 1)).split("\n")[0] }, /objects\.csv: no objects/],
  ["a file without anything", { objects: "" }, /objects\.csv/],
  [
    "a row with too few fields",
    { objects: `${csv(base.objects)}x,y\n` },
    /objects\.csv line 4: expected 7 fields as in the header, got 2/,
  ],
  [
    "a time that is none",
    { objects: second({ created_at: "yesterday" }) },
    /objects\.csv row 2: column "created_at": got "yesterday", expected a time such as/,
  ],
  [
    "a day that is not in the calendar",
    { objects: second({ last_access_at: "2026-02-30" }) },
    /row 2: column "last_access_at": got "2026-02-30"/,
  ],
  [
    "times with and without zone",
    { objects: second({ created_at: "2025-01-01 00:00" }) },
    /column "created_at" mixes times with a zone/,
  ],
  [
    "is_latest of 'maybe'",
    { objects: base.objects.map((row, i) => ({ ...row, is_latest: ["true", "maybe"][i] })) },
    /objects\.csv row 2: column "is_latest": got "maybe", expected true or false/,
  ],
  [
    "is_delete_marker of 2",
    { objects: base.objects.map((row, i) => ({ ...row, is_delete_marker: i + 1 })) },
    /row 2: column "is_delete_marker": got "2", expected true or false/,
  ],
  [
    "a metric that is no number",
    { objects: base.objects.map((row, i) => ({ ...row, metric: ["0.5", "best"][i] })) },
    /objects\.csv row 2: column "metric": got "best", expected a number/,
  ],

  ["id and prefix", protection({ prefix: "s3://" }), /protections\.csv row 1: give either id or prefix, and not both/],
  ["neither id nor prefix", protection({ id: "" }), /protections\.csv row 1: give either id or prefix/],
  ["an unknown type", protection({ type: "golden" }), /protections\.csv row 1: type: .*golden_dataset/],
  ["no name", protection({ name: "" }), /protections\.csv row 1: name/],
  [
    "an expiry that is no time",
    protection({ expires_at: "never" }),
    /protections\.csv row 1: column "expires_at": got "never"/,
  ],
  [
    "an expiry of a bare number",
    protection({ expires_at: "20261231" }),
    /protections\.csv: column "expires_at" holds whole numbers that are not Unix times/,
  ],
  [
    "holds with id and prefix",
    { holds: [{ hold_id: "h", id: A, prefix: A }] },
    /holds\.csv row 1: give either id or prefix/,
  ],
  [
    "erasures with neither",
    { erasures: [{ request_id: "r", id: A }, { request_id: "s" }] },
    /erasures\.csv row 2: give either id or prefix/,
  ],
  [
    "protections that match nothing",
    protection({ id: "s3://b/absent" }),
    /^protections\.csv: none of its 1 rows matches an object.*--allow-unmatched/,
  ],
  ["protections without a row", { protections: [] }, /^protections\.csv: none of its 0 rows matches an object/],
  [
    "an unknown key in a YAML list",
    yaml(`- {id: "${A}", type: custom, name: x, expires: 2026-12-31T00:00:00Z}\n`),
    /^protections\.yaml row 1: unknown key "expires"; .*"expires_at"/,
  ],
  [
    "a bare number as a time in a YAML list",
    yaml(`- {id: "${A}", type: custom, name: x, expires_at: 20261231}\n`),
    /protections\.yaml row 1: expires_at/,
  ],
  ["a mapping instead of a YAML list", yaml("protections: []\n"), /protections\.yaml: expected a list of protections/],
  [
    "half of a character in a list",
    { protections: { file: "p.json", text: String.raw`[{"prefix": "\ud800", "type": "custom", "name": "x"}]` } },
    /p\.json row 1: prefix/,
  ],
  ["null in a YAML list", yaml("- null\n"), /protections\.yaml row 1/],
  [
    "holds in JSON with an unknown key",
    { holds: { file: "h.json", text: JSON.stringify([{ id: A, hold_id: "h", name: "x" }]) } },
    /^h\.json row 1: unknown key "name"/,
  ],
];

describe("a plan is refused, and nothing but the reason is left, for", () => {
  it.each(REFUSED)("%s", async (_name, change, text) => {
    const options = await writeCase(folder(), { ...base, ...change });
    expect((await refusal(options)).replaceAll(/\S*\/case-\d+\//g, "")).toMatch(text);
  });

  it("no edges, unless that is allowed", async () => {
    const options = await writeCase(folder(), { ...base, edges: [] }, { allowNoEdges: false });
    expect(await refusal(options)).toMatch(/edges\.csv: no edges; if that is right, pass --allow-no-edges/);
    expect(await refusal({ ...options, edges: undefined })).toMatch(/no edges were given: .*--allow-no-edges/);
    expect((await planGc({ ...options, edges: undefined, allowNoEdges: true })).report.edges.rows).toBe(0);
  });

  it("an as-of earlier than the newest inventory minus the grace", async () => {
    const objects = base.objects.map((row, i) => ({ ...row, inventory_at: `2026-06-0${1 + i}T00:00:01Z` }));
    const options = await writeCase(folder(), { ...base, objects });
    expect(await refusal(options)).toMatch(
      /objects\.csv: as-of 2026-06-01T00:00:00Z is earlier than the newest inventory_at, 2026-06-02T00:00:01Z, minus the grace of 24 hours/,
    );
    expect((await planGc({ ...options, asOfMs: AS_OF + 1000 })).report.status).toBe("ok");
  });

  it("files that are not there", async () => {
    const options = await writeCase(folder(), base);
    expect(await refusal({ ...options, objects: at("none.csv") })).toMatch(/none\.csv/);
    expect(await refusal({ ...options, edges: at("none-*.parquet") })).toMatch(/none-\*\.parquet/);
    expect(await refusal({ ...options, policy: at("none.yaml") })).toMatch(
      /cannot read retention policy .*no such file/,
    );
    expect(await refusal({ ...options, holds: at("none.json") })).toMatch(/cannot read holds file .*no such file/);
    expect(await refusal({ ...options, protections: at("none.csv") })).toMatch(/none\.csv/);
  });

  it("settings that make no sense", async () => {
    const options = await writeCase(folder(), base);
    expect(await refusal({ ...options, maxMemory: "lots" })).toMatch(/max memory must look like/);
    expect(await refusal({ ...options, threads: 0 })).toMatch(/threads must be a whole number/);
    expect(await refusal({ ...options, asOfMs: Number.NaN })).toMatch(/asOfMs must be epoch milliseconds, got NaN/);
    expect(await refusal({ ...options, snapshotAtMs: 1e20 })).toMatch(/snapshotAtMs must be epoch milliseconds/);
  });

  it("Parquet of the wrong types", async () => {
    const options = await writeCase(folder(), base);
    const objects = (change: string) =>
      copyTo(
        at(`types-${cases++}.parquet`),
        `SELECT * REPLACE (${change}) FROM (SELECT 'a' AS id, 'k' AS kind, 'Bronze' AS class, 5::BIGINT AS size_bytes, 'STANDARD' AS storage_class, TIMESTAMP '2025-01-01' AS created_at, NULL::TIMESTAMP AS last_access_at, true AS is_latest)`,
      );
    const refused = async (change: string) => refusal({ ...options, objects: await objects(change) });
    expect(await refused("[1] AS id")).toMatch(/column "id" has type INTEGER\[\]; expected text/);
    expect(await refused("true AS size_bytes")).toMatch(/column "size_bytes" has type BOOLEAN; expected a number/);
    expect(await refused("1.5::DOUBLE AS size_bytes")).toMatch(/row 1: column "size_bytes": got "1.5"/);
    expect(await refused("NULL::BIGINT AS size_bytes")).toMatch(/row 1: column "size_bytes": got an empty cell/);
    expect(await refused("9007199254740993::BIGINT AS size_bytes")).toMatch(/got "9007199254740993"/);
    expect(await refused("true AS created_at")).toMatch(/column "created_at" has type BOOLEAN/);
    expect(await refused("1.5::DOUBLE AS is_latest")).toMatch(
      /column "is_latest" has type DOUBLE; expected true or false/,
    );
    expect(await refused("2 AS is_latest")).toMatch(/column "is_latest": got "2", expected true or false/);
    expect(await refused("NULL::VARCHAR AS id")).toMatch(/row 1: column "id": got an empty cell/);
    expect(await refused("'infinity'::TIMESTAMP AS created_at")).toMatch(/created_at/);
    const nulls = await objects("NULL AS last_access_at, NULL AS is_latest, NULL AS kind");
    expect((await planGc({ ...options, objects: nulls })).report.candidates.objects).toBe(1);
  });

  it("a folder that cannot be made", async () => {
    const options = await writeCase(folder(), base);
    await writeFile(at("in-the-way"), "");
    const error = await planGc({ ...options, out: at("in-the-way") }).catch((caught) => caught);
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toMatch(/cannot write into the folder ".*in-the-way"/);
  });
});

describe("a refusal over an earlier plan", () => {
  it("leaves the plan's files, which nothing accepts until a plan is made again", async () => {
    const { options, report } = await planCase(folder(), base);
    const bad = await writeCase(folder(), { ...base, policy: "schema_version: 2\n" }, { out: options.out });
    const before = (await readdir(options.out)).sort();
    await refusal(bad);
    expect((await readdir(options.out)).sort()).toEqual([...before, "error.json"].sort());
    const refused = /the last attempt to plan into this folder was refused \(error\.json\); plan again/;
    await expect(verifyGc({ ...options, plan: options.out })).rejects.toThrow(refused);
    await expect(explainGc(options.out, A)).rejects.toThrow(refused);
    await expect(whatIfGc({ plan: options.out, drop: [A] })).rejects.toThrow(refused);
    const again = await planGc(options);
    expect(again.report).toEqual(report);
    expect((await readdir(options.out)).sort()).toEqual(before);
    expect((await verifyGc({ ...options, plan: options.out })).ok).toBe(true);
  });

  it("names in its details the file, row and column", async () => {
    const options = await writeCase(folder(), { ...base, objects: second({ size_bytes: -1 }) });
    await refusal(options);
    const { details } = JSON.parse(await readFile(join(options.out, "error.json"), "utf8"));
    expect(details).toEqual({ file: options.objects, row: 2, column: "size_bytes", value: "-1" });
  });

  it("does not touch what else stands in the folder", async () => {
    const options = await writeCase(folder(), base);
    await mkdir(options.out);
    await writeFile(join(options.out, "notes.txt"), OLD);
    await planGc(options);
    expect(await readFile(join(options.out, "notes.txt"), "utf8")).toBe(OLD);
  });
});
