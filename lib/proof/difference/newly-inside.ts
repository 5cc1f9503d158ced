/*
 * Clients that may be anyone under the old policy and are known under the new one, since a rule, a keyword or a setting switches them
 * to a channel inside: found from the rules of both, over all addresses and names.
 * Ref: PMDF 2.3.4.40, 2.3.4.42
 */
import {
  type Channel,
  mayBeSwitchedTo,
  reverseNameUse,
  type SwitchLookup,
  switchesClients,
} from '../../channel/index.js';
import { initialChannel } from '../../decide/index.js';
import { type CompiledPolicy, facesOutside, type Policy } from '../../policy/index.js';
import type { WorkLimit } from '../inclusion/inclusion.js';
import { AddressLanguages } from '../language/address-languages.js';
import { findText } from '../language/find-text.js';
import { type Language, Languages } from '../language/language.js';
import { noNotes } from '../relay/allowed-notes.js';
import type { Route } from '../relay/route.js';
import { RouteFinder } from '../relay/routes.js';
import type { Side } from './policy-difference.js';
import { strangerAddress, type TrialClient } from './trial-clients.js';

/** Clients of one port that are looked up by one form of host, the address or the name. */
interface LookedUp {
  readonly port: number;
  readonly form: 'literal' | 'name';
}

/** One of the policies with its rules. */
interface Rules {
  readonly compiled: CompiledPolicy;
  readonly finder: RouteFinder;
}

function initialOf({ compiled: { policy } }: Rules, port: number): Channel {
  return initialChannel(policy, port);
}

/** The orders of look-ups in which a form comes first, so that it decides whatever the other one is. */
const firstForms: Readonly<Record<LookedUp['form'], readonly SwitchLookup[]>> = {
  literal: ['literal', 'literal-then-name'],
  name: ['name', 'name-else-literal'],
};

/** Whether clients are ever switched by a form. */
function usesForm({ settings: { switchLookup } }: Policy, initial: Channel, form: LookedUp['form']): boolean {
  if (form === 'literal') return switchLookup !== 'name';
  return switchLookup !== 'literal' && reverseNameUse(initial).switches;
}

class NewlyInside {
  readonly #addresses: AddressLanguages;
  readonly #literal: Language;
  readonly #work: WorkLimit;
  readonly #before: Rules;
  readonly #now: Rules;

  constructor(before: Side, now: Side, work: WorkLimit) {
    this.#work = work;
    this.#addresses = new AddressLanguages(new Languages(work));
    this.#literal = this.#addresses.clientLiteral();
    const rulesOf = ({ compiled, contents }: Side): Rules => ({
      compiled,
      finder: new RouteFinder(compiled, this.#addresses, contents, noNotes),
    });
    this.#before = rulesOf(before);
    this.#now = rulesOf(now);
  }

  #hosts(form: LookedUp['form']): Language {
    return form === 'name' ? this.#addresses.hostName : this.#literal;
  }

  #routes({ compiled, finder }: Rules, { port, form }: LookedUp): readonly Route[] {
    const { languages } = this.#addresses;
    const source = initialChannel(compiled.policy, port).name;
    const question = { source, direction: 'backward' as const, inner: languages.nothing };
    return finder.find(question, { local: languages.text('postmaster'), host: this.#hosts(form) });
  }

  /** Whether a route switches clients to a channel where they count as known. */
  #isInside({ compiled: { policy } }: Rules, { channel }: Route): boolean {
    const found = policy.channels.channels.get(channel);
    return found !== undefined && mayBeSwitchedTo(found) && !facesOutside(policy, channel);
  }

  /** The hosts of clients that may be inside under the new policy. */
  #maybeNow(looked: LookedUp): Language {
    const { languages } = this.#addresses;
    const { policy } = this.#now.compiled;
    const initial = initialOf(this.#now, looked.port);
    if (!facesOutside(policy, initial.name)) return this.#hosts(looked.form);
    if (!switchesClients(initial) || !usesForm(policy, initial, looked.form)) return languages.nothing;
    const inside = this.#routes(this.#now, looked).filter((route) => this.#isInside(this.#now, route));
    return languages.union(inside.map(({ given }) => given));
  }

  /** The hosts of clients that are inside under the old policy for certain. */
  #certainBefore(looked: LookedUp): Language {
    const { languages } = this.#addresses;
    const { policy } = this.#before.compiled;
    const initial = initialOf(this.#before, looked.port);
    if (!switchesClients(initial)) {
      return facesOutside(policy, initial.name) ? languages.nothing : this.#hosts(looked.form);
    }
    if (!usesForm(policy, initial, looked.form)) return languages.nothing;
    const order = policy.settings.switchLookup;
    if (order !== this.#now.compiled.policy.settings.switchLookup && !firstForms[looked.form].includes(order))
      return languages.nothing;
    const routes = this.#routes(this.#before, looked);
    const inside = routes.filter((route) => this.#isInside(this.#before, route));
    const others = routes.filter((route) => !inside.includes(route));
    const certain = languages.union(inside.filter(({ isCertain }) => isCertain).map(({ given }) => given));
    return languages.difference(certain, languages.union(others.map(({ given }) => given)));
  }

  /** A host of a client that may be newly inside; null for none. */
  hostOf(looked: LookedUp): string | null {
    const { languages } = this.#addresses;
    const maybe = this.#maybeNow(looked);
    if (maybe === languages.nothing) return null;
    const left = languages.difference(maybe, this.#certainBefore(looked));
    const found = findText(languages, left, this.#work);
    if (found === null) return null;
    for (const wish of this.#wishes(looked.form)) {
      const text = findText(languages, languages.intersection([left, wish]), this.#work);
      if (text !== null) return text;
    }
    return found;
  }

  /** Hosts that look like those of clients, such as `[127.0.1.9]`. */
  #wishes(form: LookedUp['form']): readonly Language[] {
    const { languages } = this.#addresses;
    const { anyField } = languages;
    if (form === 'name') return [languages.joined(languages.text('sub.'), anyField)];
    return ['.9.9]', '.9]'].map((end) => languages.joined(anyField, languages.text(end)));
  }
}

/** One client of each kind that may be newly inside. Throws WorkLimitReached. */
export function newlyInside(before: Side, now: Side, work: WorkLimit): readonly TrialClient[] {
  const search = new NewlyInside(before, now, work);
  const listeners = [before, now].flatMap(({ compiled }) => [
    ...compiled.policy.settings.listeners.ports.keys(),
  ]);
  const plain = { helo: 'client.invalid', esmtp: true, tls: false, authUser: null };
  return [...new Set([25, ...listeners])].flatMap((port) =>
    (['literal', 'name'] as const).flatMap((form): readonly TrialClient[] => {
      const host = search.hostOf({ port, form });
      if (host === null) return [];
      const inBrackets = /^\[(?:ipv6:)?(.*)\]$/i.exec(host)?.[1];
      const client = inBrackets ?? strangerAddress;
      return [{ ...plain, port, client, name: form === 'name' ? host : null }];
    }),
  );
}
