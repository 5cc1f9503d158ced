/*
 * Refusals that a table makes temporary, or makes the greeting. Other limits are tested with whole sessions.
 *   input     table, probe: of PORT_ACCESS if it is that of a connection, else of ORIG_SEND_ACCESS
 *   expected  reply; or banner, close
 */
import { decideTable } from '../../../lib/access/decide-access.js';
import { type Area, computed } from '../area.js';
import { describeAccess } from '../engine/access-answer.js';
import { EngineRun } from '../engine/engine-run.js';
import { MappingTables } from '../engine/mapping-tables.js';

const fieldsOfConnection = 5;

export const limit: Area = (input) => {
  if (!input.has('table')) return { kind: 'skipped', reason: 'this runner knows limits by tables only' };
  const probe = input.text('probe');
  const fields = probe.split('|');
  const isConnection = fields[0] === 'TCP' && fields.length === fieldsOfConnection;
  const table = isConnection ? 'PORT_ACCESS' : 'ORIG_SEND_ACCESS';
  const tables = new MappingTables();
  tables.add(table, input.pairs('table'));
  const run = new EngineRun();
  const decision = run.drive(
    decideTable(tables.bind(run), { table, probe, inputFlags: new Set(), address: fields.at(-1) ?? '' }),
  );
  const { reply = null } = describeAccess(decision);
  const isRefused = decision.verdict.kind !== 'accept';
  return computed(isConnection ? { banner: reply, close: isRefused } : { reply }, tables.remarks);
};
