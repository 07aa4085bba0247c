import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { EngineError, InputError } from "../../../src/core/errors.js";
import { fnv1a32 } from "../../../src/core/random.js";
import { type AggregateOptions, aggregateHours } from "../../../src/ingest/index.js";
import { writeError } from "../../../src/ingest/write-error.js";
import { copyTo, temporaryFolder } from "./files.js";

const at = temporaryFolder();
const HOUR = "TIMESTAMP '2020-05-01'";

const write = (name: string, query: string) => copyTo(at(name), query);

const sums = (input: string | string[], more: Partial<AggregateOptions> = {}) =>
  aggregateHours({ input, queueColumn: "q", timeColumn: "t", valueColumn: "v", sampleSeconds: 60, ...more });

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((e: unknown) => e);
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message.replaceAll(`${dirname(at("x"))}/`, "");
}

describe("several Parquet files", () => {
  const row = (value: string, more = "") => `SELECT 'q' AS q, ${HOUR} AS t, ${value} AS v${more}`;

  it("never rounds the values of one to the type of another", async () => {
    const whole = await write("whole.parquet", row("1::INTEGER"));
    const half = await write("half.parquet", row("1.5::DOUBLE"));
    const two = await write("two.parquet", row("2::DOUBLE"));
    const far = await write("far.parquet", row("9007199254740993::BIGINT"));
    for (const files of [
      [whole, half],
      [half, whole],
    ]) {
      expect(await refusal(sums(files))).toBe(
        'half.parquet row 1: column "v": got "1.5", expected a whole number of 64 bits',
      );
    }
    expect((await sums([whole, two])).valueSum).toEqual([3n]);
    expect((await sums([whole, far])).valueSum).toEqual([9007199254740994n]);
  });

  it("refuses types that have no type in common which keeps all digits", async () => {
    const single = await write("single.parquet", row("1::FLOAT"));
    const whole = await write("whole32.parquet", row("16777217::INTEGER"));
    const wide = await write("wide.parquet", row("1::DECIMAL(38, 0)"));
    const fine = await write("fine.parquet", row("1::DECIMAL(38, 30)"));
    expect(await refusal(sums([single, whole]))).toMatch(
      /^column "v" has type FLOAT in single\.parquet and INTEGER in whole32\.parquet, .*write both alike$/,
    );
    expect(await refusal(sums([fine, wide]))).toMatch(/DECIMAL\(38,\s?30\) in fine\.parquet and DECIMAL\(38,\s?0\)/);
  });

  it("takes columns in any order, and names the file that lacks one, be it inside of another column", async () => {
    const first = await write("first.parquet", row("1"));
    const other = await write("other.parquet", `SELECT 2 AS v, 7 AS more, ${HOUR} AS t, 'q' AS q`);
    expect((await sums([first, other])).valueSum).toEqual([3n]);
    const nested = await write("nested.parquet", `SELECT 'q' AS q, ${HOUR} AS t, {'v': 1} AS s`);
    expect(await refusal(sums([first, nested]))).toBe('nested.parquet: no column "v"; the columns are: "q", "t", "s"');
    expect(await refusal(sums([nested, first]))).toMatch(/^nested\.parquet: no column "v"/);
  });
});

it("puts queues with NUL characters in one shard each, like any other", async () => {
  const names = ["a", "a\0b", "\0", "it's\0"];
  const values = names.map(
    (name) =>
      `(${name
        .split("\0")
        .map((part) => `'${part.replaceAll("'", "''")}'`)
        .join(" || chr(0) || ")})`,
  );
  const input = await write("nul.parquet", `SELECT q, ${HOUR} AS t, 1 AS v FROM (VALUES ${values.join(", ")}) r(q)`);
  const shards = await Promise.all([0, 1, 2].map((index) => sums(input, { shard: { index, count: 3 } })));
  expect(shards.flatMap(({ queue }) => queue).sort()).toEqual((await sums(input)).queue.sort());
  for (const [index, { queue }] of shards.entries()) {
    for (const name of queue) expect(fnv1a32(name as string) % 3).toBe(index);
  }
});

describe("gzipped CSV", () => {
  const ROW = "a,2020-05-01T00:00:00Z,1\n";

  it("with a last line that the engine would leave out is refused", async () => {
    await writeFile(at("last.csv.gz"), gzipSync(`q,t,v\n${ROW}${"b".repeat(33 * 2 ** 20)},2020-05-01T00:00:00Z,1\n`));
    expect(await refusal(sums(at("last.csv.gz")))).toMatch(
      /^last\.csv\.gz: a line is longer than 8 MiB \(around byte 31\)/,
    );
  }, 60_000);

  it("that is cut short is refused, one in several parts is read", async () => {
    const bytes = gzipSync(
      `q,t,v\n${Array.from({ length: 60_000 }, (_, i) => ROW.replace("a", `q${(i * 7919) % 9973}`)).join("")}`,
    );
    await writeFile(at("cut.csv.gz"), bytes.subarray(0, bytes.length - 9));
    expect(await refusal(sums(at("cut.csv.gz")))).toMatch(/^cut\.csv\.gz: .*unexpected end of file/);
    await writeFile(at("parts.csv.gz"), Buffer.concat([gzipSync(`q,t,v\n${ROW}`), gzipSync(ROW)]));
    expect((await sums(at("parts.csv.gz"))).samples).toEqual([2n]);
  });
});

it("takes regular files alone", async () => {
  expect(await refusal(sums(""))).toBe("the name of an input is empty");
  expect(await refusal(sums("/dev/null"))).toBe('"/dev/null" is no regular file; write it to one first');
});

describe("errors of writing", () => {
  const failure = (more: object) => Object.assign(new Error("failed"), more);

  it("are of the place or of the device, and name the output", () => {
    const place = writeError(failure({ code: "EACCES", path: "/t/.x.tmp", syscall: "open" }), "o.json", ["/t/.x.tmp"]);
    expect(place).toBeInstanceOf(InputError);
    expect((place as Error).message).toBe("cannot write o.json: permission denied; give the output another name");
    const device = writeError(failure({ code: "ENOSPC", syscall: "write" }), "o.json", []);
    expect(device).toBeInstanceOf(EngineError);
    expect((device as Error).message).toBe("cannot write o.json: no space is left on the device");
  });

  it("of anything else stay what they are", () => {
    for (const error of [failure({ code: "EACCES", path: "/input" }), new InputError("no"), "text"]) {
      expect(writeError(error, "o.json", ["/t/.x.tmp"])).toBe(error);
    }
  });
});
