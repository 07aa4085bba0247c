import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import { InputError } from "../core/errors.js";

/** Value of YAML text (JSON is a part of YAML); errors name the line. */
function parseYaml(text: string, name: string): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) {
    const at = error.linePos?.[0];
    const place = at ? ` line ${at.line}, column ${at.col}` : "";
    const message = error.message.split("\n")[0].replace(/ at line \d+, column \d+:?$/, "");
    throw new InputError(`${name}${place}: ${message}`, { file: name, line: at?.line });
  }
  if (document.contents === null) throw new InputError(`${name}: the file is empty`, { file: name });
  try {
    return document.toJS();
  } catch (cause) {
    throw new InputError(`${name}: ${(cause as Error).message}`, { file: name }, { cause });
  }
}

/**
 * Value of a YAML or JSON file, and the SHA-256 of its bytes.
 *
 * @param what the file is, for errors, e.g. "plan file"
 */
export async function readDocument(path: string, what: string): Promise<{ value: unknown; sha256: string }> {
  const bytes = await readBytes(path, what);
  return { value: parseYaml(bytes.toString("utf8"), path), sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Bytes of a file; InputError that says what the file is where it cannot be read. */
export async function readBytes(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "no such file" : code === "EISDIR" ? "it is a folder" : String(code);
    throw new InputError(`cannot read ${what} "${path}": ${why}`, { file: path }, { cause });
  }
}
