/*
 * When an access table is asked, and which form of the recipient it sees.
 *   input     table, alias (`name -> address`), to, from, source, generalDatabase; or the question `order`
 *   expected  phase, dst, toSeen; or order
 * What is judged is the form that a table sees: the alias itself is replaced here, as the vector says it.
 */
import { type AccessTable, accessTables, findAccessTable } from '../../../lib/access/tables.js';
import { splitAddress } from '../../../lib/address/split-address.js';
import { decideRecipient } from '../../../lib/policy/decide-recipient.js';
import type { Policy } from '../../../lib/policy/policy.js';
import { type Area, computed } from '../area.js';
import { accessTableNamed } from '../engine/access-answer.js';
import { EngineRun, type OutsideWorld, readOutsideWorld } from '../engine/engine-run.js';
import { mappingFileText, policyOf } from '../engine/policy-text.js';
import { seedConfiguration } from '../engine/seed-configuration.js';
import { requestFor, sessionOn } from '../engine/session.js';
import { VectorProblem } from '../vector.js';
import type { VectorInput } from '../vector-input.js';

interface Seen {
  readonly dst: string | null;
  readonly toSeen: string | null;
}

/** Reads `name -> address`; null without one. */
function readAlias(input: VectorInput): { readonly name: string; readonly value: string } | null {
  const text = input.textOrNull('alias');
  if (text === null) return null;
  const [, name, value] = /^(\S+)\s*(?:->|=>|:)\s*(\S+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new VectorProblem(`the alias \`${text}\` is not of the form \`name -> address\``);
  }
  return { name, value };
}

/** Lets a recipient through the session and takes from the table's probe what it saw. */
function seenBy(table: AccessTable, policy: Policy, source: string, to: string, world: OutsideWorld): Seen {
  const run = new EngineRun(world);
  const options = { tables: true, bothPasses: false };
  run.drive(
    decideRecipient(policy, sessionOn(source), 'a@ext.org', requestFor(to), options, run.environment),
  );
  const fields = run.probesOf(table)[0]?.split('|').slice(-2);
  const [dst = null, toSeen = null] = fields ?? [];
  return { dst, toSeen };
}

export const accessPhase: Area = (input) => {
  if (input.has('question')) {
    if (input.text('question') !== 'order') throw new VectorProblem('the only question here is `order`');
    return computed({ order: accessTables.map(({ table }) => table) });
  }
  const table = accessTableNamed(input.text('table'));
  const meaning = findAccessTable(table);
  const alias = readAlias(input);
  const to = input.textOrNull('to');
  const source = input.textOr('source', 'tcp_local');
  const world = readOutsideWorld(input);
  const answer = { table, phase: meaning?.phase ?? null };
  if (to === null || meaning?.recipient === 'none') return computed({ ...answer, dst: null, toSeen: null });

  const { localPart, domain } = splitAddress(to);
  const site = { networks: [], domains: [domain ?? 'domain.com'] };
  const cnf = seedConfiguration(site, new Map([[source, []]]), [`${site.domains[0]}  $($U)`]);
  // An entry that matches nothing: the table exists and is asked.
  const mappings = mappingFileText(new Map([[table, [['no-such-probe', '$Y']]]]));
  const policy = policyOf({ cnf, mappings });
  const seen = seenBy(table, policy, source, to, world);
  const isAlias = alias !== null && seen.dst === 'l' && alias.name.toLowerCase() === localPart.toLowerCase();
  if (!isAlias || meaning?.recipient === 'before-aliases') return computed({ ...answer, ...seen });
  return computed({ ...answer, ...seenBy(table, policy, source, alias.value, world) });
};
