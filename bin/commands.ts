/*
 * The commands of `pmdf`, in the order of the help, the manual page and the documentation.
 */
import { cases } from './cases.js';
import { check } from './check.js';
import { completionOf } from './completion.js';
import { countersShow } from './counters.js';
import { crdb } from './crdb.js';
import { dbCopy, dbDelete, dbGet, dbSet } from './db.js';
import { diff } from './diff.js';
import { dumpdb } from './dumpdb.js';
import { explain } from './explain.js';
import { helpOf } from './help.js';
import { init } from './init.js';
import { pmdfMapping, testMapping } from './mapping.js';
import { pmdfMatch, testMatch } from './match.js';
import { passwordDelete, passwordSet, passwordShow, passwordTest } from './password.js';
import { prove } from './prove.js';
import {
  heldDelete,
  heldList,
  heldRelease,
  heldShow,
  qm,
  queueDelete,
  queueHold,
  queueList,
  queueRelease,
  queueReturn,
  queueShow,
  queueStart,
  queueStop,
} from './queue.js';
import { replay } from './replay.js';
import { pmdfRewrite, testRewrite } from './rewrite.js';
import { show } from './show.js';
import type { Command } from './support/index.js';

/** Every command. */
export const commands: readonly Command[] = [
  init,
  check,
  prove,
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
  queueList,
  queueShow,
  queueHold,
  queueRelease,
  queueReturn,
  queueDelete,
  queueStop,
  queueStart,
  heldList,
  heldShow,
  heldRelease,
  heldDelete,
  qm,
  countersShow,
  diff,
  crdb,
  dumpdb,
  dbGet,
  dbSet,
  dbDelete,
  dbCopy,
  passwordSet,
  passwordDelete,
  passwordShow,
  passwordTest,
  completionOf(() => commands),
  helpOf(() => commands),
];
