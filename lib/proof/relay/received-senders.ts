/*
 * The senders as tables see them: MAIL FROM as the rewrite rules have it.
 * Ref: PMDF 2.2.3, 16.1.3
 */
import type { Policy } from '../../policy/index.js';
import type { AddressLanguages } from '../language/address-languages.js';
import { numberOf } from '../language/characters.js';
import type { Language } from '../language/language.js';
import type { Route } from './route.js';
import type { RouteFinder } from './routes.js';

/** The senders of strangers. */
export interface ReceivedSenders {
  /** All that tables may see, the null sender included, and perhaps more. */
  readonly language: Language;
  /** What a client may have said at MAIL FROM where tables see a sender; to be tried. */
  readonly origins: (sender: string) => readonly string[];
}

/** Longer hosts may make an address too long to be carried, which then stays as it was. */
const mostHost = 100;

const mostLabel = 63;
const dot = String.fromCharCode(numberOf('.'));

/** Whether a language has no text but a short host that SMTP can carry, as far as that is seen at once. */
function isShortHost({ shape }: Language, addresses: AddressLanguages): boolean {
  if (shape.kind === 'intersection') return shape.of.some((one) => isShortHost(one, addresses));
  if (shape.kind !== 'text') return false;
  const { characters } = shape;
  const labels = characters.split(dot);
  const isShort = characters.length <= mostHost && labels.every(({ length }) => length <= mostLabel);
  return isShort && addresses.languages.hasText(addresses.host, characters);
}

/**
 * The hosts that no sender has as received: for each a rule is certain to make another one of it. Where the given hosts are many, only
 * the first rule is certain to fire for them.
 */
function goneHosts(routes: readonly Route[], ceiling: number, addresses: AddressLanguages): readonly Route[] {
  return routes.filter(
    ({ isCertain, given, steps, host }) =>
      isCertain &&
      isShortHost(host, addresses) &&
      (steps === 1 || (given.shape.kind === 'text' && steps <= ceiling)),
  );
}

function plainSenders({ languages, host, address }: AddressLanguages): Language {
  const hop = languages.joined(languages.text('@'), host);
  const hops = languages.joined(hop, languages.repeated(languages.joined(languages.text(','), hop)));
  const route = languages.joined(hops, languages.text(':'));
  return languages.optional(languages.joined(languages.optional(route), address));
}

/**
 * Joins what routes make of addresses, those with equal local parts together: there may be a route for each rule. What SMTP could
 * not carry is left out, since the sender then stays as it was.
 */
function imagesOf(routes: readonly Route[], addresses: AddressLanguages): readonly Language[] {
  const { languages, localPart } = addresses;
  const hosts = new Map<Language, Language[]>();
  for (const { prefix, local, host } of routes) {
    const carried = languages.intersection([local, localPart]);
    const before = languages.joined(prefix, carried);
    const known = hosts.get(before);
    if (known === undefined) hosts.set(before, [host]);
    else known.push(host);
  }
  return [...hosts].map(([local, some]) => addresses.addressOf(local, languages.union(some)));
}

/** Finds the senders of mail that comes in on a channel. */
export function receivedSenders(
  { settings }: Policy,
  finder: RouteFinder,
  addresses: AddressLanguages,
  source: string,
): ReceivedSenders {
  const { languages, localPart, host } = addresses;
  if (settings.sourceRoutes !== 'strip')
    return { language: plainSenders(addresses), origins: (sender) => [sender] };
  const question = { source, direction: 'backward' as const, inner: addresses.anyHost };
  const routes = finder.find(question, { local: localPart, host });
  const changed = routes.filter(
    (route) =>
      route.local !== localPart || route.host !== route.given || route.prefix !== languages.emptyText,
  );
  // An address that the site itself wrote into the database may have any host.
  const isOpen = finder.asksGeneral(question);
  const whole = changed.filter(({ local, prefix }) => local === localPart && prefix === languages.emptyText);
  const gone = isOpen ? [] : goneHosts(whole, settings.limits.rewrites, addresses);
  const keptOf = (some: readonly Route[]): Language =>
    languages.difference(host, languages.union(some.map(({ given }) => given)));
  // What a local part names may lead nowhere, or go on until it is given up: the sender then stays as it was.
  const routing = languages.intersection([localPart, finder.routing]);
  const image = ({ prefix, local, host: made }: Route): Language =>
    languages.joined(prefix, addresses.addressOf(local, made));
  const plain = addresses.addressOf(localPart, keptOf(gone));
  const routed = addresses.addressOf(routing, keptOf(gone.filter(({ isBare }) => !isBare)));
  const asReceived = isOpen
    ? plainSenders(addresses)
    : languages.optional(gone.some(({ isBare }) => isBare) ? languages.union([plain, routed]) : plain);
  const language = languages.union([asReceived, ...imagesOf(changed, addresses)]);
  const origins = (sender: string): readonly string[] => {
    if (languages.has(asReceived, sender)) return [sender];
    const at = sender.lastIndexOf('@');
    const parts = { local: sender.slice(0, at), host: sender.slice(at + 1) };
    const made = changed
      .filter((route) => languages.has(image(route), sender))
      .flatMap((route) => route.origins(parts).map(({ local, host: one }) => `${local}@${one}`));
    return [sender, ...made];
  };
  return { language, origins };
}
