/*
 * The commands of `pmdf`, in the order in which the help, the manual page and the documentation list them.
 */
import { check } from './check.js';
import { completionOf } from './completion.js';
import { crdb } from './crdb.js';
import { dbDelete, dbGet, dbSet } from './db.js';
import { dumpdb } from './dumpdb.js';
import { explain } from './explain.js';
import { helpOf } from './help.js';
import { init } from './init.js';
import { passwordDelete, passwordSet, passwordShow, passwordTest } from './password.js';
import { pmdfMapping } from './pmdf-mapping.js';
import { pmdfMatch } from './pmdf-match.js';
import { pmdfRewrite } from './pmdf-rewrite.js';
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
  pmdfRewrite,
  pmdfMapping,
  pmdfMatch,
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
  completionOf(() => commands),
  helpOf(() => commands),
];
