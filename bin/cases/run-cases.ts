/*
 * Decides every case as `pmdf explain` does, and compares.
 */

import type { SessionDecision } from '../../lib/decide/index.js';
import type { TraceEvent } from '../../lib/engine/index.js';
import { lineColumnAt } from '../../lib/text/index.js';
import type { World } from '../../runtime/index.js';
import { decideRequest, givenName, type SessionInput } from '../support/index.js';
import type { Case } from './case.js';
import { compareCase, type Failure } from './compare.js';
import { addTouched, type Coverage, coverageOf } from './coverage.js';
import type { CaseFile } from './read-cases.js';

/** A case and its differences; it passed when there are none. */
export interface CaseResult {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly failures: readonly Failure[];
}

/** The results of a run of cases. */
export interface CasesRun {
  readonly results: readonly CaseResult[];
  readonly coverage: Coverage;
}

/** The session that a case describes. */
export function inputOf({ request: written }: Case): SessionInput {
  const { client, clientName, helo, tls, auth, server, port, from, to } = written;
  return {
    request: {
      client: { address: client, port: 0 },
      server: { address: server, port },
      reverseName: givenName(clientName),
      helo,
      esmtp: true,
      tls,
      authUser: auth,
      from,
      to,
    },
    live: false,
  };
}

/** The traces of the steps that the gateway reaches: none follows a refusal. */
function reachedTraces({ client, from, to }: SessionDecision): readonly (readonly TraceEvent[])[] {
  if (client.decision.verdict.kind !== 'accept') return [client.trace];
  if (from.decision.verdict.kind !== 'accept') return [client.trace, from.trace];
  return [client.trace, from.trace, ...to.map(({ trace }) => trace)];
}

/** Runs the cases of all files, in order. */
export async function runCases(world: World, files: readonly CaseFile[]): Promise<CasesRun> {
  const touched = new Set<string>();
  const results: CaseResult[] = [];
  for (const { name: file, cases } of files) {
    for (const one of cases) {
      const explained = await decideRequest(world, inputOf(one));
      for (const trace of reachedTraces(explained.decided)) addTouched(touched, trace);
      const { line } = lineColumnAt(one.span.source, one.span.offset);
      results.push({ name: one.name, file, line, failures: compareCase(one, explained) });
    }
  }
  return { results, coverage: coverageOf(world.policy(), touched) };
}

/** The results with differences. */
export function failed(results: readonly CaseResult[]): readonly CaseResult[] {
  return results.filter(({ failures }) => failures.length > 0);
}

/** Groups values by a key, in the order in which the keys first occur. */
export function grouped<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}
