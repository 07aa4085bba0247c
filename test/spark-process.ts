import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** A running Spark Thrift server. */
export interface SparkProcess {
  url: string;
  /** As a machine that loses its power. */
  kill(): void;
  stop(): Promise<void>;
}

const PEERS = resolve(import.meta.dirname, "../.tmp/peers");
const PYSPARK = "pyspark==4.3.0";
const START_MS = 120_000;
/** Little memory, and a compiler that starts fast instead of one that ends fast. */
const JVM = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1";

/** Runs a program to its end; null when it does not exist or fails. */
function output(program: string, args: string[]): Promise<string | null> {
  return new Promise((done) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.on("error", () => done(null));
    child.on("close", (code) => done(code === 0 ? text.trim() : null));
  });
}

/** Folder of the installed pyspark; installs it beside the other Python peers when it is not there. */
async function sparkHome(): Promise<string> {
  if (process.env["SPARK_HOME"]) return process.env["SPARK_HOME"];
  const find =
    "import importlib.util as u; s = u.find_spec('pyspark'); print(s.submodule_search_locations[0] if s else '')";
  const python = process.env["FLEETLENS_PYTHON"] ?? join(PEERS, "bin/python");
  if (!existsSync(python) && (await output("python3", ["-m", "venv", PEERS])) === null) {
    throw new Error("there is no Python with venv");
  }
  const found = await output(python, ["-c", find]);
  if (found) return found;
  if ((await output(python, ["-m", "pip", "install", "-q", PYSPARK])) === null) {
    throw new Error(`pip could not install ${PYSPARK}`);
  }
  return (await output(python, ["-c", find])) ?? "";
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => done(true)).on("error", () => done(false));
    socket.on("connect", () => socket.destroy());
  });
}

async function ready(port: number, child: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (!(await answers(port))) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      throw new Error(`Spark did not start: ${readFileSync(log, "utf8").slice(-2000)}`);
    }
    await new Promise((done) => setTimeout(done, 250));
  }
}

/**
 * Starts a Spark Thrift server of one core on a free port of this machine.
 *
 * @param conf settings of its own, e.g. `["hive.server2.authentication=NONE"]`
 * @throws Error that says what is missing
 */
export async function startSparkProcess(conf: readonly string[] = []): Promise<SparkProcess> {
  if (spawnSync("java", ["-version"]).status !== 0) throw new Error("there is no Java on the PATH");
  const home = await sparkHome();
  const folder = await mkdtemp(join(tmpdir(), "fleetlens-spark-"));
  const log = join(folder, "spark.log");
  const port = await freePort();
  const hive = ["hive.server2.transport.mode=binary", `hive.server2.thrift.port=${port}`].concat(
    ["hive.server2.thrift.bind.host=127.0.0.1", "hive.server2.authentication=NOSASL"],
    conf,
  );
  const settings = [
    "spark.sql.session.timeZone=UTC",
    "spark.ui.enabled=false",
    "spark.sql.shuffle.partitions=2",
  ].concat([
    `spark.driver.extraJavaOptions=${JVM} -Dderby.system.home=${folder} -Djava.io.tmpdir=${folder}`,
    `spark.sql.warehouse.dir=${join(folder, "warehouse")}`,
    `spark.local.dir=${folder}`,
  ]);
  const args = ["--master", "local[1]", "--driver-memory", "1g"].concat(
    settings.flatMap((setting) => ["--conf", setting]),
    ["--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2", "spark-internal"],
    hive.flatMap((setting) => ["--hiveconf", setting]),
  );
  const to = await open(log, "w");
  const child = spawn(join(home, "bin/spark-submit"), args, {
    cwd: folder,
    env: { ...process.env, SPARK_HOME: home, SPARK_LOCAL_IP: "127.0.0.1" },
    stdio: ["ignore", to.fd, to.fd],
    detached: true,
  });
  const ended = new Promise((done) => child.on("close", done).on("error", done));
  // A group of its own, so that a test run that is broken off takes all of it along.
  const kill = (signal: NodeJS.Signals = "SIGKILL") => {
    try {
      process.kill(-(child.pid ?? 0), signal);
    } catch {
      // It has ended.
    }
  };
  const atExit = () => kill();
  process.once("exit", atExit);
  const stop = async () => {
    kill();
    await ended;
    process.removeListener("exit", atExit);
    await to.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  await ready(port, child, log).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url: `spark://127.0.0.1:${port}`, kill, stop };
}
