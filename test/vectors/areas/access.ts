/*
 * A probe run through access tables. Every access table of the vector that has a probe is consulted, in session order,
 * until one rejects; other lists are tables that these consult.
 *   input     SEND_ACCESS and its kin, probe (or probes by table, or the fields of the session), inputFlags, address,
 *             generalDatabase, random
 *   expected  verdict, text, entries (by number), and everything else that describeAccess names
 */
import { type AccessDecision, decideTable } from '../../../lib/access/decide-access.js';
import { accessTables, findAccessTable } from '../../../lib/access/tables.js';
import { type Area, computed } from '../area.js';
import { describeAccess } from '../engine/access-answer.js';
import { EngineRun, readOutsideWorld } from '../engine/engine-run.js';
import { MappingTables } from '../engine/mapping-tables.js';
import { probeFor, readProbeFields } from '../engine/probe-fields.js';
import { VectorProblem } from '../vector.js';
import { readFlags } from './mapping-table.js';

export const access: Area = (input) => {
  const run = new EngineRun(readOutsideWorld(input));
  const inputFlags = readFlags(input, 'inputFlags');
  const address = input.textOr('address', '');
  const probe = input.textOrNull('probe');
  const probes = input.database('probes') ?? new Map<string, string>();
  const fields = probe === null && probes.size === 0 ? readProbeFields(input) : null;
  const tables = new MappingTables();
  for (const name of input.unread()) {
    tables.add(findAccessTable(name)?.table ?? name, input.pairs(name));
  }
  const applyMapping = tables.bind(run);
  let last: AccessDecision | null = null;
  let asked: string | null = null;
  for (const { table } of accessTables) {
    if (!tables.has(table)) continue;
    const put = probes.get(table) ?? probe ?? (fields === null ? null : probeFor(table, fields));
    if (put === null) continue;
    asked = table;
    last = run.drive(decideTable(applyMapping, { table, probe: put, inputFlags, address }));
    if (last.verdict.kind !== 'accept') break;
  }
  if (last === null) throw new VectorProblem('the vector has no access table with a probe');
  const events = run.events.filter((event) => 'table' in event && event.table === asked);
  const matched = events.flatMap((event) => (event.kind === 'entry-matched' ? [event.place] : []));
  return computed(
    {
      ...describeAccess(last),
      table: asked,
      entries: matched.map((place) => Number(/entry (\d+)/.exec(place)?.[1] ?? 0)),
      flags: events.flatMap((event) => (event.kind === 'table-ends' ? event.flags : [])),
    },
    tables.remarks,
  );
};
