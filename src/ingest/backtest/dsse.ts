import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { parseDocument } from "yaml";
import type { z } from "zod";
import type { Policy } from "../../backtest/types.js";
import { FleetlensError, InputError } from "../../core/errors.js";
import { problemText, schemaProblems } from "../../core/schema-problems.js";
import {
  type DsseEnvelope,
  DsseEnvelopeSchema,
  IN_TOTO_PAYLOAD,
  IN_TOTO_STATEMENT,
  POLICY_PREDICATE,
  type PolicyStatement,
  PolicyStatementSchema,
} from "./dsse-schema.js";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/**
 * What a DSSE v1 signature is made over (pre-authentication encoding): `DSSEv1 <length> <type> <length> <body>`, lengths in
 * bytes.
 */
export function preAuthenticationEncoding(payloadType: string, body: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${body.length} `;
  return Buffer.concat([Buffer.from(head), body]);
}

/** SHA-256 of a public key as DER (SPKI), hexadecimal. */
export function keyIdOf(key: KeyObject): string {
  return sha256(key.export({ type: "spki", format: "der" }));
}

function ed25519(pem: string, kind: "private" | "public"): KeyObject {
  const isPrivate = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem);
  if (isPrivate !== (kind === "private"))
    throw new InputError(`the key is not a ${kind} key; give the PEM file of the ${kind} one`);
  let key: KeyObject;
  try {
    key = kind === "private" ? createPrivateKey(pem) : createPublicKey(pem);
  } catch (cause) {
    const message = `the ${kind} key cannot be read; give it as PEM without a passphrase, e.g. from openssl genpkey -algorithm ed25519`;
    throw new InputError(message, {}, { cause });
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  throw new InputError(`the key is of the kind ${key.asymmetricKeyType}; policies are signed with ed25519`);
}

/**
 * Signs a policy file: a DSSE v1 envelope with one Ed25519 signature over an in-toto Statement v1 whose subject is the
 * SHA-256 of the file.
 *
 * @param file name, bytes, and the policy that they hold
 * @param privateKey PEM (PKCS #8)
 * @throws InputError for a key that is not a private Ed25519 key
 */
export function signPolicy(
  file: { name: string; bytes: Uint8Array; policy: Policy },
  privateKey: string,
): DsseEnvelope {
  const key = ed25519(privateKey, "private");
  const { schema, version, compat } = file.policy;
  const statement: PolicyStatement = {
    _type: IN_TOTO_STATEMENT,
    subject: [{ name: file.name, digest: { sha256: sha256(file.bytes) } }],
    predicateType: POLICY_PREDICATE,
    predicate: { schema, version, compat },
  };
  const body = Buffer.from(JSON.stringify(statement));
  const sig = sign(null, preAuthenticationEncoding(IN_TOTO_PAYLOAD, body), key).toString("base64");
  const keyid = keyIdOf(createPublicKey(key));
  return { payloadType: IN_TOTO_PAYLOAD, payload: body.toString("base64"), signatures: [{ keyid, sig }] };
}

/** A signature that does not hold. */
function unverified(message: string): FleetlensError {
  return new FleetlensError("E_SIGNATURE", message);
}

/** JSON of a strict schema; keys that stand twice would let two readers see two things. */
function parseStrictly<T extends z.ZodType>(text: string, schema: T, what: string): z.infer<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unverified(`the ${what} is not JSON: ${(cause as Error).message}`);
  }
  const twice = parseDocument(text, { schema: "json", logLevel: "error" }).errors.find(
    ({ code }) => code === "DUPLICATE_KEY",
  );
  if (twice)
    throw unverified(
      `the ${what} has a key twice, at line ${twice.linePos?.[0].line}, column ${twice.linePos?.[0].col}`,
    );
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unverified(`the ${what} is malformed: ${problemText(schemaProblems(schema, value, parsed.error))}`);
}

/** Bytes of base64 to the letter: of several texts for the same bytes only one is taken. */
function decoded(base64: string, what: string): Buffer {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.toString("base64") === base64) return bytes;
  throw unverified(`the ${what} is not in standard base64`);
}

/**
 * Checks that a bundle of {@link signPolicy} was made with the private half of a key, for exactly these bytes.
 *
 * @param publicKey PEM (SPKI)
 * @returns what was signed
 * @throws FleetlensError `E_SIGNATURE` that says what does not hold; InputError for a key that is no public Ed25519 key
 */
export function verifyPolicy(bundle: string, publicKey: string, bytes: Uint8Array): PolicyStatement {
  const key = ed25519(publicKey, "public");
  const { payloadType, payload, signatures } = parseStrictly(bundle, DsseEnvelopeSchema, "bundle");
  const [{ keyid, sig }] = signatures;
  const expected = keyIdOf(key);
  if (keyid !== undefined && keyid !== expected) {
    throw unverified(`the bundle is signed with the key ${keyid}, not with the key ${expected} that was given`);
  }
  const body = decoded(payload, "payload");
  if (!verify(null, preAuthenticationEncoding(payloadType, body), key, decoded(sig, "signature"))) {
    throw unverified("the signature does not hold: the bundle was changed, or signed with another key");
  }
  const statement = parseStrictly(body.toString("utf8"), PolicyStatementSchema, "statement");
  const [{ digest }] = statement.subject;
  if (digest.sha256 === sha256(bytes)) return statement;
  throw unverified(`the policy is not the one that was signed: its SHA-256 is ${sha256(bytes)}, not ${digest.sha256}`);
}
