import { spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDuckDb } from "../../src/engine/index.js";
import { type SparkProcess, startSparkProcess } from "../spark-process.js";
import { startSpark } from "../spark-server.js";
import { fleetlens } from "./program.js";

const spark = await startSpark();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
  await mkdir(join(folder, "none"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await spark?.stop();
});

const at = (name: string) => join(folder, name);

async function write(name: string, query: string): Promise<string> {
  const engine = await openDuckDb({ allowedFiles: [at(name)] });
  await engine.run(`COPY (${query}) TO ${engine.dialect.literal(at(name))} (FORMAT parquet, USE_TMP_FILE false)`);
  await engine.close();
  return at(name);
}

function args(engine: string, input: string, out: string): string[] {
  const columns = ["--queue-col", "q", "--time-col", "t", "--value-col", "v", "--sample-seconds", "60"];
  return ["aggregate", "--engine", engine, "--input", input, "--out", out, ...columns];
}

const SMALL =
  "SELECT 'q' || i % 3 AS q, TIMESTAMP '2020-05-01' + INTERVAL 7 MINUTE * i AS t, i AS v FROM range(100) r(i)";

/** A run that does not block this process, in which a server may have to answer. */
async function runFleetlens(
  words: string[],
  env: Record<string, string> = {},
  whileRunning?: (kill: () => void) => void,
) {
  const child = spawn(process.execPath, ["dist/src/cli/main.js", ...words], { env: { ...process.env, ...env } });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  whileRunning?.(() => child.kill("SIGINT"));
  const code = await new Promise<number | null>((done) => child.on("close", done));
  return { code, stderr };
}

/** Groups of one key each, which no engine ends with in little time. */
const LONG = `SELECT hash(i)::VARCHAR AS q, TIMESTAMP '2020-05-01' + INTERVAL 1 SECOND * (i % 5000000) AS t, i AS v FROM range(3000000) r(i)`;

describe.skipIf(!spark)("fleetlens aggregate --engine spark://", () => {
  const url = spark?.url ?? "";

  it("writes the bytes that DuckDB does apart from the engine's name, as JSON and as Parquet", async () => {
    const input = await write("small.parquet", SMALL);
    for (const format of ["json", "parquet"]) {
      for (const engine of ["duckdb", url]) {
        const out = at(`${engine.slice(0, 5)}.${format}`);
        expect(fleetlens(args(engine, input, out))).toMatchObject({ code: 0, stderr: "" });
      }
    }
    const [duckdb, other] = await Promise.all(["duckd", "spark"].map((name) => readFile(at(`${name}.json`), "utf8")));
    expect(other).toBe(duckdb.replace('"engine":"duckdb"', '"engine":"spark"'));
    expect(await readFile(at("spark.parquet"))).toEqual(await readFile(at("duckd.parquet")));
  });

  it("fails with 2 for the input's faults, and writes nothing", async () => {
    const input = await write("half.parquet", "SELECT 'q' AS q, TIMESTAMP '2020-05-01' AS t, 0.5::DOUBLE AS v");
    const half = fleetlens(args(url, input, at("none/o.json")));
    expect([half.code, half.stderr]).toEqual([
      2,
      expect.stringMatching(/^E_INPUT: .*half\.parquet.*got "0\.5", expected a whole/),
    ]);
    const absent = fleetlens(args(url, at("absent.parquet"), at("none/o.json")));
    expect([absent.code, absent.stderr]).toEqual([2, expect.stringMatching(/^E_INPUT: .*absent\.parquet/)]);
    const login = fleetlens(args(url.replace("//", "//me:secret@"), input, at("none/o.json")));
    expect([login.code, login.stderr]).toEqual([
      2,
      expect.stringMatching(/^E_INPUT: credentials do not belong in a URL/),
    ]);
    expect(login.stderr).not.toContain("secret");
    expect(await readdir(at("none"))).toEqual([]);
  });

  it("says what to install when the driver is missing", () => {
    const { code, stderr } = fleetlens(args(url, "x.parquet", at("none/o.json")), { without: ["hive-driver"] });
    expect([code, stderr]).toEqual([4, expect.stringMatching(/^E_ENGINE: .*npm install hive-driver/)]);
  });

  it("ends with 130 when interrupted, leaves no file, and the server is free again", async () => {
    const input = await write("long.parquet", LONG);
    const { code } = await runFleetlens(args(url, input, at("none/o.json")), {}, (kill) => setTimeout(kill, 5000));
    expect(code).toBe(130);
    expect(await readdir(at("none"))).toEqual([]);
    expect(fleetlens(args(url, await write("after.parquet", SMALL), at("after.json")))).toMatchObject({ code: 0 });
  });

  it("gives up on a server that says nothing, or something else", async () => {
    const silent = createServer(() => {});
    const web = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    for (const [server, message] of [
      [silent, /^E_ENGINE: Spark at 127\.0\.0\.1:\d+ (cannot be reached|opened no session)/],
      [web, /^E_ENGINE: Spark at 127\.0\.0\.1:\d+ cannot be reached/],
    ] as const) {
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      const target = `spark://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const login: Record<string, string> = server === silent ? { FLEETLENS_SPARK_USER: "me" } : {};
      const { code, stderr } = await runFleetlens(args(target, "x.parquet", at("none/o.json")), login);
      expect([code, stderr]).toEqual([4, expect.stringMatching(message)]);
      server.close();
    }
  });
});

describe.skipIf(!spark)("a Spark of its own, with logins", () => {
  let server: SparkProcess;
  beforeAll(async () => {
    server = await startSparkProcess(["hive.server2.authentication=NONE"]);
  });
  afterAll(() => server?.stop());

  it("takes a user and a password, in the clear on this machine and by TLS", async () => {
    const input = await write("login.parquet", SMALL);
    const env = { FLEETLENS_SPARK_USER: "me", FLEETLENS_SPARK_PASSWORD: "pass'word" };
    expect(await runFleetlens(args(server.url, input, at("login.json")), env)).toEqual({ code: 0, stderr: "" });

    const refused = await runFleetlens(args(server.url, input, at("none/o.json")), { FLEETLENS_SPARK_USER: "me" });
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringMatching(/^E_ENGINE: .*refused the login/)]);

    const certificate = spawnSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"].concat([
        "-keyout",
        at("key.pem"),
        "-out",
        at("cert.pem"),
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
      ]),
    );
    if (certificate.status !== 0) return console.warn("*** TLS to Spark was NOT tested: there is no openssl ***");
    const port = Number(new URL(server.url).port);
    const tls = createTlsServer(
      { key: await readFile(at("key.pem")), cert: await readFile(at("cert.pem")) },
      (socket: TLSSocket) => {
        const on = connect(port, "127.0.0.1");
        for (const end of [socket, on]) end.on("error", () => {});
        socket.pipe(on).pipe(socket);
      },
    );
    await new Promise<void>((done) => tls.listen(0, "127.0.0.1", done));
    const through = `spark://localhost:${(tls.address() as AddressInfo).port}`;
    const on = { ...env, FLEETLENS_SPARK_TLS: "on" };
    const unknown = await runFleetlens(args(through, input, at("none/o.json")), on);
    expect([unknown.code, unknown.stderr]).toEqual([
      4,
      expect.stringMatching(/^E_ENGINE: .*certificate.*FLEETLENS_SPARK_CA/),
    ]);
    const known = { ...on, FLEETLENS_SPARK_CA: at("cert.pem") };
    expect(await runFleetlens(args(through, input, at("tls.json")), known)).toEqual({ code: 0, stderr: "" });
    expect(await readFile(at("tls.json"), "utf8")).toBe(await readFile(at("login.json"), "utf8"));
    tls.close();
  });

  it("that is killed while a statement runs ends the command with 4 and no file; then it cannot be reached", async () => {
    const env = { FLEETLENS_SPARK_USER: "me", FLEETLENS_SPARK_PASSWORD: "x" };
    const input = await write("killed.parquet", LONG);
    const words = args(server.url, input, at("none/o.json"));
    const { code, stderr } = await runFleetlens(words, env, () => setTimeout(() => server.kill(), 5000));
    const name = server.url.slice("spark://".length);
    expect([code, stderr]).toEqual([
      4,
      expect.stringMatching(/^E_ENGINE: Spark at .* cannot be reached: .*(closed|ECONNRESET)/),
    ]);
    expect(stderr).toContain(name);
    const again = await runFleetlens(words, env);
    expect([again.code, again.stderr]).toEqual([4, expect.stringContaining(`Spark at ${name} cannot be reached`)]);
    expect(await readdir(at("none"))).toEqual([]);
  });
});
