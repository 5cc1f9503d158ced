/*
 * Loads a file of JavaScript with functions of the site, as Node loads a CommonJS module.
 */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { compileFunction, constants } from 'node:vm';

const parameters = ['exports', 'require', 'module', '__filename', '__dirname'];

/** Compiles the text of a file; one that is to be run may use `import()`. Throws its SyntaxError. */
export function compileModule(
  path: string,
  text: string,
  purpose: 'to-check' | 'to-run',
): (exports: unknown, ...values: unknown[]) => unknown {
  const loader = { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
  const options = { filename: path, ...(purpose === 'to-run' ? loader : {}) };
  const compiled: unknown = compileFunction(text, parameters, options);
  if (typeof compiled !== 'function') throw new Error(`${path} cannot be compiled`);
  return (exports, ...values) => Reflect.apply(compiled, exports, [exports, ...values]);
}

/** Runs a file once; gives the functions that it exports, by name. Throws what the file throws. */
export function loadFunctions(
  path: string,
  text: string,
): ReadonlyMap<string, (argument: string) => unknown> {
  const module: { exports: unknown } = { exports: {} };
  compileModule(path, text, 'to-run')(module.exports, createRequire(path), module, path, dirname(path));
  const { exports } = module;
  const functions = new Map<string, (argument: string) => unknown>();
  if ((typeof exports !== 'object' && typeof exports !== 'function') || exports === null) return functions;
  for (const [name, value] of Object.entries(exports)) {
    if (typeof value === 'function') {
      functions.set(name, (argument) => Reflect.apply(value, undefined, [argument]));
    }
  }
  return functions;
}
