/*
 * One address through rewrite rules.
 *   input     rules, address, context, sourceChannel, destinationChannel, their keywords, localHosts, channels,
 *             localHost, generalDatabase, domainDatabase, mappings
 *   expected  address, routing, host, channel, matched, fired (rules by number), error, status
 */

import { rewriteAddress } from '../../../lib/rewrite/rewrite-address.js';
import { defaultCeiling } from '../../support/language.js';
import { type Area, computed } from '../area.js';
import { EngineRun, readOutsideWorld } from '../engine/engine-run.js';
import { MappingTables } from '../engine/mapping-tables.js';
import { describeRewrite, readAddressKind, readRules, remarksOf } from '../engine/rewriting.js';
import { namedChannel, readHosts } from '../engine/routing-hosts.js';
import type { VectorInput } from '../vector-input.js';

function readTables(input: VectorInput): MappingTables {
  const tables = new MappingTables();
  const mappings = input.section('mappings');
  for (const name of mappings?.unread() ?? []) tables.add(name, mappings?.pairs(name) ?? []);
  return tables;
}

export const rewrite: Area = (input) => {
  const rules = readRules(input.texts('rules'));
  const tables = readTables(input);
  const run = new EngineRun(readOutsideWorld(input));
  const context = {
    ...readAddressKind(input),
    sourceChannel: namedChannel(input.textOrNull('sourceChannel'), input.words('sourceChannelKeywords')),
    destinationChannel: namedChannel(
      input.textOrNull('destinationChannel'),
      input.words('destinationChannelKeywords'),
    ),
  };
  const result = run.drive(
    rewriteAddress(rules.value, input.text('address'), context, {
      hosts: readHosts(input),
      localHost: input.textOr('localHost', input.texts('localHosts')[0] ?? 'localhost'),
      localDomains: new Set(input.texts('localDomains')),
      applyMapping: tables.bind(run),
      environment: run.environment,
      ceiling: defaultCeiling,
      domainDatabase: run.has('domain'),
    }),
  );
  return computed({ ...describeRewrite(result), terminates: true }, [...remarksOf(rules), ...tables.remarks]);
};
