import {
  EngineError,
  FleetlensError,
  InputError,
  NumericalError,
  PolicyError,
  ReportError,
  UnavailableError,
} from "../core/errors.js";

/** An error as it crosses from a worker. */
export interface WorkerError {
  name: string;
  message: string;
  code?: string;
  details?: Record<string, unknown>;
  stack?: string;
}

/** Flattens what was thrown; details that cannot be cloned are left out. */
export function packError(error: unknown): WorkerError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack } = error;
  if (!(error instanceof FleetlensError)) return { name, message, stack };
  let details: Record<string, unknown> = {};
  try {
    details = structuredClone({ ...error.details });
  } catch {
    // Facts that hold a function or the like are of no use on the other side.
  }
  return { name, message, stack, code: error.code, details };
}

/** The error that {@link packError} flattened, of the class that it was. */
export function unpackError({ name, message, code, details = {}, stack }: WorkerError): Error {
  let error: Error;
  if (name === "InputError") error = new InputError(message, details, { code });
  else if (name === "PolicyError") error = new PolicyError(message, details);
  else if (name === "EngineError") error = new EngineError(message, details);
  else if (name === "NumericalError") error = new NumericalError(message, details);
  else if (name === "ReportError") error = new ReportError(code as "E_REPORT_PARSE", message, details);
  else if (name === "UnavailableError") error = new UnavailableError(code ?? "", message, details);
  else if (code !== undefined) error = new FleetlensError(code, message, details);
  else error = Object.assign(new Error(message), { name });
  if (stack) error.stack = stack;
  return error;
}
