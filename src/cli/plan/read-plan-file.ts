import { readFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import { type PlanFile, parsePlanFile } from "../../capacity/index.js";
import { InputError } from "../../core/errors.js";

/** Value of YAML text; errors name the line. */
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

/** Reads and checks a plan file. */
export async function readPlanFile(path: string): Promise<PlanFile> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "no such file" : code === "EISDIR" ? "it is a folder" : String(code);
    throw new InputError(`cannot read plan file "${path}": ${why}`, { file: path }, { cause });
  }
  return parsePlanFile(parseYaml(text, path), path);
}
