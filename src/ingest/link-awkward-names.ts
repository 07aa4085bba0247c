import { symlink } from "node:fs/promises";
import { extname, join } from "node:path";
import type { DuckDbEngine } from "../engine/duckdb.js";
import type { ResolvedFile } from "./input-files.js";

/**
 * Paths that DuckDB will take literally. It reads `x[1].parquet` as a glob that matches `x1.parquet` and knows no
 * escape, so such a file is reached by a link with a plain name.
 */
export async function linkAwkwardNames(engine: DuckDbEngine, files: readonly ResolvedFile[]): Promise<string[]> {
  const paths: string[] = [];
  for (const [i, file] of files.entries()) {
    if (file.remote || !/[*?[]/.test(file.path)) paths.push(file.path);
    else {
      const gz = /\.gz$/i.test(file.path);
      const link = join(
        engine.scratch,
        `input-${i}${extname(gz ? file.path.slice(0, -3) : file.path)}${gz ? ".gz" : ""}`,
      );
      await symlink(file.path, link);
      paths.push(link);
    }
  }
  return paths;
}
