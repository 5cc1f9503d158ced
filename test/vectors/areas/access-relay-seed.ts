/*
 * The relay table written out as a site's own ORIG_SEND_ACCESS, and one probe run through it unchanged.
 *   input     table (`seed ORIG_SEND_ACCESS (14 entries, DOMAIN)`, or a list of entries), probe
 *   expected  entries (by number), verdict, explicitY, text, finalString (null when `$Y` or `$N` was set)
 */
import { decideTable } from '../../../lib/access/decide-access.js';
import { type Area, computed } from '../area.js';
import { accessTableNamed, describeAccess } from '../engine/access-answer.js';
import { EngineRun, readOutsideWorld } from '../engine/engine-run.js';
import { MappingTables } from '../engine/mapping-tables.js';
import { relayTable } from '../engine/relay-table.js';
import { VectorProblem } from '../vector.js';
import type { Pair, VectorInput } from '../vector-input.js';
import { readFlags } from './mapping-table.js';

const written = /^(?:seed )?(\w+) \((?:(?:first )?(\d+) entries, )?([\w.-]+)\)$/;

function readTable(input: VectorInput): { readonly name: string; readonly pairs: readonly Pair[] } {
  if (typeof input.value('table') !== 'string') {
    return { name: input.textOr('name', 'ORIG_SEND_ACCESS'), pairs: input.pairs('table') };
  }
  const text = input.text('table');
  const [, name, count = '14', domain] = written.exec(text) ?? [];
  if (name === undefined || domain === undefined) {
    throw new VectorProblem(
      `the table \`${text}\` is not of the form \`seed TABLE (14 entries, domain.com)\``,
    );
  }
  const all = relayTable(domain);
  if (Number(count) > all.length)
    throw new VectorProblem(`the relay table has ${all.length} entries, not ${count}`);
  return { name, pairs: all.slice(0, Number(count)) };
}

export const accessRelaySeed: Area = (input) => {
  const { name, pairs } = readTable(input);
  const table = accessTableNamed(name);
  const tables = new MappingTables();
  tables.add(table, pairs);
  const run = new EngineRun(readOutsideWorld(input));
  const applyMapping = tables.bind(run);
  const probe = input.text('probe');
  const inputFlags = readFlags(input, 'inputFlags');
  const result = run.drive(applyMapping(table, probe, inputFlags));
  const decision = run.drive(decideTable(applyMapping, { table, probe, inputFlags, address: '' }));
  const flags = result?.flags ?? new Set();
  const decided = ['Y', 'N', 'F'].some((flag) => flags.has(flag));
  return computed(
    {
      ...describeAccess(decision),
      entries: tables.numbersOf(result?.entries ?? []),
      flags: [...flags].map(String).sort(),
      finalString: decided ? null : (result?.output ?? probe),
    },
    tables.remarks,
  );
};
