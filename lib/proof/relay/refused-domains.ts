/*
 * Local domains for which a plain stranger gets no plain recipient accepted: a policy that refuses everything relays nothing, and
 * is of no use.
 */
import { splitAddress } from '../../address/index.js';
import { auditSetup, decideMail, decideRcpt, demandOfAuth } from '../../decide/index.js';
import type { Environment, Lookup } from '../../engine/index.js';
import {
  type CompiledPolicy,
  type EntryPoint,
  entryPointsByChannel,
  isSubmission,
  type Policy,
  strangerAt,
} from '../../policy/index.js';
import { plainSender } from '../audit/senders.js';
import type { DatabaseContents } from './database-contents.js';

const mostDomains = 200;
const mostNames = 20;
/** Keys of each database that are looked at for names. */
const mostKeys = 1_000;

/** Names that a local domain may have: usual ones, aliases, and keys of databases. */
function namesOf({ policy }: CompiledPolicy, contents: DatabaseContents): ReadonlySet<string> {
  const names = new Set(['postmaster', 'ann']);
  const add = (key: string): void => {
    const { localPart } = splitAddress(key);
    if (/^[\w.-]+$/.test(localPart) && names.size < mostNames) names.add(localPart);
  };
  for (const key of policy.aliases.keys()) add(key);
  for (const database of ['alias', 'general', 'forward'] as const) {
    let left = mostKeys;
    for (const { key } of contents(database) ?? []) {
      if (names.size >= mostNames || left === 0) break;
      left -= 1;
      add(key);
    }
  }
  return names;
}

function entryPoints(policy: Policy): readonly EntryPoint[] {
  return [...entryPointsByChannel(policy).values()].flat();
}

function* isAccepted(
  { policy }: CompiledPolicy,
  domain: string,
  names: ReadonlySet<string>,
  newEnvironment: () => Environment,
): Lookup<boolean> {
  for (const entryPoint of entryPoints(policy)) {
    const session = { ...strangerAt(policy, entryPoint), relaying: false };
    if (demandOfAuth(policy, session) !== null) continue;
    for (const name of names) {
      const setup = auditSetup(policy, newEnvironment());
      const from = yield* decideMail(setup, session, plainSender);
      if (from.decision.verdict.kind !== 'accept') break;
      const recipient = { to: `${name}@${domain}` };
      const { decision } = yield* decideRcpt(setup, session, from.decision.envelopeFrom, recipient);
      if (decision.verdict.kind === 'accept') return true;
    }
  }
  return false;
}

/** Finds them. What cannot be decided counts as refused. */
export function* refusedDomains(
  compiled: CompiledPolicy,
  contents: DatabaseContents,
  newEnvironment: () => Environment,
): Lookup<readonly string[]> {
  const { policy } = compiled;
  const hasOpen = entryPoints(policy).some(
    (one) => !isSubmission(one.port) && demandOfAuth(policy, strangerAt(policy, one)) === null,
  );
  if (!hasOpen) return [];
  const names = namesOf(compiled, contents);
  const found: string[] = [];
  for (const domain of [...policy.localDomains].slice(0, mostDomains)) {
    try {
      if (!(yield* isAccepted(compiled, domain, names, newEnvironment))) found.push(domain);
    } catch {
      found.push(domain);
    }
  }
  return found;
}
