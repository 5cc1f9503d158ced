/*
 * Whether any session on a path gets through the tables on it. All sessions of the path are a language, and while it has one, that
 * session is run through the engine:
 *   it relays           a way is found; the search goes on without the sessions that the same entries permit
 *   an entry stops it   the search goes on without all sessions that this entry is certain to stop
 *   neither             the path allows for more than the rules do; after a few of these the answer is that nobody can tell
 * If none is left, none relays.
 */

import { canonicalAddress, holdBars, releaseBars } from '../../address/index.js';
import type { Delivery } from '../../decide/index.js';
import type { Lookup } from '../../engine/index.js';
import type { MappingTable } from '../../mapping/index.js';
import { findText } from '../language/find-text.js';
import type { Language } from '../language/language.js';
import { testedFlags } from './entry-outcomes.js';
import type { RelayPath } from './paths.js';
import type { Witness } from './relay-proof.js';
import {
  type Consultation,
  type FieldLanguages,
  type SessionField,
  SessionSpace,
  type SessionTexts,
} from './session-space.js';
import type { StrangeClient, SwitchedClients } from './switched-clients.js';
import { type EntryTools, TableEntries } from './table-entries.js';
import type { Passed, StoppedBy, Trial, TrialResult } from './try-session.js';

/** A way that was found, with the entries that permitted it. */
export interface FoundWay {
  readonly path: RelayPath;
  readonly witness: Witness;
  readonly delivery: Delivery;
  readonly permits: readonly Passed[];
  readonly rules: readonly string[];
}

/** What the search on a path came to; `unsettled` tells of sessions that neither relayed nor were stopped by an entry. */
export interface PathAnswer {
  readonly ways: readonly FoundWay[];
  readonly unsettled: readonly string[];
}

/** What a path is searched with. */
export interface SearchSetting {
  readonly tools: EntryTools;
  readonly channel: string;
  readonly port: number;
  /** The tables that exist, by their names in capitals. */
  readonly tables: ReadonlyMap<string, MappingTable>;
  /** The fields of a session apart from the recipient. */
  readonly fields: FieldLanguages;
  /** Consulted before any recipient. */
  readonly before: readonly Consultation[];
  /** TLS off and on, where a stranger on the channel can have that. */
  readonly tls: readonly boolean[];
  /** What witnesses should look like, the most wanted first. */
  readonly wanted: readonly FieldLanguages[];
  /** A client of a stranger, for sessions in which the client does not count. */
  readonly client: StrangeClient;
  readonly switched: SwitchedClients;
  /** Runs a session through the engine. */
  readonly attempt: (trial: Trial) => Lookup<TrialResult>;
  /** More ways on a path are not looked for. */
  readonly mostWays: number;
  /** Whether any delivery by the channel of a path counts, and not only one to the address that the path says. */
  readonly anyAddress: boolean;
}

/** What a client may say besides texts. */
interface Claims {
  readonly tls: boolean;
  readonly esmtp: boolean;
  readonly notify: readonly string[];
}

const notifyWords: readonly (readonly [string, string])[] = [
  ['D', 'DELAY'],
  ['F', 'FAILURE'],
  ['S', 'SUCCESS'],
];
const mostUnsettled = 6;

/** The claims that make a difference to some entry. */
function claimsFor(flags: ReadonlySet<string>, tls: readonly boolean[]): Claims[] {
  const [usual = false] = tls;
  let found: Claims[] = (flags.has('T') ? tls : [usual]).map((one) => ({
    tls: one,
    esmtp: true,
    notify: [],
  }));
  if (flags.has('E')) found = found.flatMap((one) => [one, { ...one, esmtp: false }]);
  for (const [letter, word] of notifyWords) {
    if (flags.has(letter)) found = found.flatMap((one) => [one, { ...one, notify: [...one.notify, word] }]);
  }
  return found;
}

function inputFlagsOf({ tls, esmtp, notify }: Claims, { pass, table }: Consultation): ReadonlySet<string> {
  if (pass > 0 || table === 'PORT_ACCESS') return new Set();
  const letters =
    table === 'FROM_ACCESS'
      ? []
      : notifyWords.flatMap(([letter, word]) => (notify.includes(word) ? [letter] : []));
  return new Set([...(tls ? ['T'] : []), ...(esmtp ? ['E'] : []), ...letters]);
}

class ClaimedSearch {
  readonly #path: RelayPath;
  readonly #setting: SearchSetting;
  readonly #claims: Claims;
  readonly #space: SessionSpace;
  readonly #tables: readonly TableEntries[];
  readonly ways: FoundWay[] = [];
  readonly unsettled: string[] = [];

  constructor(path: RelayPath, setting: SearchSetting, claims: Claims) {
    this.#path = path;
    this.#setting = setting;
    this.#claims = claims;
    const { languages } = setting.tools;
    this.#space = new SessionSpace(languages, new Map([...setting.fields, ...path.recipients]));
    this.#tables = [...setting.before, ...path.consultations].flatMap((one) => {
      const table = setting.tables.get(one.table);
      return table === undefined
        ? []
        : [new TableEntries(table, one, inputFlagsOf(claims, one), this.#space, setting.tools)];
    });
  }

  *run(): Lookup<void> {
    const { languages } = this.#setting.tools;
    let left = this.#space.whole;
    while (this.ways.length < this.#setting.mostWays) {
      const text = this.#find(left);
      if (text === null) return;
      const texts = this.#space.textsOf(text);
      const without = yield* this.#settle(texts);
      const removed = without === null || !languages.has(without, text) ? languages.nothing : without;
      if (removed === languages.nothing) {
        if (this.unsettled.length === mostUnsettled) return;
        left = languages.difference(left, this.#like(texts));
      } else left = languages.difference(left, removed);
    }
  }

  /** Whether an entry may stop a session of the path. */
  mayStop(): boolean {
    return this.#tables.some((table) => table.mayStop());
  }

  /** A text of a language, as readable as there is one. */
  #find(left: Language): string | null {
    const { tools, wanted } = this.#setting;
    const { languages, work } = tools;
    let found = findText(languages, left, work);
    if (found === null) return null;
    let chosen = left;
    for (const fields of wanted) {
      const narrowed = languages.intersection([chosen, this.#space.where(fields)]);
      const text = findText(languages, narrowed, work);
      if (text === null) continue;
      found = text;
      chosen = narrowed;
    }
    return found;
  }

  /** The sessions with the recipient and the sender of one. */
  #like(texts: SessionTexts): Language {
    const { languages } = this.#setting.tools;
    const fields = new Map<SessionField, Language>();
    for (const field of ['sender', ...this.#path.recipients.keys()] as const) {
      const text = texts.get(field);
      if (text !== undefined) fields.set(field, languages.text(text));
    }
    return this.#space.where(fields);
  }

  /** Runs a session; gives the sessions that are settled by it, or null. */
  *#settle(texts: SessionTexts): Lookup<Language | null> {
    const { channel, attempt } = this.#setting;
    const to0 = releaseBars(texts.get('to0') ?? '').replace(/^@[^@:]*:/, '');
    const at = to0.lastIndexOf('@');
    const first = { local: to0.slice(0, at), host: to0.slice(at + 1) };
    const tried = new Set<string>();
    let why = 'no recipient is known that becomes this';
    for (const { local, host } of this.#path.origins(first)) {
      const witness = this.#witness(texts, `${local}@${host}`);
      if (tried.has(witness.to)) continue;
      tried.add(witness.to);
      if (canonicalAddress(witness.client) !== witness.client) {
        why = `${witness.client} is no address`;
        continue;
      }
      const trial = {
        witness,
        server: texts.get('server') ?? '192.0.2.2',
        clientPort: Number(texts.get('clientPort') ?? '4000'),
        channel,
        earlierRecipients: this.#path.earlierRecipients,
      };
      const result = yield* attempt(trial);
      if (result.kind === 'stopped') {
        const stopped = this.#stopped(result.by);
        if (stopped !== null) return stopped;
        why = `${result.by.place} stops it, and what else that entry stops is not known`;
      } else if (result.kind === 'delivered') {
        const delivery = result.deliveries.find((one) => this.#leaves(one, texts));
        if (delivery !== undefined) {
          this.ways.push({
            path: this.#path,
            witness,
            delivery,
            permits: result.passed,
            rules: result.rules,
          });
          return this.#permitted(result.passed);
        }
        why = 'it is delivered elsewhere';
      } else if (result.kind === 'elsewhere' && texts.has('client')) {
        const like = this.#setting.switched.like(witness.client);
        if (like !== null) return this.#space.where(new Map([['client', like]]));
        why = result.why;
      } else why = result.why;
    }
    this.unsettled.push(`\`${to0}\` from \`${texts.get('sender') ?? ''}\`: ${why}`);
    return null;
  }

  #leaves({ address, channel }: Delivery, texts: SessionTexts): boolean {
    const { languages } = this.#setting.tools;
    const { last, isKept, recipients } = this.#path;
    if (channel !== this.#path.channel) return false;
    if (this.#setting.anyAddress) return true;
    if (isKept) return address.toLowerCase() === releaseBars(texts.get(last) ?? '').toLowerCase();
    const language = recipients.get(last);
    return language !== undefined && languages.has(language, holdBars(address));
  }

  #tableFor({ table, pass }: StoppedBy, place: string): readonly TableEntries[] {
    return this.#tables.filter(
      ({ consultation }, index) =>
        consultation.table === table &&
        consultation.pass === pass &&
        this.#tables[index]?.entryAt(place) !== null,
    );
  }

  #stopped(by: StoppedBy): Language | null {
    const { languages } = this.#setting.tools;
    const found = this.#tableFor(by, by.place).flatMap((one) => one.stoppedAt(by.place) ?? []);
    return found.length === 0 ? null : languages.union(found);
  }

  /** The sessions that the same entries permit: all where no entry did. */
  #permitted(passed: readonly Passed[]): Language {
    const { languages } = this.#setting.tools;
    const matched = passed.flatMap((one) =>
      this.#tableFor(one, one.place).flatMap((table) => table.matchedAt(one.place) ?? []),
    );
    return languages.intersection(matched);
  }

  #witness(texts: SessionTexts, to: string): Witness {
    const { tls, esmtp, notify } = this.#claims;
    const application = texts.get('application') ?? '';
    const helo = application.includes('/')
      ? application.slice(application.indexOf('/') + 1)
      : 'sender.invalid';
    const orcpt = texts.get('orcpt') ?? '';
    return {
      client: texts.get('client') ?? this.#setting.client.address,
      port: Number(texts.get('port') ?? String(this.#setting.port)),
      name: this.#setting.client.name,
      helo: helo === '' ? null : helo,
      esmtp,
      tls,
      from: releaseBars(texts.get('from') ?? texts.get('sender') ?? ''),
      to,
      originalRecipient: orcpt === '' ? null : releaseBars(orcpt),
      notify,
    };
  }
}

/** The searches of a path, one for each set of claims that make a difference on it. */
function searchesOf(path: RelayPath, setting: SearchSetting): readonly ClaimedSearch[] {
  const flags = new Set(
    [...setting.before, ...path.consultations].flatMap(({ table, pass }) =>
      pass > 0
        ? []
        : (setting.tables.get(table)?.entries ?? []).flatMap(({ template }) => testedFlags(template)),
    ),
  );
  return claimsFor(flags, setting.tls).map((claims) => new ClaimedSearch(path, setting, claims));
}

/** Searches a path. Throws WorkLimitReached. */
export function* searchPath(path: RelayPath, setting: SearchSetting): Lookup<PathAnswer> {
  const ways: FoundWay[] = [];
  const unsettled: string[] = [];
  for (const search of searchesOf(path, setting)) {
    yield* search.run();
    for (const one of search.ways) ways.push(one);
    for (const one of search.unsettled) unsettled.push(one);
  }
  return { ways, unsettled };
}

/** Whether an entry may stop some session on a path; if not, none does. Throws WorkLimitReached. */
export function mayBeStopped(path: RelayPath, setting: SearchSetting): boolean {
  return searchesOf(path, setting).some((search) => search.mayStop());
}
