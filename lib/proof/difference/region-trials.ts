/*
 * Sessions of which an access table is told a probe of a region: the client by its source channel, the addresses out of the language
 * of the region, with a recipient that the rules lead to the destination channel. Whether the probe really comes out is seen when the
 * session is decided.
 */

import type { ProbeField } from '../../access/index.js';
import { holdBars, releaseBars, splitAddress } from '../../address/index.js';
import type { AddressLanguages } from '../language/address-languages.js';
import { findText } from '../language/find-text.js';
import type { Language } from '../language/language.js';
import { WorkLimitReached } from '../language/work-limit-reached.js';
import { testedFlags } from '../relay/entry-runs.js';
import type { Region } from './entry-regions.js';
import type { Trial } from './policy-difference.js';
import { joinFields } from './probe-space.js';
import type { PlacedClient } from './trial-clients.js';

/** A recipient, and what the rules make of it for some source channel. */
export interface RoutedRecipient {
  readonly received: string;
  readonly address: string;
  readonly channel: string;
}

export interface TrialSources {
  readonly clients: readonly PlacedClient[];
  readonly recipients: readonly RoutedRecipient[];
  readonly senders: readonly string[];
}

const textLimit = 100_000;
/** Ordinary sessions for a client and a destination channel. */
const mostRecipients = 4;
/** Clients of one channel for which texts are searched, and texts for each. */
const mostSearched = 2;
const mostFound = 3;

/** Fields of a probe that are wanted to be of a language. */
type Wanted = ReadonlyMap<ProbeField, Language>;

class RegionTrials {
  readonly #region: Region;
  readonly #addresses: AddressLanguages;

  constructor(region: Region, addresses: AddressLanguages) {
    this.#region = region;
    this.#addresses = addresses;
  }

  has(field: ProbeField): boolean {
    return this.#region.space.fields.includes(field);
  }

  /** The part of a language in which fields are as wanted; null if there is none. */
  where(language: Language, wanted: Wanted): Language | null {
    const { languages } = this.#addresses;
    const { fields } = this.#region.space;
    const parts = fields.map((field) => wanted.get(field) ?? languages.anyField);
    const part = languages.intersection([language, joinFields(this.#addresses, parts)]);
    try {
      return findText(languages, part, { left: textLimit }) === null ? null : part;
    } catch (error) {
      if (error instanceof WorkLimitReached) return null;
      throw error;
    }
  }

  /** The fields of a text of a language, as readable as possible. */
  fieldsOf(language: Language): ReadonlyMap<ProbeField, string> {
    const { languages, address, hostName } = this.#addresses;
    const text = (value: string) => languages.text(value);
    const dotted = languages.joined(hostName, text('.'), hostName);
    const wishes: Wanted[] = [
      new Map([['clientPort', text('4000')]]),
      new Map([['serverAddress', text('192.0.2.2')]]),
      new Map([['from', text('ann@sender.invalid')]]),
      new Map([['from', languages.joined(text('ann@'), dotted)]]),
      new Map([['from', address]]),
      new Map([['to', text('bob@relay.example')]]),
      new Map([['to', languages.joined(text('bob@'), dotted)]]),
      new Map([['to', languages.joined(this.#addresses.localPart, text('@'), dotted)]]),
      new Map([['to', address]]),
      new Map([['orcpt', languages.emptyText]]),
      new Map([['authenticatedFrom', languages.emptyText]]),
    ];
    let now = language;
    for (const wish of wishes) {
      if ([...wish.keys()].some((field) => this.has(field))) now = this.where(now, wish) ?? now;
    }
    const found = findText(languages, now, { left: textLimit }) ?? this.#region.text;
    const texts = found.split('|');
    return new Map(this.#region.space.fields.map((field, at) => [field, releaseBars(texts[at] ?? '')]));
  }

  /** Sessions out of a language, for one client and one destination channel. */
  *searched(
    language: Language,
    client: PlacedClient,
    to: { readonly channel: string; readonly routed: readonly (RoutedRecipient | null)[] } | null,
  ): Generator<Trial> {
    const { languages, localPart } = this.#addresses;
    const { client: address, port } = client.client;
    // On any other port that is not listed the same begins as on 25.
    const onPort = this.where(language, new Map([['serverPort', languages.text(String(port))]])) ?? language;
    const here = this.where(onPort, new Map([['clientAddress', languages.text(address)]])) ?? onPort;
    if (to === null) {
      yield this.trialOf(client, this.fieldsOf(here), null);
      return;
    }
    const there = this.where(here, new Map([['destinationChannel', languages.text(to.channel)]]));
    if (there === null) return;
    let found = 0;
    for (const recipient of to.routed) {
      if (found === mostFound) break;
      const { domain } = splitAddress(recipient?.address ?? '');
      if (recipient === null || domain === null) continue;
      const atHost = languages.joined(localPart, languages.text(`@${domain}`));
      const part = this.where(there, new Map([['to', atHost]]));
      if (part === null) continue;
      found += 1;
      const fields = this.fieldsOf(part);
      yield this.trialOf(client, fields, withUserOf(fields.get('to') ?? '', recipient));
    }
    yield this.trialOf(client, this.fieldsOf(there), null);
  }

  trialOf(client: PlacedClient, fields: ReadonlyMap<ProbeField, string>, received: string | null): Trial {
    const orcpt = fields.get('orcpt') ?? '';
    const own = client.client;
    // The texts of languages are in lower case.
    const [application = '', ...heloParts] = (fields.get('application') ?? '').split('/');
    const isNamed = application.toLowerCase() === 'smtp' && heloParts.length > 0;
    return {
      ...own,
      client: fields.get('clientAddress') ?? own.client,
      port: Number(fields.get('serverPort') ?? own.port),
      helo: isNamed ? heloParts.join('/') : own.helo,
      from: fields.get('from') ?? 'ann@sender.invalid',
      to: received ?? fields.get('to') ?? 'postmaster',
      originalRecipient: orcpt === '' ? null : orcpt,
      notify: [],
    };
  }
}

/** The recipient whose address has the user of a probe and the host of a recipient that is known to be routed. */
function withUserOf(probe: string, { received }: RoutedRecipient): string {
  const { localPart } = splitAddress(probe);
  const { domain } = splitAddress(received);
  return domain === null ? localPart : `${localPart}@${domain}`;
}

/** The text of a field in the probe of a session whose rules and tables do nothing special. */
function plainField(field: ProbeField, isPlain: boolean, session: PlainSession): string {
  const { client, source, sender, recipient } = session;
  const { client: address, port, helo, authUser } = client.client;
  switch (field) {
    case 'transport':
      return 'TCP';
    case 'serverAddress':
      return '192.0.2.2';
    case 'serverPort':
      return String(port);
    case 'clientAddress':
      return address;
    case 'clientPort':
      return '4000';
    case 'application':
      return isPlain ? 'SMTP' : `SMTP/${helo ?? ''}`;
    case 'submitType':
      return 'MAIL';
    case 'sourceChannel':
      return source;
    case 'from':
      return holdBars(sender);
    case 'authenticatedFrom':
      return authUser ?? '';
    case 'destinationChannel':
      return recipient?.channel ?? '';
    case 'to':
      return recipient?.address ?? '';
    case 'orcpt':
      return '';
  }
}

/** The whole probe, to see whether it is in the region. */
function plainProbe({ space }: Region, session: PlainSession): string {
  const texts = space.fields.map((field, at) =>
    plainField(field, space.languages[at]?.shape.kind === 'text', session),
  );
  return texts.join('|');
}

interface PlainSession {
  readonly client: PlacedClient;
  readonly source: string;
  readonly sender: string;
  readonly recipient: RoutedRecipient | null;
}

/** What a recipient asks for, by the input flag that tests it. Ref: RFC 3461 4.1 */
const notifyByFlag: ReadonlyMap<string, string> = new Map([
  ['D', 'DELAY'],
  ['F', 'FAILURE'],
  ['S', 'SUCCESS'],
]);

/** The values of NOTIFY that the entries of a region test. */
function notifyWords({ before, now }: Region): readonly string[] {
  const flags = [before, now].flatMap((entry) => (entry === null ? [] : testedFlags(entry.template)));
  return [...new Set(flags)].flatMap((flag) => notifyByFlag.get(flag) ?? []);
}

/** Sessions for a region, for each pair of source and destination channel, the ordinary ones first. Never throws. */
export function* regionTrials(
  region: Region,
  addresses: AddressLanguages,
  sources: TrialSources,
): Generator<Trial> {
  const words = notifyWords(region);
  for (const trial of withoutNotify(region, addresses, sources)) {
    yield trial;
    for (const word of words) yield { ...trial, notify: [word] };
  }
}

function* withoutNotify(
  region: Region,
  addresses: AddressLanguages,
  { clients, recipients, senders }: TrialSources,
): Generator<Trial> {
  const { languages } = addresses;
  const search = new RegionTrials(region, addresses);
  const onChannels = new Map<string, Language | null>();
  const searched = new Map<string, number>();
  const channels = [...new Set(recipients.map((one) => one.channel))];
  for (const client of clients) {
    for (const source of new Set([client.before, client.now])) {
      if (!onChannels.has(source)) {
        onChannels.set(
          source,
          search.where(region.language, new Map([['sourceChannel', languages.text(source)]])),
        );
      }
      const onChannel = onChannels.get(source) ?? null;
      if (onChannel === null) continue;
      for (const channel of search.has('to') ? channels : [null]) {
        const routed = channel === null ? [null] : recipients.filter((one) => one.channel === channel);
        let found = 0;
        for (const recipient of routed) {
          for (const sender of senders) {
            if (found === mostRecipients) break;
            if (!languages.has(region.language, plainProbe(region, { client, source, sender, recipient })))
              continue;
            found += 1;
            yield {
              ...client.client,
              from: sender,
              to: recipient?.received ?? 'postmaster',
              originalRecipient: null,
              notify: [],
            };
          }
        }
        const pair = `${source} ${channel ?? ''}`;
        const count = searched.get(pair) ?? 0;
        if (found > 0 || count === mostSearched) continue;
        searched.set(pair, count + 1);
        yield* search.searched(onChannel, client, channel === null ? null : { channel, routed });
      }
    }
  }
}
