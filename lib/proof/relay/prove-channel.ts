/*
 * Decides for one channel that strangers come in on whether they can relay: finds the paths by which their mail may leave, and
 * searches each for a session that gets through.
 */
import { accessTables, strictEntryNames } from '../../access/index.js';
import {
  type Channel,
  confirmationOf,
  mayBeSwitchedTo,
  reverseNameUse,
  switchesClients,
} from '../../channel/index.js';
import { auditSetup, decideClient, demandOfAuth, initialChannel } from '../../decide/index.js';
import type { Environment, Lookup } from '../../engine/index.js';
import { type MappingTable, tableKey, tablesOf } from '../../mapping/index.js';
import {
  type CompiledPolicy,
  channelNamed,
  type EntryPoint,
  facesOutside,
  isSubmission,
  type Policy,
  sessionTls,
  strangerAt,
} from '../../policy/index.js';
import type { WorkLimit } from '../inclusion/inclusion.js';
import { AddressLanguages } from '../language/address-languages.js';
import { type Language, Languages } from '../language/language.js';
import { PatternBoxes } from '../language/pattern-boxes.js';
import { WorkLimitReached } from '../language/work-limit-reached.js';
import type { AllowedNotes } from './allowed-notes.js';
import type { DatabaseContents } from './database-contents.js';
import { outsideHosts } from './outside-hosts.js';
import { type FoundWay, type SearchSetting, searchPath } from './path-search.js';
import { type PathQuestion, relayPaths } from './paths.js';
import { receivedSenders } from './received-senders.js';
import type { ChannelProof, Doubt, RelayAnswer, RelayWay } from './relay-proof.js';
import { RouteFinder } from './routes.js';
import type { Consultation, FieldLanguages, SessionField } from './session-space.js';
import {
  nameIn,
  reverseNameOf,
  type StrangeClient,
  SwitchedClients,
  strangeAddresses,
  strangeName,
} from './switched-clients.js';
import { trySession } from './try-session.js';
import { wayInWords } from './way-words.js';

const mostWays = 20;

/** The access tables that exist, by their names in capitals. */
export function accessTablesOf({ mappings }: CompiledPolicy): ReadonlyMap<string, MappingTable> {
  const found = new Map<string, MappingTable>();
  for (const table of tablesOf(mappings)) {
    const key = tableKey(table.name);
    if (accessTables.some((one) => one.table === key) && !found.has(key)) found.set(key, table);
  }
  return found;
}

function replacesSender(tables: ReadonlyMap<string, MappingTable>): boolean {
  return (tables.get('FROM_ACCESS')?.entries ?? []).some(({ template }) =>
    template.some((item) => item.kind === 'flag' && item.flag === 'J'),
  );
}

/** The ports whose listeners begin on the channel of an entry point. */
function portsOf({ settings: { listeners } }: Policy, { port }: EntryPoint): readonly number[] {
  const first = listeners.ports.get(port) ?? listeners.default;
  const others = [...listeners.ports].flatMap(([one, channel]) => (channel === first ? [one] : []));
  return [...new Set([port, ...others])];
}

/** What a session may be apart from its recipient. */
export function fieldsOf(
  { policy }: CompiledPolicy,
  entryPoint: EntryPoint,
  tables: ReadonlyMap<string, MappingTable>,
  addresses: AddressLanguages,
  sender: Language,
): FieldLanguages {
  const { languages, ip } = addresses;
  const fields = new Map<SessionField, Language>();
  const seesPorts = [...tables.keys()].some((table) => !table.endsWith('SEND_ACCESS'));
  if (seesPorts) {
    const port = languages.union(portsOf(policy, entryPoint).map((one) => languages.text(String(one))));
    fields.set('server', ip);
    fields.set('port', port);
    fields.set('client', ip);
    fields.set('clientPort', addresses.portNumber);
    // A client may call itself whatever it likes.
    const isPlain = policy.settings.access.appInfo === 'pmdf';
    fields.set(
      'application',
      isPlain ? languages.text('SMTP') : languages.joined(languages.text('SMTP/'), languages.anyField),
    );
  }
  if (replacesSender(tables)) {
    fields.set('from', sender);
    fields.set('sender', languages.anyField);
  } else fields.set('sender', sender);
  if (policy.settings.access.orcpt) fields.set('orcpt', languages.anyField);
  return fields;
}

/** What a witness should look like, the most wanted first. */
export function wantedFields(
  { languages, hostName, wordLocalPart }: AddressLanguages,
  client: string,
): readonly FieldLanguages[] {
  const one = (field: SessionField, language: Language): FieldLanguages => new Map([[field, language]]);
  const text = (value: string) => languages.text(value);
  const dotted = languages.joined(hostName, text('.'), hostName);
  const at = (user: string) => languages.joined(text(`${user}@`), dotted);
  return [
    one('client', text(client)),
    one('server', text('192.0.2.2')),
    one('port', text('25')),
    one('clientPort', text('4000')),
    one('application', text('SMTP/sender.invalid')),
    one('orcpt', text('')),
    one('from', text('stranger@sender.invalid')),
    one('sender', text('stranger@sender.invalid')),
    one('sender', at('ann')),
    one('sender', languages.joined(languages.anyField, text('@'), dotted)),
    one('to0', text('victim@relay.example')),
    one('to0', at('victim')),
    one('to0', languages.joined(wordLocalPart, text('@'), dotted)),
    one('to0', languages.joined(languages.anyField, text('@'), dotted)),
    one('to1', at('victim')),
  ];
}

export function beforeRecipients(
  channel: string,
  tables: ReadonlyMap<string, MappingTable>,
  from: SessionField,
): readonly Consultation[] {
  const made = (table: 'PORT_ACCESS' | 'FROM_ACCESS'): readonly Consultation[] => {
    if (!tables.has(table)) return [];
    return [{ table, source: channel, destination: '', to: 'to0', from, overTcp: true, pass: 0 }];
  };
  return [...made('PORT_ACCESS'), ...made('FROM_ACCESS')];
}

/** TLS off and on, as far as a stranger on the channel can have it. */
function* tlsOf(
  policy: Policy,
  entryPoint: EntryPoint,
  { address, name }: StrangeClient,
  environment: Environment,
): Lookup<readonly boolean[]> {
  const reverseName = reverseNameOf(name);
  const { server, helo, esmtp, sourceChannel } = strangerAt(policy, entryPoint);
  const client = { address, port: 4000 };
  const found: boolean[] = [];
  for (const tls of [false, true]) {
    if (sessionTls(policy, sourceChannel, tls).awaited) continue;
    const commands = { client, server, reverseName, helo, esmtp, tls, authUser: null };
    const { session } = yield* decideClient(auditSetup(policy, environment), commands);
    if (session.sourceChannel === sourceChannel) found.push(tls);
  }
  return found;
}

/** The address and the name of a stranger who is on the channel. */
function* findStranger(
  policy: Policy,
  entryPoint: EntryPoint,
  environment: Environment,
): Lookup<StrangeClient> {
  const {
    client: usual,
    server,
    reverseName,
    sourceChannel,
    helo,
    esmtp,
    tls,
  } = strangerAt(policy, entryPoint);
  const usualName = nameIn(reverseName);
  for (const name of new Set([usualName, null, strangeName])) {
    for (const address of new Set([usual.address, ...strangeAddresses])) {
      const client = {
        client: { address, port: 4000 },
        server,
        reverseName: reverseNameOf(name),
        helo,
        esmtp,
        tls,
        authUser: null,
      };
      const { session } = yield* decideClient(auditSetup(policy, environment), client);
      if (session.sourceChannel === sourceChannel) return { address, name };
    }
  }
  return { address: usual.address, name: usualName };
}

/** Whether names that are not confirmed switch clients of a channel to others, where strangers are not expected. */
function switchesByAnyName(policy: Policy, initial: Channel): boolean {
  if (!switchesClients(initial) || !reverseNameUse(initial).switches) return false;
  if (confirmationOf(initial) !== 'none' || policy.settings.switchLookup === 'literal') return false;
  return [...policy.reachedByName].some(
    (name) => !facesOutside(policy, name) && mayBeSwitchedTo(channelNamed(policy, name)),
  );
}

/** What a proof is made with. */
export interface ProofSetting {
  readonly compiled: CompiledPolicy;
  readonly newEnvironment: () => Environment;
  readonly contents: DatabaseContents;
  readonly notes: AllowedNotes;
  readonly work: WorkLimit;
}

/** What tells ways apart. */
function keyOf({ senders, recipients, conditions, entries, allowedAt }: RelayWay): string {
  return JSON.stringify([senders, recipients, conditions, entries, allowedAt]);
}

/** What the searches of one entry point are made with. */
interface SearchGround {
  /** Whether all of the stricter entries are in force. */
  readonly isStrict: boolean;
  readonly question: PathQuestion;
  readonly search: SearchSetting;
}

/** Prepares the searches of one entry point. Throws WorkLimitReached. */
export function* groundOf(
  { compiled, newEnvironment, contents, notes, work }: ProofSetting,
  entryPoint: EntryPoint,
): Lookup<SearchGround> {
  const { policy } = compiled;
  const { channel, port } = entryPoint;
  const languages = new Languages(work);
  const addresses = new AddressLanguages(languages);
  const finder = new RouteFinder(compiled, addresses, contents, notes);
  const hosts = yield* outsideHosts(compiled, finder, addresses, channel, newEnvironment);
  const tables = accessTablesOf(compiled);
  const isStrict =
    policy.settings.builtInSourceRoutes === 'strict' &&
    policy.strictEntryNames.size === strictEntryNames.size;
  // Names of channels are refused wherever in an address they are.
  const named = languages.union([...policy.channelNames].map((name) => languages.text(name)));
  const inner = languages.difference(isStrict ? hosts.inside : addresses.anyHost, named);
  const local = isStrict ? addresses.strictLocalPart(inner) : addresses.localPart;
  const received = { local, host: languages.difference(addresses.strictHost, named) };
  const question = { compiled, addresses, finder, notes, hosts, source: channel, received, inner, work };
  const { address, name } = yield* findStranger(policy, entryPoint, newEnvironment());
  const senders = receivedSenders(policy, finder, addresses, channel);
  const fields = fieldsOf(compiled, entryPoint, tables, addresses, senders.language);
  const search: SearchSetting = {
    tools: {
      languages,
      boxes: new PatternBoxes(languages),
      style: policy.settings.access,
      contents,
      work,
      notes,
    },
    channel,
    port,
    tables,
    fields,
    senders,
    before: beforeRecipients(channel, tables, fields.has('from') ? 'from' : 'sender'),
    tls: yield* tlsOf(policy, entryPoint, { address, name }, newEnvironment()),
    wanted: wantedFields(addresses, address),
    client: { address, name },
    switched: new SwitchedClients(policy, finder, addresses, port),
    attempt: (trial) => trySession(policy, trial, newEnvironment),
    mostWays,
    anyAddress: false,
  };
  return { isStrict, question, search };
}

/** A channel in the making. */
class ChannelSearch {
  readonly #setting: ProofSetting;
  readonly #entryPoint: EntryPoint;
  readonly ways: RelayWay[] = [];
  readonly doubts: Doubt[] = [];

  constructor(setting: ProofSetting, entryPoint: EntryPoint) {
    this.#setting = setting;
    this.#entryPoint = entryPoint;
  }

  #doubt(cause: string, assumed: string, span: Doubt['span'] = null): void {
    if (this.doubts.some((one) => one.cause === cause)) return;
    this.doubts.push({ channel: this.#entryPoint.channel, cause, assumed, span });
  }

  *run(): Lookup<void> {
    const { compiled } = this.#setting;
    const { isStrict, question, search } = yield* groundOf(this.#setting, this.#entryPoint);
    this.#unmodelled(compiled.policy, isStrict);
    const { paths, doubts } = relayPaths(question);
    for (const { cause, assumed, span } of doubts) this.#doubt(cause, assumed, span);
    for (const path of paths) {
      const { ways, unsettled } = yield* searchPath(path, search);
      for (const way of ways) this.#way(way, search.tables);
      const [first] = unsettled;
      if (first !== undefined && path.doubt !== null) {
        this.#doubt(path.doubt.cause, path.doubt.assumed, path.doubt.span);
      } else if (first !== undefined) {
        this.#doubt(
          `some sessions towards \`${path.channel}\` could not be settled, the first: ${first}`,
          'that they do not relay',
        );
      }
    }
  }

  #way(way: FoundWay, tables: ReadonlyMap<string, MappingTable>): void {
    const { compiled } = this.#setting;
    const said = wayInWords(this.#entryPoint.channel, way, tables, compiled.policy.settings.access);
    const key = keyOf(said);
    if (!this.ways.some((one) => keyOf(one) === key)) this.ways.push(said);
  }

  /** What is not followed at all. */
  #unmodelled(policy: Policy, isStrict: boolean): void {
    const { settings, channels } = policy;
    const initial = initialChannel(policy, this.#entryPoint.port);
    if (switchesByAnyName(policy, initial)) {
      this.#doubt(
        `\`${initial.name}\` has \`forwardchecknone\`, so that clients are switched by names that anyone can give himself`,
        'that no stranger has such a name',
        initial.span,
      );
    }
    const span = channels.channels.get(this.#entryPoint.channel)?.span ?? null;
    if (!isStrict) {
      this.#doubt(
        `\`built_in_source_routes\` is \`${settings.builtInSourceRoutes}\``,
        'that no server inside sends on what local parts with routing name',
        span,
      );
    }
    if (settings.sourceRoutes !== 'strip') {
      this.#doubt('`source_routes` is `follow`', 'that no source route leads outside', span);
    }
    if (settings.databases.domain !== null) {
      this.#doubt('the domain database is not followed', 'that no entry of it leads outside', span);
    }
  }
}

function answerOf({ ways, doubts }: ChannelSearch, isCut: boolean): RelayAnswer {
  if (ways.some(({ allowed }) => allowed === null)) return 'relays';
  if (isCut) return 'not-decided';
  if (doubts.length > 0) return 'cannot-tell';
  return ways.length > 0 ? 'relays' : 'proved';
}

/** Decides one channel; `work` is shared with other channels. */
export function* proveChannel(setting: ProofSetting, entryPoint: EntryPoint): Lookup<ChannelProof> {
  const { policy } = setting.compiled;
  const { channel, port } = entryPoint;
  const submission = isSubmission(port) ? port : null;
  if (demandOfAuth(policy, strangerAt(policy, entryPoint)) !== null) {
    const closed = 'clients have to authenticate';
    return { channel, submission, closed, answer: 'proved', ways: [], doubts: [] };
  }
  const search = new ChannelSearch(setting, entryPoint);
  let isCut = false;
  try {
    yield* search.run();
  } catch (error) {
    if (!(error instanceof WorkLimitReached)) {
      const cause = error instanceof Error ? error.message : String(error);
      search.doubts.push({ channel, cause, assumed: 'that nothing relays', span: null });
    }
    isCut = error instanceof WorkLimitReached;
  }
  const { ways, doubts } = search;
  return { channel, submission, closed: null, answer: answerOf(search, isCut), ways, doubts };
}
