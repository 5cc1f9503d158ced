/*
 * Decides whether the domain of a client or of an envelope From permits the client to send for it, as the keywords `spfhelo`,
 * `spfmailfrom` and `spfrcptto` demand. The settings say what becomes of Fail, SoftFail, PermError and TempError. The null sender is
 * `postmaster` at the name that the client gives.
 * Ref: RFC 7208 2.4, 8; RFC 7372 3.2; Messaging Server 6.3 Administration Guide 15.5
 */
import { asciiDomain } from '../address/index.js';
import { ask, type Environment, type Lookup } from '../engine/index.js';
import { accepted, defer, reject, reply, type Verdict } from '../smtp/index.js';
import type { LimitedChannel } from './limited-channel.js';
import { placeOfLimit } from './refusal.js';

/** The command at which SPF is checked. */
export type SpfKeyword = 'spfhelo' | 'spfmailfrom' | 'spfrcptto';

/** What becomes of a result. */
export type SpfStatus = 'accept' | 'defer' | 'reject';

/** The settings of SPF. */
export interface SpfSettings {
  readonly fail: SpfStatus;
  readonly softfail: SpfStatus;
  readonly permerror: SpfStatus;
  readonly temperror: SpfStatus;
  /** Policies within policies, and terms of a policy that need DNS. */
  readonly maxRecursion: number;
  readonly maxDnsQueries: number;
}

/** Who sends. */
export interface SpfClient {
  readonly address: string;
  /** The name after HELO or EHLO; empty for none. */
  readonly helo: string;
  /** The envelope From; empty for the null sender, and at HELO. */
  readonly sender: string;
  readonly domain: string;
}

function verdictOf(status: SpfStatus, place: string, enhanced: string, text: string): Verdict {
  switch (status) {
    case 'accept':
      return accepted;
    case 'defer':
      return reject(place, reply(451, `4.${enhanced}`, text));
    case 'reject':
      return reject(place, reply(550, `5.${enhanced}`, text));
  }
}

/** Decides on a client by the policy of a domain. */
export function* verifySenderPolicy(
  keyword: SpfKeyword,
  { name }: LimitedChannel,
  client: SpfClient,
  { environment, settings }: { readonly environment: Environment; readonly settings: SpfSettings },
): Lookup<Verdict> {
  const place = placeOfLimit(keyword, name);
  const isNobody = client.sender === '' || keyword === 'spfhelo';
  const domain = asciiDomain(isNobody ? client.helo : client.domain);
  if (domain === '' || domain.startsWith('[')) return accepted;
  const local = isNobody ? 'postmaster' : client.sender.slice(0, client.sender.lastIndexOf('@'));
  const answer = yield* ask(
    {
      kind: 'spf',
      client: client.address,
      domain,
      sender: `${local}@${domain}`,
      helo: client.helo === '' ? 'unknown' : asciiDomain(client.helo),
      mostQueries: settings.maxDnsQueries,
      mostNested: settings.maxRecursion,
    },
    environment,
  );
  if (answer.kind === 'failed') {
    const cause = `SPF of ${domain}: ${answer.cause}`;
    if (settings.temperror === 'defer') return defer(cause, place);
    return verdictOf(settings.temperror, place, '7.24', `SPF: the policy of ${domain} cannot be read now`);
  }
  switch (answer.kind === 'found' ? answer.value : 'none') {
    case 'fail': {
      const text = `SPF: ${domain} does not permit ${client.address} to send`;
      return verdictOf(settings.fail, place, '7.23', text);
    }
    case 'softfail': {
      const text = `SPF: ${domain} does not expect ${client.address} to send`;
      return verdictOf(settings.softfail, place, '7.23', text);
    }
    case 'permerror':
      return verdictOf(settings.permerror, place, '7.24', `SPF: the policy of ${domain} is in error`);
    default:
      return accepted;
  }
}
