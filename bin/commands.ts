/*
 * The commands of `pmdf`, in the order in which the help, the manual page and the documentation list them.
 */
import { check } from './check.js';
import { crdb } from './crdb.js';
import { dbDelete, dbGet, dbSet } from './db.js';
import { dumpdb } from './dumpdb.js';
import { explain } from './explain.js';
import { init } from './init.js';
import { passwordDelete, passwordSet, passwordShow, passwordTest } from './password.js';
import { show } from './show.js';
import type { Command } from './support/command.js';
import { testMapping } from './test-mapping.js';
import { testMatch } from './test-match.js';
import { testRewrite } from './test-rewrite.js';

/** Every command. */
export const commands: readonly Command[] = [
  init,
  check,
  show,
  testRewrite,
  testMapping,
  testMatch,
  explain,
  crdb,
  dumpdb,
  dbGet,
  dbSet,
  dbDelete,
  passwordSet,
  passwordDelete,
  passwordShow,
  passwordTest,
];
