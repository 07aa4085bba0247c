// `node --import ./test/cli/without-package.mjs PROGRAM`: Node as if the packages named in WITHOUT were not installed.
import Module, { register } from "node:module";

const names = JSON.stringify((process.env.WITHOUT ?? "").split(",").filter(Boolean));
const hooks = `
const names = ${names};
export async function resolve(specifier, context, next) {
  if (names.some((name) => specifier === name || specifier.startsWith(name + "/"))) {
    throw Object.assign(new Error("Cannot find package '" + specifier + "'"), { code: "ERR_MODULE_NOT_FOUND" });
  }
  return next(specifier, context);
}`;
// The hook sees imports alone.
const resolve = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) => {
  if (JSON.parse(names).includes(request)) {
    throw Object.assign(new Error(`Cannot find module '${request}'`), { code: "MODULE_NOT_FOUND" });
  }
  return resolve(request, ...rest);
};
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
