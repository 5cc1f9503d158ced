/*
 * Decides over every case as `pmdf explain` does, and compares.
 */

import { lineColumnAt } from '../../lib/text/index.js';
import type { World } from '../../runtime/index.js';
import { decideRequest, type ExplainRequest, explanationJson } from '../explain/index.js';
import type { Case } from './case.js';
import { compareCase, type Failure } from './compare.js';
import { addTouched, type Coverage, coverageOf } from './coverage.js';
import { reachedTraces } from './outcome.js';
import type { CaseFile } from './read-cases.js';

/** A case and what came out otherwise; it passed when nothing did. */
export interface CaseResult {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly failures: readonly Failure[];
}

/** What a run of cases gave. */
export interface CasesRun {
  readonly results: readonly CaseResult[];
  readonly coverage: Coverage;
}

/** A case as a request for an explanation. */
export function requestOf({ request }: Case): ExplainRequest {
  const { client, clientName, helo, tls, auth, server, port, from, to } = request;
  return {
    client: { address: client, port: 0 },
    server: { address: server, port },
    name: clientName,
    live: false,
    helo,
    tls,
    authUser: auth,
    from,
    to,
  };
}

/** Runs the cases of all files, in order. */
export async function runCases(world: World, files: readonly CaseFile[]): Promise<CasesRun> {
  const touched = new Set<string>();
  const results: CaseResult[] = [];
  for (const { name: file, cases } of files) {
    for (const one of cases) {
      const request = requestOf(one);
      const explanation = explanationJson(request, await decideRequest(world, request));
      for (const trace of reachedTraces(explanation)) addTouched(touched, trace);
      const { line } = lineColumnAt(one.span.source, one.span.offset);
      results.push({ name: one.name, file, line, failures: compareCase(one, explanation) });
    }
  }
  return { results, coverage: coverageOf(world.policy(), touched) };
}

/** The results that are not as they have to be. */
export function failed(results: readonly CaseResult[]): readonly CaseResult[] {
  return results.filter(({ failures }) => failures.length > 0);
}
