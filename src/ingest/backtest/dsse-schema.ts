import { z } from "zod";

/** What the payload of a signed policy is. */
export const IN_TOTO_PAYLOAD = "application/vnd.in-toto+json";
export const IN_TOTO_STATEMENT = "https://in-toto.io/Statement/v1";
export const POLICY_PREDICATE = "urn:fleetlens:predicate:policy:1";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits");
const Base64 = z.base64().min(1);

/** DSSE envelope with one signature. */
export const DsseEnvelopeSchema = z.strictObject({
  payloadType: z.literal(IN_TOTO_PAYLOAD),
  payload: Base64.describe("an in-toto Statement v1 about the policy file"),
  signatures: z
    .array(
      z.strictObject({
        keyid: Sha256.optional().describe("SHA-256 of the public key as DER (SPKI)"),
        sig: Base64.describe("Ed25519"),
      }),
    )
    .length(1),
});

/** In-toto statement that a policy file is what it is. */
export const PolicyStatementSchema = z.strictObject({
  _type: z.literal(IN_TOTO_STATEMENT),
  subject: z
    .array(
      z.strictObject({
        name: z.string(),
        digest: z.strictObject({ sha256: Sha256.describe("of the bytes of the file") }),
      }),
    )
    .length(1),
  predicateType: z.literal(POLICY_PREDICATE),
  predicate: z.strictObject({
    schema: z.literal("fleetlens.policy/1"),
    version: z.string().describe("of the policy"),
    compat: z.strictObject({ edge: z.string().nullable(), cloud: z.string().nullable() }),
  }),
});

export type DsseEnvelope = z.infer<typeof DsseEnvelopeSchema>;
export type PolicyStatement = z.infer<typeof PolicyStatementSchema>;
