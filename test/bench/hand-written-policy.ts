/*
 * The policy of `policy-fixture.ts` written by hand for that configuration alone, as one JavaScript function: no rules, no
 * tables, no channel blocks. What it answers is what the engine answers, which the benchmark checks.
 */
import type { LookupAnswer } from '../../lib/engine/lookup.js';
import { networkPrefix, type Size } from './policy-fixture.js';

/** One recipient of one client. Addresses have no angle brackets. */
export interface Question {
  readonly client: string;
  readonly from: string;
  readonly to: string;
}

/** What both contestants say about a question. */
export interface Answer {
  readonly sourceChannel: string;
  readonly relaying: boolean;
  readonly envelopeFrom: string;
  /** The reply of a refusal, `550 5.7.1 text`; null for an acceptance. */
  readonly refusal: string | null;
  readonly address: string;
  /** Where the recipient goes, and by which channel; null for a refusal. */
  readonly delivery: { readonly address: string; readonly channel: string } | null;
}

/** Decides a question; throws for what this policy was not written for. */
export type Decide = (question: Question) => Answer;

/** Characters of a local part that some server may take for routing. */
const routing = /[%!@:"\\(]|[^\x00-\x7f]/;

function domainAt(address: string, at: number): string {
  return address.slice(at + 1).toLowerCase();
}

/** Writes the policy for a size; `look` asks the general database. */
export function handWrittenPolicy(size: Size, look: (key: string) => LookupAnswer): Decide {
  const networks = new Set(Array.from({ length: size.networks }, (_, index) => networkPrefix(index)));
  const blocked = new Set(Array.from({ length: size.entries }, (_, index) => `spam${index}.example`));
  return ({ client, from, to }) => {
    const relaying = networks.has(client.slice(0, client.lastIndexOf('.') + 1));
    const sourceChannel = relaying ? 'tcp_internal' : 'tcp_local';

    const fromAt = from.lastIndexOf('@');
    const fromDomain = domainAt(from, fromAt);
    const envelopeFrom = `${from.slice(0, fromAt)}@${fromDomain}`;

    const at = to.lastIndexOf('@');
    const user = to.slice(0, at);
    const domain = domainAt(to, at);
    if (at === -1 || fromAt === -1 || routing.test(user)) throw new Error(`not written for ${to}`);
    let address = `${user}@${domain}`;
    let channel = 'tcp_local';
    if (domain === 'domain.com') {
      channel = 'l';
      const found = look(user);
      if (found.kind === 'failed') throw new Error(found.cause);
      if (found.kind === 'found') {
        const end = found.value.indexOf('@PROCESS-DAEMON');
        if (end === -1) throw new Error(`not written for ${found.value}`);
        address = found.value.slice(0, end).replace('%', '@');
        channel = 'process';
      }
    } else if (domain.endsWith('.domain.com')) {
      channel = 'tcp_internal';
    }

    let text: string | null = null;
    if (!relaying && blocked.has(fromDomain)) text = 'Mail blocked';
    else if (!relaying && channel === 'tcp_local') text = 'Relaying not permitted';
    return {
      sourceChannel,
      relaying,
      envelopeFrom,
      refusal: text === null ? null : `550 5.7.1 ${text}: ${user}@${domain}`,
      address,
      delivery: text === null ? { address, channel } : null,
    };
  };
}
