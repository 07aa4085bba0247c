/**
 * Typed errors. Every failure that a caller may want to tell apart is a {@link FleetlensError} with a stable
 * `code`; the message says what is wrong, where, and how to mend it.
 */
export class FleetlensError extends Error {
  /** Stable machine-readable code, e.g. `E_INPUT`. */
  readonly code: string;
  /** Plain facts about the failure (file, column, row, …), structured-clone-able. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** The caller's data or options are wrong (command line: exit 2). */
export class InputError extends FleetlensError {
  constructor(message: string, details: Record<string, unknown> = {}, options?: ErrorOptions & { code?: string }) {
    super(options?.code ?? "E_INPUT", message, details, options);
  }
}

/** A policy or plan file says something that cannot be meant (exit 2). */
export class PolicyError extends FleetlensError {
  constructor(message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super("E_POLICY", message, details, options);
  }
}

/** The SQL engine cannot be reached or gave up (exit 4). */
export class EngineError extends FleetlensError {
  constructor(message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super("E_ENGINE", message, details, options);
  }
}

/** A computation has no trustworthy answer, e.g. a matrix is not positive definite (exit 2). */
export class NumericalError extends FleetlensError {
  constructor(message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super("E_NUMERICAL", message, details, options);
  }
}

/** A report does not follow its model (exit 2). */
export class ReportError extends FleetlensError {
  constructor(code: "E_REPORT_PARSE" | "E_REPORT_INVALID", message: string, details: Record<string, unknown> = {}) {
    super(code, message, details);
  }
}

/** An optional part (a browser, an optional package) is missing (exit 3). */
export class UnavailableError extends FleetlensError {
  constructor(code: string, message: string, details: Record<string, unknown> = {}) {
    super(code, message, details);
  }
}
