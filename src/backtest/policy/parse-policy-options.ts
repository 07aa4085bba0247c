/** Software that a policy is about to run on; what is left out is not checked. */
export interface ParsePolicyOptions {
  /** Version of the software in the vehicles: has to satisfy `compat.edge`. */
  edgeVersion?: string;
  /** Version of the software in the cloud: has to satisfy `compat.cloud`. */
  cloudVersion?: string;
}

export const DEFAULT_PARSE_POLICY_OPTIONS: Readonly<ParsePolicyOptions> = Object.freeze({});
