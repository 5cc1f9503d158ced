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
    const before = prefix === '' ? carried : languages.joined(languages.text(prefix), carried);
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
    (route) => route.local !== localPart || route.host !== route.given || route.prefix !== '',
  );
  const gone = changed.filter(
    (route) =>
      route.isCertain &&
      route.local === localPart &&
      route.prefix === '' &&
      isShortHost(route.host, addresses),
  );
  const kept = languages.difference(host, languages.union(gone.map(({ given }) => given)));
  const image = ({ prefix, local, host: made }: Route): Language =>
    languages.joined(languages.text(prefix), addresses.addressOf(local, made));
  const asReceived = languages.optional(addresses.addressOf(localPart, kept));
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
