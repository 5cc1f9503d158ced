/*
 * The paths by which mail of strangers may come to leave: for each the channels on the way, the tables that are consulted there, and
 * the forms of the recipient. What the site itself spells out in full is not followed: the stranger cannot choose it.
 * Ref: PMDF 16.1.1, 26.7
 */

import { recipientTables } from '../../access/index.js';
import { foldHost } from '../../address/index.js';
import { mayReverse } from '../../decide/index.js';
import type { Entry } from '../../mapping/index.js';
import {
  compiledChannel,
  isProcess,
  isReprocessing,
  laterSource,
  reprocessChannel,
} from '../../policy/index.js';
import { placeOf } from '../../text/index.js';
import { findText } from '../language/find-text.js';
import { isWithin, type Language } from '../language/language.js';
import { WorkLimitReached } from '../language/work-limit-reached.js';
import { type ForwardedSets, forwardedSets } from './forwarded-sets.js';
import type { PathQuestion, RelayPath, RelayPaths } from './relay-path.js';
import type { AddressSet, Origins, Route, RouteDoubt } from './route.js';
import type { Consultation, SessionField } from './session-space.js';

/** Where a path has come to. */
interface Place {
  readonly source: string;
  readonly pass: number;
  readonly consultations: readonly Consultation[];
  readonly recipients: ReadonlyMap<SessionField, Language>;
  readonly to: SessionField;
  readonly origins: Origins;
  readonly isKept: boolean;
  readonly isLocalMade: boolean;
  /** Whether FORWARD may still change the recipient in this pass. */
  readonly mayForward: boolean;
  readonly steps: number;
  /** Recipients before this one in the message. */
  readonly earlierRecipients: number;
  readonly allowedAt: readonly string[];
  readonly forwardedBy: readonly Entry[];
  readonly isForwarded: boolean;
  readonly doubt: RouteDoubt | null;
  /** The points that the path has passed: sets on channels that reprocess, and sets that were forwarded. */
  readonly loop: ReadonlySet<string>;
}

/** Passes and forwardings one after the other; more are not followed. */
const mostSteps = 6;
const mostPaths = 10_000;
/** What following what a recipient became through aliases and FORWARD is as much work as, in steps of a search. */
const expansionWork = 100;

class PathSearch {
  readonly #question: PathQuestion;
  readonly #paths: RelayPath[] = [];
  readonly #doubts = new Map<string, RouteDoubt>();
  readonly #seen = new Set<string>();
  readonly #known = new Set<string>();
  readonly #empty = new Map<number, boolean>();
  /** A shortest text of each language that was asked for one. */
  readonly #texts = new Map<number, string | null>();
  readonly #forwarded = new Map<string, ForwardedSets>();
  #makesLocalParts = false;

  constructor(question: PathQuestion) {
    this.#question = question;
  }

  run(): RelayPaths {
    const { source, received } = this.#question;
    const start: Place = {
      source,
      pass: 0,
      consultations: [],
      recipients: new Map(),
      to: 'to0',
      origins: (address) => [address],
      isKept: true,
      isLocalMade: false,
      mayForward: true,
      steps: 0,
      earlierRecipients: 0,
      allowedAt: [],
      forwardedBy: [],
      isForwarded: false,
      doubt: null,
      loop: new Set(),
    };
    this.#route(start, received);
    const doubts = [...this.#doubts.values()];
    return { paths: this.#paths, doubts, makesLocalParts: this.#makesLocalParts };
  }

  #doubt(doubt: RouteDoubt): void {
    if (!this.#doubts.has(doubt.cause)) this.#doubts.set(doubt.cause, doubt);
  }

  /** Rewrites a set, and goes on with each channel that it may reach. */
  #route(place: Place, set: AddressSet): void {
    const { finder, inner, compiled, addresses } = this.#question;
    const { emptyText } = addresses.languages;
    const routes = finder.find({ source: place.source, direction: 'forward', inner }, set);
    for (const route of routes) {
      const isKept = place.isKept && route.local === set.local && route.prefix === emptyText;
      const origins: Origins = (address) => route.origins(address).flatMap((one) => place.origins(one));
      const isSame =
        place.recipients.has(place.to) &&
        route.local === set.local &&
        route.host === set.host &&
        route.prefix === emptyText;
      const to: SessionField =
        isSame || place.recipients.size === 0 ? place.to : `to${place.recipients.size}`;
      const recipients = new Map(place.recipients).set(to, this.#textOf(route));
      const allowedAt = joined(place.allowedAt, route.allowedAt);
      const doubt = route.doubt ?? place.doubt;
      const isLocalMade = place.isLocalMade || route.isLocalMade;
      const here = { ...place, to, recipients, origins, isKept, isLocalMade, allowedAt, doubt };
      const before =
        route.channel === reprocessChannel ? [] : this.#consulted(here, route.channel, 'before-aliases');
      const { addressForm } = compiledChannel(compiled.policy, route.channel);
      if (route.prefix !== emptyText && addressForm !== '822') {
        const span = route.rule ?? compiled.policy.channels.channels.get(route.channel)?.span;
        if (span !== undefined)
          this.#doubt({
            cause: `the form of addresses on \`${route.channel}\``,
            assumed: 'that no address of another form leaves',
            span,
          });
      }
      this.#expand({ ...here, consultations: [...place.consultations, ...before] }, route);
    }
  }

  #textOf({ prefix, local, host }: AddressSet & { readonly prefix: Language }): Language {
    const { languages } = this.#question.addresses;
    return languages.joined(prefix, this.#question.addresses.addressOf(local, host));
  }

  #consulted(
    { source, to, pass }: Place,
    destination: string,
    when: 'before-aliases' | 'after-aliases',
  ): Consultation[] {
    const { policy } = this.#question.compiled;
    const from = pass > 0 && mayReverse(policy) ? 'reversed' : 'sender';
    return recipientTables(when)
      .filter((table) => policy.accessPlan.has(table))
      .map((table) => ({ table, source, destination, to, from, overTcp: pass === 0, pass }));
  }

  /** Tells whether a set came to a point before, with the same tables on its way. */
  #wasHere(
    { source, pass, consultations, recipients, allowedAt }: Place,
    point: string,
    { local, host }: AddressSet,
  ): boolean {
    const tables = consultations.map(({ table, source, destination, to }) =>
      [table, source, destination, to].join(),
    );
    const forms = [...recipients].map(([field, language]) => `${field} ${language.number}`);
    const key = [point, source, pass, local.number, host.number, ...tables, ...forms, ...allowedAt].join(
      '\0',
    );
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }

  /** What aliases and forwarding make of a recipient, and that they leave it as it is. */
  #expand(place: Place, route: Route): void {
    this.#arrive(place, route);
    const { compiled, addresses } = this.#question;
    const { expandLimit, expandChannel } = compiledChannel(compiled.policy, place.source);
    if (place.steps === 0 && expandLimit !== Number.POSITIVE_INFINITY) {
      // Beyond the limit the recipient is expanded in a later pass, where there is no connection any more.
      this.#arrive({ ...place, earlierRecipients: expandLimit }, { ...route, channel: expandChannel });
    }
    if (!place.mayForward) return;
    const { languages } = addresses;
    if (place.steps > 0) languages.spend(expansionWork);
    const made = this.#forwardedOn(route);
    for (const doubt of made.doubts) this.#doubt(doubt);
    for (const { set, isRewritten, isLocalMade, from, entry, doubt } of made.sets) {
      const before = languages.intersection([place.recipients.get(place.to) ?? languages.anyField, from]);
      if (before === languages.nothing) continue;
      if (doubt !== null) {
        this.#doubt(doubt);
        continue;
      }
      const forms = new Map(place.recipients).set(place.to, before);
      const allowedAt = joined(place.allowedAt, this.#allowedBy(entry));
      const next: Place = {
        ...place,
        recipients: forms,
        isKept: false,
        isLocalMade: place.isLocalMade || isLocalMade,
        allowedAt,
        isForwarded: true,
        forwardedBy: entry === null ? place.forwardedBy : [...place.forwardedBy, entry],
        steps: place.steps + 1,
      };
      if (next.steps > mostSteps) {
        this.#tooLong(route);
        continue;
      }
      const point = pointOf(place, 'forwarded', set);
      if (place.loop.has(point)) continue;
      const loop = new Set([...place.loop, point]);
      const to: SessionField = `to${place.recipients.size}`;
      if (isRewritten) this.#routeForwarded({ ...next, loop }, set, to);
      else {
        const recipients = new Map(place.recipients).set(
          to,
          this.#textOf({ ...set, prefix: languages.emptyText }),
        );
        const isHostMade = set.host.shape.kind !== 'text';
        this.#arrive(
          { ...next, to, recipients },
          {
            ...route,
            ...set,
            prefix: languages.emptyText,
            isHostMade,
            isLocalMade: next.isLocalMade,
            isBare: false,
          },
        );
      }
    }
  }

  #forwardedOn(route: Route): ForwardedSets {
    const known = this.#forwarded.get(route.channel);
    if (known !== undefined) return known;
    const { compiled, addresses } = this.#question;
    const made = forwardedSets(compiled, addresses, route);
    this.#forwarded.set(route.channel, made);
    return made;
  }

  #allowedBy(entry: Entry | null): readonly string[] {
    const place = entry === null ? null : placeOf(entry.span);
    return place === null || this.#question.notes.above(place) === undefined ? [] : [place];
  }

  /** A forwarded set is rewritten again in the same pass; the tables before aliases do not see it. */
  #routeForwarded(place: Place, set: AddressSet, to: SessionField): void {
    const { finder, inner } = this.#question;
    if (this.#wasHere(place, 'forwarded', set)) return;
    const routes = finder.find({ source: place.source, direction: 'forward', inner }, set);
    for (const route of routes) {
      const recipients = new Map(place.recipients).set(to, this.#textOf(route));
      const allowedAt = joined(place.allowedAt, route.allowedAt);
      const isLocalMade = place.isLocalMade || route.isLocalMade;
      const doubt = route.doubt ?? place.doubt;
      this.#expand({ ...place, to, recipients, isLocalMade, allowedAt, doubt }, route);
    }
  }

  #tooLong({ channel, rule }: Route): void {
    const { compiled } = this.#question;
    const span = rule ?? compiled.policy.channels.channels.get(channel)?.span;
    if (span === undefined) return;
    this.#doubt({
      cause: `mail on \`${channel}\` is forwarded or processed again and again`,
      assumed: 'that it does not leave after that',
      span,
    });
  }

  /** The addresses of a set that SMTP can carry; others are refused. */
  #carried(route: Route): Route {
    const { addresses, received } = this.#question;
    const { languages, localPart } = addresses;
    const isHost = isWithin(route.host, addresses.strictHost) || isWithin(route.host, addresses.host);
    return {
      ...route,
      local: route.local === received.local ? route.local : languages.intersection([route.local, localPart]),
      host: isHost ? route.host : languages.intersection([route.host, addresses.host]),
    };
  }

  /** Addresses that are final in their pass. */
  #arrive(place: Place, made: Route): void {
    const { hosts, addresses } = this.#question;
    const route = this.#carried(made);
    const { channel } = route;
    this.#makesLocalParts ||= place.isLocalMade;
    const after = channel === reprocessChannel ? [] : this.#consulted(place, channel, 'after-aliases');
    const here = { ...place, consultations: [...place.consultations, ...after] };
    if (isReprocessing(channel)) {
      this.#again(here, route);
      return;
    }
    // A channel inside sends to any host, if a rule made the host with text of the address.
    if (!hosts.leaving.has(channel) && !route.isHostMade) return;
    if (this.#paths.length > mostPaths) throw new WorkLimitReached();
    const { languages } = addresses;
    // Hosts that the rules lead nowhere are outside too: the server that gets the mail may know more of them.
    const inside = hosts.forAll.has(channel)
      ? hosts.ours
      : languages.union([hosts.ours, languages.difference(hosts.inside, hosts.outside)]);
    const host = languages.difference(route.host, inside);
    if (host === languages.nothing) return;
    const last = this.#textOf({ ...route, host });
    this.#add({
      channel,
      consultations: here.consultations,
      recipients: new Map([...here.recipients, [here.to, last]]),
      last: here.to,
      origins: here.origins,
      isKept: here.isKept,
      isByHost: !hosts.leaving.has(channel),
      isLocalMade: here.isLocalMade,
      isBare: route.isBare,
      allowedAt: here.allowedAt,
      forwardedBy: here.forwardedBy,
      isForwarded: here.isForwarded,
      doubt: here.doubt,
      earlierRecipients: here.earlierRecipients,
    });
  }

  #isEmpty(language: Language): boolean {
    const known = this.#empty.get(language.number);
    if (known !== undefined) return known;
    const { shape } = language;
    const isEmpty =
      shape.kind === 'joined'
        ? this.#isEmpty(shape.first) || this.#isEmpty(shape.rest)
        : !this.#hasTextOfPart(language) && this.#textIn(language) === null;
    this.#empty.set(language.number, isEmpty);
    return isEmpty;
  }

  #textIn(language: Language): string | null {
    const known = this.#texts.get(language.number);
    if (known !== undefined) return known;
    const text = findText(this.#question.addresses.languages, language, this.#question.work);
    this.#texts.set(language.number, text);
    return text;
  }

  /** Whether an intersection has the shortest text of one of its parts: found sooner than one by search, but not always there. */
  #hasTextOfPart(language: Language): boolean {
    const { shape } = language;
    if (shape.kind !== 'intersection') return false;
    return shape.of.some((part) => {
      const text = part.shape.kind === 'complement' ? null : this.#textIn(part);
      return text !== null && this.#question.addresses.languages.has(language, text);
    });
  }

  /** Keeps a path, without the forms of the recipient that no table sees, unless there is one like it. */
  #add(path: RelayPath): void {
    const seen = new Set<SessionField>(['to0', path.last, ...path.consultations.map(({ to }) => to)]);
    const recipients = new Map([...path.recipients].filter(([field]) => seen.has(field)));
    // A set that no address is in leads nowhere.
    if ([...recipients.values()].some((form) => this.#isEmpty(form))) return;
    const key = JSON.stringify([
      path.channel,
      path.isKept,
      path.isByHost,
      path.isLocalMade,
      path.isBare,
      path.isForwarded,
      path.last,
      path.earlierRecipients,
      path.consultations,
      path.allowedAt,
      [...recipients].map(([field, { number }]) => [field, number]),
    ]);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.#paths.push({ ...path, recipients });
  }

  /** A later pass of a channel that reprocesses. */
  #again(place: Place, route: Route): void {
    const { compiled, addresses } = this.#question;
    const { policy } = compiled;
    const steps = place.steps + 1;
    const source = laterSource(route.channel, place.source);
    const { languages } = addresses;
    if (this.#wasHere(place, `${source} ${route.channel}`, route)) return;
    // What comes of the same set again is a path with more tables on it than one that was followed.
    const point = pointOf(place, route.channel, route);
    if (place.loop.has(point)) return;
    if (steps > mostSteps) {
      this.#tooLong(route);
      return;
    }
    const loop = new Set([...place.loop, point]);
    const next: Place = { ...place, source, pass: place.pass + 1, steps, mayForward: true, loop };
    const isDirectory = policy.directories.has(route.channel);
    if (isDirectory) {
      const span = policy.channels.channels.get(route.channel)?.span;
      if (span !== undefined) {
        this.#doubt({
          cause: `the directory of \`${route.channel}\` was not read`,
          assumed: "that it has no address with text of the sender's choice",
          span,
        });
      }
      return;
    }
    const named = languages.union(
      [...policy.channels.hosts].flatMap(([host, { channel }]) =>
        isProcess(channel.name) ? [languages.text(host)] : [],
      ),
    );
    this.#route(next, { local: route.local, host: languages.difference(route.host, named) });
    if (this.#isEmpty(languages.intersection([route.host, named]))) return;
    // The host of the process channel is removed: the local part is then an address.
    const bare: Place = { ...next, isKept: false };
    this.#route(bare, { local: route.local, host: languages.text(foldHost(policy.localHost)) });
    this.#route(bare, { local: languages.anyField, host: this.#question.inner });
  }
}

/** The places of both, each once, in order. */
function joined(before: readonly string[], more: readonly string[]): readonly string[] {
  return more.length === 0 ? before : [...new Set([...before, ...more])].sort();
}

/** A point of a path; connections count in the first pass only. */
function pointOf({ source, pass }: Place, what: string, { local, host }: AddressSet): string {
  return [Math.min(pass, 1), source, what, local.number, host.number].join(' ');
}

/** Finds the paths of one source channel. */
export function relayPaths(question: PathQuestion): RelayPaths {
  return new PathSearch(question).run();
}
