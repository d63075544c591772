import Module from "node:module";

/** As where the packages were installed on another kind of machine: lmdb is there, and what it runs on is not. */
const resolve = Module._resolveFilename;
Module._resolveFilename = (name, ...rest) => {
  if (!name.startsWith("@lmdb/")) return resolve.call(Module, name, ...rest);
  throw Object.assign(new Error(`Cannot find module '${name}'`), { code: "MODULE_NOT_FOUND" });
};
