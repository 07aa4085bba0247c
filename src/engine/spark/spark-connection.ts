import type { Socket } from "node:net";
import type { auth as HiveAuth, HiveDriver } from "hive-driver";
import { EngineError, FleetlensError } from "../../core/errors.js";
import type { EngineAddress } from "../engine-url.js";
import type { SparkAccess } from "./spark-access.js";

type Hive = typeof import("hive-driver");
type Authentication = InstanceType<(typeof HiveAuth)[Exclude<keyof typeof HiveAuth, "helpers">]>;

/** A connection to a Spark Thrift server. */
export interface SparkConnection {
  client: InstanceType<Hive["HiveClient"]>;
  /** The calls that sessions have no method for. */
  driver: HiveDriver;
  protocol: { version: number; finished: number; running: readonly number[] };
  /** What `work` gives, or the loss of the connection, of which the driver's calls hear nothing. */
  ask<T>(work: Promise<T>): Promise<T>;
  close(): void;
}

/** How long a server may take to accept a connection and to check a login. */
const CONNECT_MS = 10_000;
/** A machine that went away is noticed after some of these. */
const KEEP_ALIVE_MS = 30_000;

/** An optional package, loaded when it is needed. */
async function optional<T>(name: string, load: () => Promise<unknown>): Promise<T> {
  const loaded = await load().catch((error: unknown) => {
    const message = `Spark needs the package ${name}, which is not installed: npm install ${name}`;
    throw new EngineError(message, { package: name }, { cause: error });
  });
  return (loaded as { default: T }).default;
}

async function authentication(hive: Hive, { host }: EngineAddress, access: SparkAccess): Promise<Authentication> {
  if (access.auth === "none") return new hive.auth.NoSaslAuthentication();
  const login = { username: access.user ?? "", password: access.password ?? "" };
  if (access.auth === "ldap") return new hive.auth.PlainTcpAuthentication(login);
  const name = "kerberos";
  const kerberos = await optional<never>(name, () => import(name));
  const process = new hive.auth.helpers.MongoKerberosAuthProcess({ fqdn: host, service: access.service }, kerberos);
  return new hive.auth.KerberosTcpAuthentication(login, process);
}

/**
 * Connects and logs in.
 *
 * @throws EngineError naming host and port when that fails, or when the package is not installed
 */
export async function connectSpark(address: EngineAddress, access: SparkAccess): Promise<SparkConnection> {
  const hive = await optional<Hive>("hive-driver", () => import("hive-driver"));
  const { TCLIService, TCLIService_types: types } = hive.thrift;
  const client = new hive.HiveClient(TCLIService, types);
  let socket: Socket | undefined;
  let lose: (error: Error) => void = () => {};
  const lost = new Promise<never>((_, reject) => {
    lose = (error) => reject(unreachable(address, error));
  });
  // Whoever waits hears of it; at other times nobody does.
  lost.catch(() => {});
  client.on("error", lose);
  client.on("close", () => lose(new Error("the server closed the connection")));
  const login = await authentication(hive, address, access);
  // The driver tells nobody of a socket that is not connected or has not logged in yet.
  const watched = {
    authenticate(transport: Parameters<Authentication["authenticate"]>[0]) {
      const open = new Promise<void>((resolve) => {
        const connect = transport.connect.bind(transport);
        transport.connect = () => {
          connect();
          socket = transport.getTransport() as Socket;
          socket.setKeepAlive(true, KEEP_ALIVE_MS);
          socket.once("error", lose);
          socket.once(access.tls ? "secureConnect" : "connect", resolve);
        };
      });
      return Promise.all([login.authenticate(transport), open]).then(([ready]) => ready);
    },
  };
  const timer = setTimeout(() => {
    lose(new Error(`no answer within ${CONNECT_MS / 1000} s`));
    socket?.destroy();
  }, CONNECT_MS);
  try {
    const options = { ...access.tls, ssl: access.tls !== null, rejectUnauthorized: true };
    const target = { host: address.host, port: address.port, options };
    await Promise.race([client.connect(target, new hive.connections.TcpConnection(), watched), lost]);
  } catch (error) {
    socket?.destroy();
    throw error instanceof FleetlensError ? error : unreachable(address, error);
  } finally {
    clearTimeout(timer);
  }
  const { INITIALIZED_STATE, RUNNING_STATE, PENDING_STATE, FINISHED_STATE } = types.TOperationState;
  return {
    client,
    driver: new hive.HiveDriver(types, client.getClient()),
    protocol: {
      version: types.TProtocolVersion.HIVE_CLI_SERVICE_PROTOCOL_V10,
      finished: FINISHED_STATE,
      running: [INITIALIZED_STATE, RUNNING_STATE, PENDING_STATE],
    },
    ask: (work) => Promise.race([work, lost]),
    close() {
      client.close();
      socket?.destroy();
    },
  };
}

function unreachable({ name }: EngineAddress, cause: unknown): EngineError {
  const { message } = cause as Error;
  const details = { engine: "spark", name };
  if (/^Authentication error/.test(message)) {
    const hint = "it comes from FLEETLENS_SPARK_USER and FLEETLENS_SPARK_PASSWORD";
    return new EngineError(`Spark at ${name} refused the login (${message}); ${hint}`, details, { cause });
  }
  const hint = /certificate/i.test(message) ? "; name the authority's file in FLEETLENS_SPARK_CA" : "";
  return new EngineError(`Spark at ${name} cannot be reached: ${message}${hint}`, details, { cause });
}
