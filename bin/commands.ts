/*
 * The commands of `pmdf`, in the order in which the help, the manual page and the documentation list them.
 */
import { cases } from './cases/index.js';
import { check } from './check/index.js';
import { completionOf } from './completion/index.js';
import { crdb } from './crdb.js';
import { dbDelete, dbGet, dbSet } from './db/index.js';
import { dumpdb } from './dumpdb.js';
import { explain } from './explain/index.js';
import { helpOf } from './help.js';
import { init } from './init/index.js';
import { passwordDelete, passwordSet, passwordShow, passwordTest } from './password/index.js';
import { pmdfMapping } from './pmdf-mapping.js';
import { pmdfMatch } from './pmdf-match.js';
import { replay } from './replay/index.js';
import { pmdfRewrite, testRewrite } from './rewrite/index.js';
import { show } from './show/index.js';
import type { Command } from './support/index.js';
import { testMapping } from './test-mapping.js';
import { testMatch } from './test-match.js';

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
  cases,
  replay,
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
