/*
 * Decides whether the domain of an envelope From exists, as `mailfromdnsverify` demands: it must have mail exchangers or an
 * address. While nobody answers, the sender is deferred.
 * Ref: PMDF 2.3.4; RFC 3463 3.2 (X.1.8)
 */
import { asciiDomain } from '../address/index.js';
import { ask, type Environment, type Lookup } from '../engine/index.js';
import { accepted, defer, reject, reply, type Verdict } from '../smtp/index.js';
import type { LimitedChannel } from './limited-channel.js';
import { placeOfLimit } from './refusal.js';

const keyword = 'mailfromdnsverify';

/** Decides on a domain; `address` is what a refusal names. */
export function* verifySenderDomain(
  { name }: LimitedChannel,
  { domain, address }: { readonly domain: string; readonly address: string },
  environment: Environment,
): Lookup<Verdict> {
  const place = placeOfLimit(keyword, name);
  const answer = yield* ask({ kind: 'mail-domain', name: asciiDomain(domain) }, environment);
  switch (answer.kind) {
    case 'found':
      return accepted;
    case 'absent': {
      const text = `invalid/host-not-in-DNS return address not allowed: ${address}`;
      return reject(place, reply(550, '5.1.8', text));
    }
    case 'failed':
      return defer(`whether the domain ${domain} exists is not known: ${answer.cause}`, place);
  }
}
