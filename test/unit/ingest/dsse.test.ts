import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parsePolicy } from "../../../src/backtest/index.js";
import { preAuthenticationEncoding, signPolicy, verifyPolicy } from "../../../src/ingest/backtest/dsse.js";

interface Golden {
  policy: string;
  seed: string;
  publicKey: string;
  pae: string;
  envelope: { payloadType: string; payload: string; signatures: { keyid?: string; sig: string }[] };
}

const golden: Golden = JSON.parse(readFileSync(join(import.meta.dirname, "../../golden/dsse.golden.json"), "utf8"));
const bytes = Buffer.from(golden.policy);
// PKCS #8 of an Ed25519 seed (RFC 8410).
const der = Buffer.from(`302e020100300506032b657004220420${golden.seed}`, "hex");
const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
const pem = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
const bundle = JSON.stringify(golden.envelope);

const withEnvelope = (edit: (envelope: Golden["envelope"]) => unknown): string => {
  const envelope = structuredClone(golden.envelope);
  edit(envelope);
  return JSON.stringify(envelope);
};

function signedBody(body: string): string {
  const { payloadType } = golden.envelope;
  const sig = sign(null, preAuthenticationEncoding(payloadType, Buffer.from(body)), privateKey).toString("base64");
  return JSON.stringify({ payloadType, payload: Buffer.from(body).toString("base64"), signatures: [{ sig }] });
}

const body = Buffer.from(golden.envelope.payload, "base64").toString();

describe("signatures of policies", () => {
  it("are those that Python makes, byte for byte", () => {
    const parsed = parsePolicy(golden.policy);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    expect(signPolicy({ name: "policy.yaml", bytes, policy: parsed.policy }, pem)).toEqual(golden.envelope);
    expect(preAuthenticationEncoding(golden.envelope.payloadType, Buffer.from(body)).toString()).toBe(golden.pae);
  });

  it("of Python hold here, without a key id too", () => {
    expect(verifyPolicy(bundle, golden.publicKey, bytes).predicate.version).toBe("2.3.1");
    const anonymous = withEnvelope(({ signatures }) => delete signatures[0].keyid);
    expect(verifyPolicy(anonymous, golden.publicKey, bytes).subject[0].name).toBe("policy.yaml");
  });

  it("count bytes, not characters", () => {
    expect(preAuthenticationEncoding("é", Buffer.from("ü!")).toString()).toBe("DSSEv1 2 é 3 ü!");
  });

  it("fail for every changed byte of the policy and of the signed text", () => {
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] ^= 1;
      expect(() => verifyPolicy(bundle, golden.publicKey, changed)).toThrow(/not the one that was signed/);
    }
    for (let i = 0; i < bundle.length; i++) {
      const changed = Buffer.from(bundle);
      changed[i] ^= 1;
      expect(() => verifyPolicy(changed.toString("latin1"), golden.publicKey, bytes)).toThrow();
    }
  });

  it.each<[string, string, RegExp]>([
    ["another payload type", withEnvelope((e) => Object.assign(e, { payloadType: "text/plain" })), /payloadType/],
    ["a second signature", withEnvelope((e) => e.signatures.push(e.signatures[0])), /signatures/],
    ["no signature", withEnvelope((e) => e.signatures.pop()), /signatures/],
    ["a signature that is no base64", withEnvelope((e) => Object.assign(e.signatures[0], { sig: "*" })), /sig/],
    ["a short signature", withEnvelope((e) => Object.assign(e.signatures[0], { sig: "AAAA" })), /does not hold/],
    ["an unknown key", withEnvelope((e) => Object.assign(e, { more: 1 })), /unknown key "more"/],
    ["a key twice", bundle.replace("{", '{"payload":"AAAA",'), /a key twice/],
    ["no JSON", "signed", /not JSON/],
    ["a statement with a key twice", signedBody(body.replace("{", '{"_type":"x",')), /statement has a key twice/],
    [
      "two subjects",
      signedBody(body.replace('"subject":[', '"subject":[{"name":"x","digest":{"sha256":""}},')),
      /statement is malformed/,
    ],
    ["another predicate", signedBody(body.replace("policy:1", "other:1")), /predicateType/],
  ])("fail for %s", (_, text, message) => {
    expect(() => verifyPolicy(text, golden.publicKey, bytes)).toThrow(message);
    expect(() => verifyPolicy(text, golden.publicKey, bytes)).toThrow(expect.objectContaining({ code: "E_SIGNATURE" }));
  });

  it("fail for another key, and take only Ed25519 keys of the right half", () => {
    const other = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }) as string;
    expect(() => verifyPolicy(bundle, other, bytes)).toThrow(/signed with the key/);
    const anonymous = withEnvelope(({ signatures }) => delete signatures[0].keyid);
    expect(() => verifyPolicy(anonymous, other, bytes)).toThrow(/does not hold/);
    const curve = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ type: "spki", format: "pem" });
    expect(() => verifyPolicy(bundle, curve as string, bytes)).toThrow(/kind ec/);
    expect(() => verifyPolicy(bundle, pem, bytes)).toThrow(/not a public key/);
    expect(() => verifyPolicy(bundle, "nonsense", bytes)).toThrow(/cannot be read/);
  });
});
