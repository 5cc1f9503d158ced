/*
 * A small environment for rewriting: rules as text, channels as a list, databases and mapping tables as plain values.
 */

import assert from 'node:assert/strict';
import { StepBudget } from '../../../lib/engine/environment.js';
import {
  absent,
  driveNow,
  failed,
  found,
  type Lookup,
  type LookupAnswer,
  type LookupRequest,
} from '../../../lib/engine/lookup.js';
import type { TraceEvent } from '../../../lib/engine/trace.js';
import type { MappingResult } from '../../../lib/mapping/mapping.js';
import { rewriteAddress } from '../../../lib/rewrite/rewrite-address.js';
import type {
  HostTable,
  RewriteContext,
  RewriteResult,
  RewriteWorld,
  RoutingChannel,
  RoutingHost,
} from '../../../lib/rewrite/rewrite-context.js';
import { rulesOf } from '../../../lib/rewrite/rule.js';
import { compileRules, type RewriteRules } from '../../../lib/rewrite/rule-index.js';
import { formatDiagnostic } from '../../../lib/text/diagnostic.js';
import { type LogicalLine, readLogicalLines } from '../../../lib/text/logical-lines.js';
import { parseRules } from '../../support/language.js';

export function linesOf(text: string, name = 'pmdf.cnf'): readonly LogicalLine[] {
  return readLogicalLines({ name, shortName: name, text }, () => undefined).value;
}

/** Compiles rules that must have no errors. */
export function compiled(...rules: readonly string[]): RewriteRules {
  const { value, diagnostics } = parseRules(linesOf(`${rules.join('\n')}\n`));
  const errors = diagnostics.filter((one) => one.severity === 'error');
  assert.deepEqual(errors.map(formatDiagnostic), []);
  return compileRules(rulesOf(value));
}

export function channel(name: string, change: Partial<RoutingChannel> = {}): RoutingChannel {
  return {
    name,
    isLocal: name === 'l',
    appliesRules: true,
    bangOverPercent: false,
    addressForm: '822',
    ...change,
  };
}

/** A host table from rows of host, channel and proper name. */
export function hostTable(
  ...rows: readonly (readonly [string, RoutingChannel] | readonly [string, RoutingChannel, string])[]
): HostTable {
  const hosts = new Map<string, RoutingHost>();
  for (const [host, owner, properName] of rows) {
    hosts.set(host.toLowerCase(), { channel: owner, properName: properName ?? null });
  }
  return { find: (host) => hosts.get(host.toLowerCase()) };
}

/** The result of a fake mapping table for a probe; undefined is no match. */
export type FakeTable = (probe: string) => { output: string; flags: string } | undefined;

export interface Setting {
  readonly hosts?: HostTable;
  readonly localHost?: string;
  readonly general?: ReadonlyMap<string, string | LookupAnswer>;
  /** The names of addresses. */
  readonly names?: ReadonlyMap<string, string | LookupAnswer>;
  readonly domains?: ReadonlyMap<string, string | LookupAnswer>;
  readonly tables?: ReadonlyMap<string, FakeTable>;
  readonly tableFailure?: string;
  readonly ceiling?: number;
  readonly steps?: number;
  readonly context?: Partial<RewriteContext>;
  readonly trace?: (event: TraceEvent) => void;
}

export const envelopeTo: RewriteContext = {
  location: 'envelope',
  direction: 'forward',
  sourceChannel: channel('tcp_local'),
  destinationChannel: null,
};

export const envelopeFrom: RewriteContext = { ...envelopeTo, direction: 'backward' };

function worldOf(setting: Setting): RewriteWorld {
  return {
    hosts: setting.hosts ?? hostTable(),
    localHost: setting.localHost ?? 'localhost',
    localDomains: new Set(),
    *applyMapping(table, probe): Lookup<MappingResult | null> {
      const fake = setting.tables?.get(table);
      if (fake === undefined) return null;
      const answer = fake(probe);
      let cause: string | null = null;
      if (setting.tableFailure !== undefined) {
        const reverse = yield { kind: 'database', database: 'reverse', key: probe };
        cause = reverse.kind === 'failed' ? reverse.cause : null;
      }
      return {
        matched: answer !== undefined,
        output: answer?.output ?? probe,
        flags: new Set(answer?.flags ?? ''),
        entries: [],
        failed: cause,
      };
    },
    environment: {
      random: () => 0,
      uniqueString: () => 'Unique1',
      budget: new StepBudget(setting.steps ?? 100_000),
      ...(setting.trace === undefined ? {} : { trace: setting.trace }),
    },
    ceiling: setting.ceiling ?? 32,
    domainDatabase: setting.domains !== undefined,
  };
}

function valueFor(request: LookupRequest, setting: Setting): string | LookupAnswer | undefined {
  if (request.kind === 'host-name') return setting.names?.get(request.address);
  assert.equal(request.kind, 'database');
  if (request.kind !== 'database') return undefined;
  if (request.database === 'reverse') return failed(setting.tableFailure ?? '');
  const database = request.database === 'general' ? setting.general : setting.domains;
  return database?.get(request.key.toLowerCase());
}

/** Rewrites an address; databases fold case. */
export function rewrite(rules: RewriteRules, address: string, setting: Setting = {}): RewriteResult {
  const answer = (request: LookupRequest): LookupAnswer => {
    const value = valueFor(request, setting);
    if (value === undefined) return absent;
    return typeof value === 'string' ? found(value) : value;
  };
  const context = { ...envelopeTo, ...setting.context };
  return driveNow(rewriteAddress(rules, address, context, worldOf(setting)), answer);
}

/** The parts of a result that tables compare. */
export function brief(result: RewriteResult): string {
  switch (result.kind) {
    case 'routed':
      return `${result.address} via ${result.routingSystem} on ${result.channel.name}`;
    case 'no-channel':
      return `${result.address} via ${result.routingSystem}: ${result.matchedRule ? 'no channel' : 'no rule'}`;
    case 'ceiling':
      return 'ceiling';
    case 'failed':
      return `failed: ${result.cause}`;
  }
}
