/*
 * What every search for sessions on the paths of a channel is prepared with: the addresses that come in, the fields of a session that
 * tables see, and the tables.
 */
import { accessTables, strictEntryNames } from '../../access/index.js';
import { mayReverse } from '../../decide/index.js';
import type { Environment, Lookup } from '../../engine/index.js';
import { type MappingTable, type TemplateItem, tableKey, tablesOf } from '../../mapping/index.js';
import type { CompiledPolicy, EntryPoint, Policy } from '../../policy/index.js';
import type { WorkLimit } from '../inclusion/inclusion.js';
import type { AddressLanguages } from '../language/address-languages.js';
import { numberOf } from '../language/characters.js';
import type { Language, Languages } from '../language/language.js';
import { PatternBoxes } from '../language/pattern-boxes.js';
import type { AllowedNotes } from './allowed-notes.js';
import type { DatabaseContents } from './database-contents.js';
import { outsideHosts } from './outside-hosts.js';
import type { SearchSetting } from './path-search.js';
import { receivedSenders } from './received-senders.js';
import type { PathQuestion } from './relay-path.js';
import type { RouteFinder } from './routes.js';
import type { Consultation, FieldLanguages, SessionField } from './session-space.js';
import { type StrangeClient, SwitchedClients } from './switched-clients.js';

/** What a proof is made with. */
export interface ProofSetting {
  readonly compiled: CompiledPolicy;
  readonly newEnvironment: () => Environment;
  readonly contents: DatabaseContents;
  /** The ports that Haraka listens on; null where it may be any. */
  readonly ports: readonly number[] | null;
  readonly notes: AllowedNotes;
  readonly work: WorkLimit;
}

/** The access tables that exist, by their names in capitals. */
function accessTablesOf({ mappings }: CompiledPolicy): ReadonlyMap<string, MappingTable> {
  const found = new Map<string, MappingTable>();
  for (const table of tablesOf(mappings)) {
    const key = tableKey(table.name);
    if (accessTables.some((one) => one.table === key) && !found.has(key)) found.set(key, table);
  }
  return found;
}

/** Whether an item sets `$J`, or is a routine one of whose texts does. */
function mayReplaceSender(item: TemplateItem): boolean {
  if (item.kind !== 'routine' || item.run?.routine !== 'dns_verify')
    return item.kind === 'flag' && item.flag === 'J';
  return [...item.run.ifFound, ...item.run.otherwise].some(
    (part) => part.kind === 'literal' && /\$(?:j|$)/i.test(part.text),
  );
}

function replacesSender(tables: ReadonlyMap<string, MappingTable>): boolean {
  return (tables.get('FROM_ACCESS')?.entries ?? []).some(({ template }) => template.some(mayReplaceSender));
}

/**
 * The ports whose connections begin on the channel of an entry point; on that of `listeners.default` all that are not listed. Where
 * Haraka does not listen for the channel, it is judged as if it did.
 */
function portsOf(
  { compiled, ports }: ProofSetting,
  { port }: EntryPoint,
  { languages, portNumber }: AddressLanguages,
): Language {
  const { listeners } = compiled.policy.settings;
  const first = listeners.ports.get(port) ?? listeners.default;
  const beginsHere = (one: number): boolean => (listeners.ports.get(one) ?? listeners.default) === first;
  const union = (all: readonly number[]): Language =>
    languages.union(all.map((one) => languages.text(String(one))));
  const heard = ports?.filter(beginsHere) ?? [];
  if (heard.length > 0) return union(heard);
  const listed = [...listeners.ports.keys()];
  if (first !== listeners.default) return union(listed.filter(beginsHere));
  return languages.difference(portNumber, union(listed.filter((one) => !beginsHere(one))));
}

/** What a session may be apart from its recipient. */
function fieldsOf(
  setting: ProofSetting,
  entryPoint: EntryPoint,
  tables: ReadonlyMap<string, MappingTable>,
  addresses: AddressLanguages,
  sender: Language,
): FieldLanguages {
  const { languages, ip } = addresses;
  const { settings } = setting.compiled.policy;
  const fields = new Map<SessionField, Language>();
  const seesPorts = [...tables.keys()].some((table) => !table.endsWith('SEND_ACCESS'));
  if (seesPorts) {
    fields.set('server', ip);
    fields.set('port', portsOf(setting, entryPoint, addresses));
    fields.set('client', ip);
    fields.set('clientPort', addresses.portNumber);
    // A client may call itself whatever it likes.
    const isPlain = settings.access.appInfo === 'pmdf';
    fields.set(
      'application',
      isPlain ? languages.text('SMTP') : languages.joined(languages.text('SMTP/'), languages.anyField),
    );
  }
  if (replacesSender(tables)) {
    fields.set('from', sender);
    fields.set('sender', languages.anyField);
  } else fields.set('sender', sender);
  // What REVERSE or a database makes of a sender is not followed.
  if (mayReverse(setting.compiled.policy)) fields.set('reversed', languages.anyField);
  if (settings.access.orcpt) fields.set('orcpt', languages.anyField);
  return fields;
}

/** IPv6 addresses that are written as they are canonical: groups, and a last one after zeros. */
function shortIpv6(languages: Languages): Language {
  const digits = (from: string): Language => languages.oneOf(Array.from(`${from}123456789abcdef`, numberOf));
  const group = languages.joined(digits(''), languages.repeated(digits('0')));
  const more = languages.repeated(languages.joined(languages.text(':'), group));
  return languages.joined(group, more, languages.text('::1'));
}

/** What a witness should look like, the most wanted first. */
function wantedFields(
  { languages, hostName, ipv4, wordLocalPart }: AddressLanguages,
  client: string,
): readonly FieldLanguages[] {
  const one = (field: SessionField, language: Language): FieldLanguages => new Map([[field, language]]);
  const text = (value: string) => languages.text(value);
  const dotted = languages.joined(hostName, text('.'), hostName);
  const at = (user: string) => languages.joined(text(`${user}@`), dotted);
  return [
    new Map<SessionField, Language>([
      ['client', text(client)],
      ['server', text('192.0.2.2')],
      ['port', text('25')],
      ['clientPort', text('4000')],
      ['application', text('SMTP/sender.invalid')],
      ['orcpt', languages.emptyText],
      ['from', text('stranger@sender.invalid')],
      ['sender', text('stranger@sender.invalid')],
      ['reversed', text('stranger@sender.invalid')],
      ['to0', languages.joined(text('victim@'), languages.anyField)],
    ]),
    one('client', shortIpv6(languages)),
    one('sender', at('ann')),
    one('sender', languages.joined(languages.anyField, text('@'), dotted)),
    one('to0', text('victim@relay.example')),
    one('to0', at('victim')),
    one('to0', languages.joined(wordLocalPart, text('@'), dotted)),
    one('to0', languages.joined(languages.anyField, text('@'), dotted)),
    one('to0', languages.joined(languages.anyField, text('@['), ipv4, text(']'))),
    one('to1', at('victim')),
  ];
}

function beforeRecipients(
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

/** The languages and the routes that the searches of one proof share. */
export interface SharedLanguages {
  readonly addresses: AddressLanguages;
  readonly finder: RouteFinder;
}

/** Whether all of the stricter built-in entries are in force. */
export function isStrict({ settings, strictEntryNames: names }: Policy): boolean {
  return settings.builtInSourceRoutes === 'strict' && names.size === strictEntryNames.size;
}

/** The names of channels, which are refused wherever in an address they are. */
export function namesOfChannels({ channelNames }: Policy, { languages }: AddressLanguages): Language {
  return languages.union([...channelNames].map((name) => languages.text(name)));
}

/** The question for the paths of a channel; `strict` is whether its mail passes the stricter entries. Throws WorkLimitReached. */
export function* pathQuestion(
  { compiled, newEnvironment, notes, work }: ProofSetting,
  { addresses, finder }: SharedLanguages,
  source: string,
  strict: boolean,
): Lookup<PathQuestion> {
  const { languages } = addresses;
  const hosts = yield* outsideHosts(compiled, finder, addresses, source, newEnvironment);
  const named = namesOfChannels(compiled.policy, addresses);
  const inner = languages.difference(strict ? hosts.inside : addresses.anyHost, named);
  const local = strict ? addresses.strictLocalPart(inner) : addresses.localPart;
  const received = { local, host: languages.difference(addresses.strictHost, named) };
  return { compiled, addresses, finder, notes, hosts, source, received, inner, work };
}

/** What depends on who searches, and for what. */
type OwnSetting = 'tls' | 'attempt' | 'mostWays' | 'anyAddress';

/** Prepares the searches for sessions of a client. */
export function searchSetting(
  setting: ProofSetting,
  { addresses, finder }: SharedLanguages,
  entryPoint: EntryPoint,
  client: StrangeClient,
): Omit<SearchSetting, OwnSetting> {
  const { compiled, contents, notes, work } = setting;
  const { policy } = compiled;
  const { channel, port } = entryPoint;
  const { languages } = addresses;
  const tables = accessTablesOf(compiled);
  const senders = receivedSenders(policy, finder, addresses, channel);
  const fields = fieldsOf(setting, entryPoint, tables, addresses, senders.language);
  return {
    tools: {
      languages,
      boxes: new PatternBoxes(languages),
      style: policy.settings.access,
      contents,
      mappings: compiled.mappings,
      work,
      notes,
    },
    channel,
    port,
    tables,
    fields,
    senders,
    before: beforeRecipients(channel, tables, fields.has('from') ? 'from' : 'sender'),
    wanted: wantedFields(addresses, client.address),
    client,
    switched: new SwitchedClients(policy, finder, addresses, port),
  };
}
