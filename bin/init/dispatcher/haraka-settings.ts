/*
 * Converts dispatcher.cnf for Haraka: where it listens, its number of workers, its account, its block lists.
 * Haraka has one set of listeners and workers, so the SMTP services are joined; everything without a counterpart
 * is reported.
 * Ref: PMDF 11.3.2
 */
import { type Diagnostic, errorAt, type Parsed, placeOf, warningAt } from '../../../lib/text/index.js';
import {
  type DispatcherFile,
  type DispatcherOption,
  type DispatcherService,
  numberOf,
  optionsOf,
  portsOf,
} from './dispatcher.js';

/** A port to listen on. */
export interface Listener {
  /** One address, or null for all. */
  readonly address: string | null;
  readonly port: number;
  /** Whether connections begin with TLS. */
  readonly isTls: boolean;
}

/** The settings for smtp.ini and other files. */
export interface HarakaSettings {
  readonly listeners: readonly Listener[];
  /** The number of workers; null if it is not set. */
  readonly nodes: number | null;
  /** The connections that a worker serves at a time; null if it is not set. */
  readonly connections: number | null;
  /** The account to run as; null if it is not set. */
  readonly user: string | null;
  /** Block lists for addresses of clients. */
  readonly blockLists: readonly string[];
  /** The longest listen queue of a service; null without services. Haraka has no setting for it. */
  readonly backlog: number | null;
  /** The initial channel for each port, from `PARAMETER=CHANNEL=name`. */
  readonly channels: ReadonlyMap<number, string>;
}

/** The settings without any dispatcher.cnf. */
export const noHarakaSettings: HarakaSettings = Object.freeze({
  listeners: [],
  nodes: null,
  connections: null,
  user: null,
  blockLists: [],
  backlog: null,
  channels: new Map<number, string>(),
});

/** The usual ports of SMTP, for a service whose name and program are not clear. */
const smtpPorts = new Set([25, 465, 587]);
const smtpsPort = 465;

function textsOf(file: DispatcherFile, service: DispatcherService, name: string): string[] {
  return optionsOf(file, service, name).flatMap(({ value }) => (value.kind === 'text' ? [value.text] : []));
}

function isSmtp(file: DispatcherFile, service: DispatcherService): boolean {
  if (/^smtp/i.test(service.name)) return true;
  const images = textsOf(file, service, 'IMAGE');
  if (images.length > 0) return images.some((image) => /smtp/i.test(image));
  return [...portsOf(file, service, 'PORT'), ...portsOf(file, service, 'TLS_PORT')].some((port) =>
    smtpPorts.has(port),
  );
}

function listenersOf(file: DispatcherFile, service: DispatcherService): Listener[] {
  const addresses = optionsOf(file, service, 'INTERFACE_ADDRESS').flatMap(({ value }) =>
    value.kind === 'address' ? [value.address] : [],
  );
  const address = addresses.at(-1) ?? null;
  const on = (name: string, isTls: boolean): Listener[] =>
    portsOf(file, service, name).map((port) => ({ address, port, isTls }));
  return [...on('PORT', false), ...on('TLS_PORT', true)];
}

/** The channel of a service, `PARAMETER=CHANNEL=tcp_submit`, quoted or not; null if it has none. */
function channelOf(file: DispatcherFile, service: DispatcherService): string | null {
  const parameter = textsOf(file, service, 'PARAMETER').at(-1) ?? '';
  const [option = '', name = '', ...more] = parameter.split('=').map((part) => part.trim().toLowerCase());
  return option === 'channel' && more.length === 0 && name !== '' ? name : null;
}

/** Reports each option without a counterpart once, at its first place. */
function withoutCounterpart(options: readonly DispatcherOption[]): Diagnostic[] {
  const seen = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const { definition, span } of options) {
    const { name, counterpart } = definition;
    if (counterpart.kind !== 'none' || seen.has(name)) continue;
    seen.add(name);
    diagnostics.push(
      warningAt(span, 'dispatcher/no-counterpart', `\`${name}\` has no counterpart in Haraka`, {
        hint: counterpart.advice,
      }),
    );
  }
  return diagnostics;
}

class Joining {
  readonly diagnostics: Diagnostic[] = [];
  readonly listeners: Listener[] = [];
  readonly #places = new Map<string, DispatcherService>();
  #tlsPort: number | null = null;

  listen(service: DispatcherService, listener: Listener): void {
    const { port, isTls } = listener;
    const key = `${listener.address ?? ''}:${port}`;
    const earlier = this.#places.get(key) ?? this.#places.get(`:${port}`);
    if (earlier !== undefined) {
      this.#refuse(service, `port ${port} is used already`, `see ${placeOf(earlier.span)}`);
      return;
    }
    if (isTls && this.#tlsPort !== null && this.#tlsPort !== port) {
      this.#refuse(
        service,
        `Haraka has only one port that begins with TLS, so port ${port} is left out`,
        `port ${this.#tlsPort} is that port`,
      );
      return;
    }
    if (isTls) this.#tlsPort = port;
    this.#places.set(key, service);
    this.listeners.push(listener);
  }

  #refuse({ span }: DispatcherService, message: string, hint: string): void {
    this.diagnostics.push(warningAt(span, 'dispatcher/listener', message, { hint }));
  }

  /** For Haraka 465 begins with TLS, unless another port is set. */
  settle(): void {
    const plain = this.listeners.find(({ port, isTls }) => port === smtpsPort && !isTls);
    if (plain === undefined || this.#tlsPort !== null) return;
    const service = this.#places.get(`${plain.address ?? ''}:${plain.port}`);
    if (service === undefined) return;
    this.#refuse(
      service,
      'in Haraka port 465 begins with TLS, but not in this file',
      'if clients do not use TLS there, set `smtps_port` in smtp.ini to another port',
    );
  }
}

function otherServices(services: readonly DispatcherService[]): Diagnostic[] {
  return services.map(({ name, span }) =>
    warningAt(span, 'dispatcher/other-service', `\`${name}\` is not an SMTP service and is left out`, {
      hint: 'Haraka speaks only SMTP; keep this service on your mail server',
    }),
  );
}

const leastBacklog = 5;
const mostBacklogOnVms = 255;
/** The values in PMDF's own file. */
const usual = { maxConns: 10, maxProcs: 5 };

/**
 * The length of the listen queue of a service in PMDF: BACKLOG, by default as many connections as all its processes
 * serve, but at least five. Options that are not set are null; OpenVMS limits the queue to 255.
 */
export function backlogOf(
  maxConns: number | null,
  maxProcs: number | null,
  backlog: number | null,
  isVms = false,
): number {
  const product = (maxConns ?? usual.maxConns) * (maxProcs ?? usual.maxProcs);
  const length = backlog ?? Math.max(leastBacklog, product);
  return isVms ? Math.min(length, mostBacklogOnVms) : length;
}

/** A worker of Haraka serves the connections of all services. */
function connectionsOf(given: readonly (number | null)[]): number | null {
  if (given.every((one) => one === null)) return null;
  return given.reduce<number>((sum, one) => sum + (one ?? usual.maxConns), 0);
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

/** Converts dispatcher.cnf for Haraka. */
export function harakaSettings(file: DispatcherFile): Parsed<HarakaSettings> {
  const services = file.services.filter((service) => isSmtp(file, service));
  const joining = new Joining();
  for (const service of services) {
    for (const listener of listenersOf(file, service)) joining.listen(service, listener);
  }
  joining.settle();
  const { listeners } = joining;
  const backlogs = services.map((service) =>
    backlogOf(
      numberOf(file, service, 'MAX_CONNS'),
      numberOf(file, service, 'MAX_PROCS'),
      numberOf(file, service, 'BACKLOG'),
    ),
  );
  const counts = services.flatMap((service) => numberOf(file, service, 'MAX_PROCS') ?? []);
  const users = distinct(services.flatMap((service) => textsOf(file, service, 'USER')));
  const diagnostics = [
    ...withoutCounterpart([
      ...file.defaults,
      ...services.flatMap((service) => service.options),
      ...file.dispatcher,
    ]),
    ...otherServices(file.services.filter((service) => !services.includes(service))),
    ...joining.diagnostics,
  ];
  if (listeners.length === 0) {
    diagnostics.push(
      errorAt(file.span, 'dispatcher/no-smtp', 'no service listens for SMTP', {
        hint: 'write a section `[SERVICE=SMTP]` with `PORT=25`',
      }),
    );
  }
  const value = {
    listeners,
    nodes: counts.length === 0 ? null : counts.reduce((most, count) => Math.max(most, count), 1),
    connections: connectionsOf(services.map((service) => numberOf(file, service, 'MAX_CONNS'))),
    user: users[0] ?? null,
    backlog: backlogs.length === 0 ? null : backlogs.reduce((most, one) => Math.max(most, one)),
    blockLists: distinct(services.flatMap((service) => textsOf(file, service, 'DNS_VERIFY_DOMAIN'))),
    channels: new Map(
      services.flatMap((service) => {
        const channel = channelOf(file, service);
        return channel === null ? [] : listenersOf(file, service).map(({ port }) => [port, channel] as const);
      }),
    ),
  };
  return { value, diagnostics };
}
