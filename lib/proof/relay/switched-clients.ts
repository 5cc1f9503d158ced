/*
 * Clients that are none of the strangers on a channel, since the rules switch them to another one by their address.
 * Ref: PMDF 2.3.4.42
 */
import { initialChannel } from '../../decide/index.js';
import { noName, type Policy, type ReverseName } from '../../policy/index.js';
import type { AddressLanguages } from '../language/address-languages.js';
import { numberOf } from '../language/characters.js';
import type { Language } from '../language/language.js';
import type { Route } from './route.js';
import type { RouteFinder } from './routes.js';

/** Addresses that a stranger may have, for examples and documentation first. Ref: RFC 5737 3 */
export const strangeAddresses: readonly string[] = ['192.0.2.1', '198.51.100.1', '203.0.113.1', '8.8.4.4'];

/** A name that a stranger may have. */
export const strangeName = 'client.sender.invalid';

/** A client that may be a stranger. */
export interface StrangeClient {
  readonly address: string;
  /** A confirmed name; null for none. */
  readonly name: string | null;
}

/** The name of a client whose name is confirmed, or who has none. */
export function nameIn(reverseName: ReverseName): string | null {
  return reverseName.kind === 'confirmed' ? reverseName.name : null;
}

/** A confirmed name, or none, as sessions have it. */
export function reverseNameOf(name: string | null): ReverseName {
  return name === null ? noName : { kind: 'confirmed', name };
}

/** Finds which clients are switched as one of them is. */
export class SwitchedClients {
  readonly #addresses: AddressLanguages;
  readonly #routes: readonly Route[];

  constructor(policy: Policy, finder: RouteFinder, addresses: AddressLanguages, port: number) {
    this.#addresses = addresses;
    const { languages } = addresses;
    const literals = languages.joined(languages.text('['), addresses.ipv4, languages.text(']'));
    const question = {
      source: initialChannel(policy, port).name,
      direction: 'backward' as const,
      inner: languages.nothing,
    };
    this.#routes = finder.find(question, { local: languages.text('postmaster'), host: literals });
  }

  /** The addresses of clients that go the way of one that was seen to be switched; null where that is not certain of any. */
  like(client: string): Language | null {
    const { languages } = this.#addresses;
    const literal = `[${client}]`;
    const found = this.#routes.filter(({ host }) => languages.has(host, literal));
    const [route, second] = found;
    if (route === undefined || second !== undefined || !route.isCertain) return null;
    const others = this.#routes.filter((one) => one !== route).map(({ host }) => host);
    return this.#withoutBrackets(languages.difference(route.host, languages.union(others)));
  }

  #withoutBrackets(literals: Language): Language {
    const { languages } = this.#addresses;
    const inside = languages.after(literals, numberOf('['));
    return languages.intersection([this.#addresses.ipv4, languages.before(inside, numberOf(']'))]);
  }
}
