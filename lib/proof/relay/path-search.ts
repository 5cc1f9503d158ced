/*
 * Whether any session on a path gets through the tables on it. All sessions of the path are a language, and while it has one, that
 * session is run through the engine:
 *   it relays           a way is found; the search goes on without the sessions that the same entries permit
 *   an entry stops it   the search goes on without all sessions that this entry is certain to stop
 *   neither             the path allows for more than the rules do; after a few of these the answer is that nobody can tell
 * If none is left, none relays.
 */

import { canonicalAddress, foldDomain, holdBars, releaseBars, splitAddress } from '../../address/index.js';
import type { Delivery } from '../../decide/index.js';
import type { Lookup } from '../../engine/index.js';
import { forwardTable } from '../../forwarding/index.js';
import type { Entry, MappingTable } from '../../mapping/index.js';
import { placeOf } from '../../text/index.js';
import { findText } from '../language/find-text.js';
import type { Language } from '../language/language.js';
import { WorkLimitReached } from '../language/work-limit-reached.js';
import type { AllowedMail, AllowedNote } from './allowed-notes.js';
import { type Claims, claimsFor, inputFlagsOf } from './claims.js';
import { PathTables } from './path-tables.js';
import type { ReceivedSenders } from './received-senders.js';
import type { RelayPath } from './relay-path.js';
import type { Witness } from './relay-proof.js';
import type { TwoParts } from './route.js';
import {
  type Consultation,
  type FieldLanguages,
  type SessionField,
  SessionSpace,
  type SessionTexts,
} from './session-space.js';
import type { StrangeClient, SwitchedClients } from './switched-clients.js';
import { type EntryTools, TableEntries } from './table-entries.js';
import { flagsTestedBy } from './tested-flags.js';
import type { DeliveredTrial, Passed, StoppedBy, Trial, TrialResult } from './try-session.js';

/** A way that was found, with the entries that permitted it. */
export interface FoundWay {
  readonly path: RelayPath;
  readonly witness: Witness;
  readonly delivery: Delivery;
  readonly permits: readonly Passed[];
  readonly rules: readonly string[];
  /** The entries of FORWARD that changed the recipient. */
  readonly forwardedBy: readonly Entry[];
  /** The notes by which the site allows it; none where it does not. */
  readonly notes: readonly AllowedNote[];
  /** The item of pmdf.yaml among them. */
  readonly mail: AllowedMail | null;
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
  readonly senders: ReceivedSenders;
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

/** Fields of a session, each with what it should be. */
type Fields = readonly (readonly [SessionField, Language])[];

const mostUnsettled = 6;
/** More allowed ways than anyone writes notes for. */
const mostAllowed = 200;

/** The words of an address, folded: what is between its marks and dots. */
function wordsOf(text: string): readonly string[] {
  return foldDomain(text)
    .split(/[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+/)
    .filter((word) => word !== '');
}

class ClaimedSearch {
  readonly #path: RelayPath;
  readonly #setting: SearchSetting;
  readonly #claims: Claims;
  readonly #space: SessionSpace;
  readonly #tables: PathTables;
  readonly ways: FoundWay[] = [];
  readonly unsettled: string[] = [];

  constructor(path: RelayPath, setting: SearchSetting, claims: Claims) {
    this.#path = path;
    this.#setting = setting;
    this.#claims = claims;
    const { languages } = setting.tools;
    this.#space = new SessionSpace(languages, new Map([...setting.fields, ...path.recipients]));
    const tables = [...setting.before, ...path.consultations].flatMap((one) => {
      const table = setting.tables.get(one.table);
      return table === undefined
        ? []
        : [new TableEntries(table, one, inputFlagsOf(claims, one), this.#space, setting.tools)];
    });
    this.#tables = new PathTables(tables, setting.tools);
  }

  *run(): Lookup<void> {
    const { tools, channel } = this.#setting;
    const { languages, notes } = tools;
    const { whole } = this.#space;
    const allowed: Language[] = [];
    for (const mail of notes.mail) {
      if (mail.channel !== channel) continue;
      const these = this.#space.where(this.#fieldsOf(mail));
      yield* this.#search(languages.intersection([whole, these]), mail);
      allowed.push(these);
    }
    yield* this.#search(languages.difference(whole, languages.union(allowed)), null);
  }

  /** Searches some sessions. Of those that are allowed by their addresses the first that gets through is enough. */
  *#search(sessions: Language, mail: AllowedMail | null): Lookup<void> {
    const { languages } = this.#setting.tools;
    const known = this.unsettled.length;
    let left = sessions;
    let open = 0;
    while (open < this.#setting.mostWays) {
      const text = this.#find(left);
      if (text === null) break;
      const texts = this.#space.textsOf(text);
      const ways = this.ways.length;
      const settled = yield* this.#settle(left, texts, text, mail);
      const found = this.ways.slice(ways);
      if (found.length > 0) {
        if (mail !== null) break;
        open += found.filter(({ notes }) => notes.length === 0).length;
        if (this.ways.length - open > mostAllowed) throw new WorkLimitReached();
      }
      if (settled === null && this.unsettled.length - known >= mostUnsettled) break;
      left = settled ?? languages.difference(left, this.#like(texts));
    }
    if (mail !== null) this.unsettled.length = known;
  }

  /** The addresses that pmdf.yaml allows, as fields of a session. */
  #fieldsOf({ from, to }: AllowedMail): FieldLanguages {
    const sender = this.#setting.fields.has('from') ? 'from' : 'sender';
    const texts = (pattern: string): Language => {
      const { languages } = this.#setting.tools;
      const parts = pattern.split('*').map((one) => languages.text(holdBars(one)));
      return languages.joined(...parts.flatMap((one, at) => (at === 0 ? [one] : [languages.anyField, one])));
    };
    return new Map<SessionField, Language>([
      [sender, from === '<>' ? texts('') : texts(from)],
      ['to0', texts(to)],
    ]);
  }

  /** Whether an entry may stop a session of the path. */
  mayStop(): boolean {
    return this.#tables.mayStop();
  }

  /** A text of a language, as readable as there is one. */
  #find(left: Language): string | null {
    const { tools, wanted } = this.#setting;
    const { languages, work } = tools;
    let found: string | null = null;
    let chosen = left;
    const isFixed = new Set<SessionField>();
    /** Narrows the choice by some fields; tells whether there is a text with all of them. */
    const take = (fields: Fields): boolean => {
      const narrowed = languages.intersection([chosen, this.#space.where(new Map(fields))]);
      const text = findText(languages, narrowed, work);
      if (text === null) return false;
      found = text;
      chosen = narrowed;
      for (const [field, { shape }] of fields) if (shape.kind === 'text') isFixed.add(field);
      return true;
    };
    /** Narrows it by as many of some fields as there are texts with, the first ones first. */
    const takeMost = (fields: Fields): void => {
      if (fields.length === 0 || take(fields) || fields.length === 1) return;
      const half = fields.length >> 1;
      takeMost(fields.slice(0, half));
      takeMost(fields.slice(half));
    };
    for (const [at, all] of wanted.entries()) {
      const fields = [...all].filter(([field, wish]) => !isFixed.has(field) && this.#mayBe(field, wish));
      if (at > 0) takeMost(fields);
      else if (!take(fields)) {
        found = findText(languages, left, work);
        if (found === null) return null;
        takeMost(fields);
      }
    }
    return found;
  }

  /** Whether a field may be as it is wished: no field that no table sees is in the text, nor a fixed text that it never has. */
  #mayBe(field: SessionField, { shape }: Language): boolean {
    const { languages } = this.#setting.tools;
    const space = this.#space;
    if (!space.has(field)) return false;
    return shape.kind !== 'text' || languages.hasText(space.languageOf(field), shape.characters);
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

  /** Runs a session of those that are left; gives what is left after it, or null where it settles nothing. */
  *#settle(
    left: Language,
    texts: SessionTexts,
    text: string,
    mail: AllowedMail | null,
  ): Lookup<Language | null> {
    const { channel, tools, attempt } = this.#setting;
    const { languages } = tools;
    const to0 = releaseBars(texts.get('to0') ?? '').replace(/^@[^@:]*:/, '');
    const at = to0.lastIndexOf('@');
    const first = { local: to0.slice(0, at), host: to0.slice(at + 1) };
    const tried = new Set<string>();
    const leftWithout = (settled: Language | null): Language | null => {
      const rest = settled === null ? left : languages.difference(left, settled);
      return languages.has(rest, text) ? null : rest;
    };
    let why = 'no recipient is known that becomes this';
    for (const witness of this.#witnesses(texts, first)) {
      const envelope = `${witness.from} ${witness.to}`;
      if (tried.has(envelope)) continue;
      tried.add(envelope);
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
        const rest = leftWithout(this.#tables.stopped(result.by));
        if (rest !== null) return rest;
        why = this.#whyStopped(result.by);
      } else if (result.kind === 'delivered') {
        const delivery = this.#isOnPath(result)
          ? result.deliveries.find((one) => this.#leaves(one, texts) && this.#isChosen(one, witness))
          : undefined;
        if (delivery !== undefined) {
          const notes = mail === null ? this.#tables.notesOf(result, this.#path.allowedAt) : [mail];
          this.ways.push({
            path: this.#path,
            witness,
            delivery,
            permits: result.passed,
            rules: result.rules,
            forwardedBy: this.#path.forwardedBy.filter(({ span }) => result.matched.includes(placeOf(span))),
            notes,
            mail,
          });
          const isNoted = notes.length > 0 && mail === null;
          const rest = leftWithout(
            isNoted ? this.#tables.allowed(result.passed) : this.#tables.permitted(result.passed),
          );
          if (rest !== null) return rest;
          why = isNoted
            ? 'what else is allowed with it is not known'
            : 'it relays, and what else does is not known';
          continue;
        }
        why = 'it is delivered elsewhere';
      } else if (result.kind === 'elsewhere' && texts.has('client')) {
        const like = this.#setting.switched.like(witness.client);
        const rest = leftWithout(like === null ? null : this.#space.where(new Map([['client', like]])));
        if (rest !== null) return rest;
        why = result.why;
      } else why = result.why;
    }
    this.unsettled.push(`\`${to0}\` from \`${texts.get('sender') ?? ''}\`: ${why}`);
    return null;
  }

  /** Why an entry that stops a session says nothing of others. */
  #whyStopped(by: readonly StoppedBy[]): string {
    const last = by.at(-1);
    const called = last === undefined ? null : this.#tables.siteRoutines(last);
    return called ?? `${last?.place} stops it, and what else that entry stops is not known`;
  }

  /** The sessions in which tables may see these texts. */
  *#witnesses(texts: SessionTexts, first: TwoParts): Generator<Witness> {
    const sender = texts.get('from') ?? texts.get('sender') ?? '';
    for (const { local, host } of this.#path.origins(first)) {
      for (const from of this.#setting.senders.origins(sender))
        yield this.#witness(texts, releaseBars(from), `${local}@${host}`);
    }
  }

  /** Whether a recipient became what it is on this path: by the same entries of FORWARD, and by nothing on a path without any. */
  #isOnPath({ matched, isForwarded }: DeliveredTrial): boolean {
    const { forwardedBy, isForwarded: isWanted, isKept } = this.#path;
    if (this.#setting.anyAddress) return true;
    if (isForwarded && !isWanted && !isKept) return false;
    return forwardedBy.every(({ span }) => matched.includes(placeOf(span)));
  }

  /** Whether the host has text of the recipient, where a stranger relays only to a host of his choice. */
  #isChosen({ address }: Delivery, { to }: Witness): boolean {
    if (!this.#path.isByHost || this.#setting.anyAddress) return true;
    const written = new Set(wordsOf(to));
    return wordsOf(splitAddress(address).domain ?? '').some((word) => written.has(word));
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

  #witness(texts: SessionTexts, from: string, to: string): Witness {
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
      from,
      to,
      originalRecipient: orcpt === '' ? null : releaseBars(orcpt),
      notify,
    };
  }
}

/** The searches of a path, one for each set of claims that make a difference on it. */
function searchesOf(path: RelayPath, setting: SearchSetting): readonly ClaimedSearch[] {
  const { mappings } = setting.tools;
  const consulted = [...setting.before, ...path.consultations].filter(({ pass }) => pass === 0);
  const names = [...consulted.map(({ table }) => table), ...(path.isForwarded ? [forwardTable] : [])];
  const flags = new Set(names.flatMap((name) => flagsTestedBy(mappings, name)));
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
