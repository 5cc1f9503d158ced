/*
 * What dispatcher.cnf comes to in Haraka: where it listens, how many workers it has, under which account it runs, which
 * block lists it asks. Haraka has one set of listeners and workers for everything, so the SMTP services are joined; what
 * has no counterpart is reported, never dropped in silence.
 * Ref: PMDF 11.3.2
 */
import { type Diagnostic, errorAt, type Parsed, placeOf, warningAt } from '../../../lib/text/index.js';
import { backlogOf } from './backlog.js';
import {
  type DispatcherFile,
  type DispatcherOption,
  type DispatcherService,
  numberOf,
  optionsOf,
  portsOf,
} from './dispatcher.js';

/** A port that is listened on. */
export interface Listener {
  /** One address, or null for all of them. */
  readonly address: string | null;
  readonly port: number;
  /** TLS begins at once. */
  readonly isTls: boolean;
}

/** What goes into smtp.ini and beside it. */
export interface HarakaSettings {
  readonly listeners: readonly Listener[];
  /** How many workers; null when the file does not say. */
  readonly nodes: number | null;
  /** The account to run as. */
  readonly user: string | null;
  /** Block lists for clients' addresses. */
  readonly blockLists: readonly string[];
  /** The longest listen queue that a service had; null where no file says. Haraka has no setting for it. */
  readonly backlog: number | null;
  /** The channel that clients of a port begin on, where `PARAMETER=CHANNEL=name` names one. */
  readonly channels: ReadonlyMap<number, string>;
}

/** What nothing is said of. */
export const noHarakaSettings: HarakaSettings = Object.freeze({
  listeners: [],
  nodes: null,
  user: null,
  blockLists: [],
  backlog: null,
  channels: new Map<number, string>(),
});

/** Ports on which SMTP is spoken by custom, for a service whose name and program do not tell. */
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

/** The channel that a service names, `PARAMETER=CHANNEL=tcp_submit`, quoted or not; null where it names none. */
function channelOf(file: DispatcherFile, service: DispatcherService): string | null {
  const parameter = textsOf(file, service, 'PARAMETER').at(-1) ?? '';
  const [option = '', name = '', ...more] = parameter.split('=').map((part) => part.trim().toLowerCase());
  return option === 'channel' && more.length === 0 && name !== '' ? name : null;
}

/** Every option that has no counterpart, once each: where a service and the defaults say it, the first place counts. */
function withoutCounterpart(options: readonly DispatcherOption[]): Diagnostic[] {
  const said = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const { definition, span } of options) {
    const { name, counterpart } = definition;
    if (counterpart.kind !== 'none' || said.has(name)) continue;
    said.add(name);
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
      this.#refuse(service, `port ${port} is taken already`, `see ${placeOf(earlier.span)}`);
      return;
    }
    if (isTls && this.#tlsPort !== null && this.#tlsPort !== port) {
      this.#refuse(
        service,
        `Haraka begins with TLS on one port only, so port ${port} is left out`,
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

  /** Haraka takes 465 for the port of TLS unless another one is named. */
  settle(): void {
    const plain = this.listeners.find(({ port, isTls }) => port === smtpsPort && !isTls);
    if (plain === undefined || this.#tlsPort !== null) return;
    const service = this.#places.get(`${plain.address ?? ''}:${plain.port}`);
    if (service === undefined) return;
    this.#refuse(
      service,
      'Haraka begins with TLS on port 465, which is a plain port here',
      'set `smtps_port` in smtp.ini to another number if clients speak plainly there',
    );
  }
}

function otherServices(services: readonly DispatcherService[]): Diagnostic[] {
  return services.map(({ name, span }) =>
    warningAt(span, 'dispatcher/other-service', `\`${name}\` is no SMTP service and is left out`, {
      hint: 'Haraka speaks SMTP only; leave this service with the mail server behind',
    }),
  );
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

/** Turns dispatcher.cnf into what Haraka is told. */
export function harakaSettings(file: DispatcherFile): Parsed<HarakaSettings> {
  const services = file.services.filter((service) => isSmtp(file, service));
  const joining = new Joining();
  for (const service of services) {
    for (const listener of listenersOf(file, service)) joining.listen(service, listener);
  }
  joining.settle();
  const { listeners } = joining;
  const backlogs = services.map((service) =>
    backlogOf({
      maxConns: numberOf(file, service, 'MAX_CONNS'),
      maxProcs: numberOf(file, service, 'MAX_PROCS'),
      backlog: numberOf(file, service, 'BACKLOG'),
      isVms: false,
    }),
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
        hint: 'there is to be a section `[SERVICE=SMTP]` with `PORT=25`',
      }),
    );
  }
  const value = {
    listeners,
    nodes: counts.length === 0 ? null : counts.reduce((most, count) => Math.max(most, count), 1),
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
