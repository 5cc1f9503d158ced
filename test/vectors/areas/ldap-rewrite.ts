/*
 * An address through rewrite rules that ask a directory.
 *   input     rules, address, source, answer (a value, null or `timeout`), domains (a list, or `unavailable`)
 *   expected  address, routing, verdict, reply, status, text, filter (of the first search)
 */
import { parseAddressUrl } from '../../../lib/ldap/address-values.js';
import { rewriteAddress } from '../../../lib/rewrite/rewrite-address.js';
import { defer } from '../../../lib/smtp/verdict.js';
import { defaultCeiling } from '../../support/language.js';
import { type Area, computed } from '../area.js';
import { directoryWith } from '../engine/directory-answers.js';
import { EngineRun, emptyWorld } from '../engine/engine-run.js';
import { MappingTables } from '../engine/mapping-tables.js';
import { readRules, remarksOf } from '../engine/rewriting.js';
import { namedChannel } from '../engine/routing-hosts.js';
import { VectorProblem } from '../vector.js';

export const ldapRewrite: Area = (input) => {
  const rules = readRules(input.texts('rules'));
  const isUnavailable = input.value('domains') === 'unavailable';
  const domains = isUnavailable ? [] : input.texts('domains');
  const answer = isUnavailable ? 'timeout' : input.textOrNull('answer');
  const url = parseAddressUrl('ldap:///o=example?dc?sub?(dc=$D)');
  if ('error' in url) throw new VectorProblem(url.error.message);
  const asked: string[] = [];
  const run = new EngineRun({ ...emptyWorld, ldap: directoryWith(answer, asked) });
  const context = {
    location: 'envelope',
    direction: 'forward',
    sourceChannel: namedChannel(input.textOr('source', 'tcp_local'), []),
    destinationChannel: null,
  } as const;
  const result = run.drive(
    rewriteAddress(rules.value, input.text('address'), context, {
      hosts: { find: () => undefined },
      localHost: 'localhost',
      localDomains: new Set(domains),
      domainUrl: isUnavailable ? url.value : null,
      applyMapping: new MappingTables().bind(run),
      environment: run.environment,
      ceiling: defaultCeiling,
      domainDatabase: false,
    }),
  );
  switch (result.kind) {
    case 'no-channel': {
      const { address, routingSystem: routing, status, text } = result;
      const verdict = status.startsWith('4.') ? 'defer' : 'reject';
      return computed({ address, routing, verdict, status, text, filter: asked[0] }, remarksOf(rules));
    }
    case 'failed': {
      const verdict = defer(result.cause);
      if (verdict.kind !== 'defer') throw new VectorProblem('a failure is not deferred');
      const { code, enhanced } = verdict.reply;
      return computed({ verdict: verdict.kind, reply: `${code} ${enhanced}` }, remarksOf(rules));
    }
    default:
      throw new VectorProblem(`the rewrite ended as ${result.kind}`);
  }
};
