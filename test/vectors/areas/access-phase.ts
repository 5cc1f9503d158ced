/*
 * When an access table is consulted, and which form of the recipient it sees.
 *   input     table, to, from, source, and a site that forwards (see forwarding-site.ts); or the question `order`
 *   expected  phase, dst, toSeen (lists if the table is consulted about several addresses); or order
 */
import { accessTables, findAccessTable } from '../../../lib/access/tables.js';
import { decideRecipient } from '../../../lib/decide/decide-recipient.js';
import { type Area, computed } from '../area.js';
import { accessTableNamed } from '../engine/access-answer.js';
import { EngineRun } from '../engine/engine-run.js';
import { inExpectedForm } from '../engine/expected-form.js';
import { readForwardingSite } from '../engine/forwarding-site.js';
import { requestFor, sessionOn } from '../engine/session.js';
import { VectorProblem } from '../vector.js';

export const accessPhase: Area = (input, expected) => {
  if (input.has('question')) {
    if (input.text('question') !== 'order') throw new VectorProblem('the only question here is `order`');
    return computed({ order: accessTables.map(({ table }) => table) });
  }
  const table = accessTableNamed(input.text('table'));
  const meaning = findAccessTable(table);
  const to = input.textOrNull('to');
  const from = input.textOr('from', 'a@ext.org');
  const source = input.textOr('source', 'tcp_local');
  // An entry that matches nothing: the table exists and is consulted.
  const tables = new Map([[table, [['no-such-probe', '$Y'] as const]]]);
  const { policy, world } = readForwardingSite(input, { to, source, tables });
  const answer = { table, phase: meaning?.phase ?? null };
  if (to === null || meaning?.recipient === 'none') return computed({ ...answer, dst: null, toSeen: null });

  const run = new EngineRun(world);
  const options = { tables: true, bothPasses: false };
  run.drive(
    decideRecipient(
      { policy, session: sessionOn(source), environment: run.environment },
      from,
      requestFor(to),
      options,
    ),
  );
  const probes = run.probesOf(table).map((probe) => probe.split('|').slice(-2));
  const seen = (index: 0 | 1): readonly string[] => probes.map((fields) => fields[index] ?? '');
  return computed({
    ...answer,
    dst: inExpectedForm(expected, 'dst', seen(0)),
    toSeen: inExpectedForm(expected, 'toSeen', seen(1)),
    probe: inExpectedForm(expected, 'probe', run.probesOf(table)),
  });
};
