/*
 * Which of several patterns matches the host of an address. Each pattern gets a rule that ends rewriting if it fires.
 *   input     patterns, address (or host), context, sourceChannel, sourceChannelKeywords
 *   expected  matches (the pattern as written, or null)
 */

import { rewriteAddress } from '../../../lib/rewrite/rewrite-address.js';
import { defaultCeiling } from '../../support/language.js';
import { type Area, computed } from '../area.js';
import { EngineRun, readOutsideWorld } from '../engine/engine-run.js';
import { MappingTables } from '../engine/mapping-tables.js';
import { firedRules, readAddressKind, readRules, remarksOf } from '../engine/rewriting.js';
import { namedChannel, readHosts } from '../engine/routing-hosts.js';

const template = '$U%new.host@routing.system';

export const rewritePattern: Area = (input) => {
  const patterns = input.texts('patterns');
  const rules = readRules(patterns.map((pattern) => `${pattern} ${template}`));
  const address = input.has('host') ? `user@${input.text('host')}` : input.text('address');
  const run = new EngineRun(readOutsideWorld(input));
  const result = run.drive(
    rewriteAddress(
      rules.value,
      address,
      {
        ...readAddressKind(input),
        sourceChannel: namedChannel(input.textOrNull('sourceChannel'), input.words('sourceChannelKeywords')),
        destinationChannel: null,
      },
      {
        hosts: readHosts(input),
        localHost: input.textOr('localHost', 'localhost'),
        localDomains: new Set(),
        applyMapping: new MappingTables().bind(run),
        environment: run.environment,
        ceiling: defaultCeiling,
        domainDatabase: run.has('domain'),
      },
    ),
  );
  const [fired] = firedRules(result);
  const matches = fired === undefined ? null : (patterns[fired - 1] ?? null);
  return computed({ matches, matched: matches !== null }, remarksOf(rules));
};
