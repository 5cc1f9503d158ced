/*
 * The attempts of the relay audit on one source channel: the forms of addresses filled with hosts of the site and hosts
 * outside, each address once.
 */
import { type Path, parsePath } from '../../address/index.js';
import { basicForms, channelForms, doubleForms, type Form, plainForm, singleForms } from './address-forms.js';
import type { AuditHosts } from './audit-hosts.js';

export interface Attempt {
  /** RCPT TO without brackets. */
  readonly to: string;
  readonly path: Path;
  /** Attempts of the same form differ only in their hosts. */
  readonly form: Form;
}

/** The numbers of hops, and of targets after them; more show nothing new. */
const mostHops = 3;
const mostTargetsAfterHops = 3;

function hopsOf({ local }: AuditHosts): readonly string[] {
  const literal = local.find((host) => host.startsWith('['));
  const names = local.filter((host) => !host.startsWith('[')).slice(0, mostHops - 1);
  return literal === undefined ? names : [...names, literal];
}

function filled(forms: readonly Form[], hosts: AuditHosts, hops: readonly string[]): [string, Form][] {
  const found: [string, Form][] = [];
  for (const form of forms) {
    for (const target of hosts.targets) {
      for (const local of hosts.local) {
        for (const hop of hops) found.push([form({ target, local, hop, channel: '' }), form]);
      }
    }
  }
  return found;
}

function* filledWithChannels({
  local: [local = ''],
  targets,
  channels,
}: AuditHosts): Generator<[string, Form]> {
  for (const form of channelForms) {
    for (const target of targets) {
      for (const channel of channels) yield [form({ target, local, hop: local, channel }), form];
    }
  }
}

/** The addresses that RFC 5321 lets a client write. */
function attemptsOf(addresses: Iterable<[string, Form]>): Attempt[] {
  const found = new Map<string, Attempt>();
  for (const [to, form] of addresses) {
    if (found.has(to)) continue;
    const parsed = parsePath(`<${to}>`);
    if (parsed.kind === 'path') found.set(to, { to, path: parsed.path, form });
  }
  return [...found.values()];
}

function plainAddresses(targets: readonly string[]): [string, Form][] {
  return targets.map((target) => [plainForm({ target, local: '', hop: '', channel: '' }), plainForm]);
}

export function plainAttempts({ targets }: AuditHosts): readonly Attempt[] {
  return attemptsOf(plainAddresses(targets));
}

/** One attempt of each basic form for each host. */
export function basicAttempts(hosts: AuditHosts): readonly Attempt[] {
  return attemptsOf(filled(basicForms, hosts, ['']));
}

/** All attempts, the plain ones first. */
export function allAttempts(hosts: AuditHosts): readonly Attempt[] {
  const single = filled([...basicForms, ...singleForms], hosts, ['']);
  const withHops = { ...hosts, targets: hosts.targets.slice(0, mostTargetsAfterHops) };
  return attemptsOf([
    ...single,
    ...filled(doubleForms, withHops, hopsOf(hosts)),
    ...filledWithChannels(hosts),
  ]);
}

/** Attempts of a client that claims what an entry asks for; `host` is a further target that the entry asks for. */
export function attemptsWithClaims(hosts: AuditHosts, host: string | null): readonly Attempt[] {
  const targets = host === null ? hosts.targets : [host, ...hosts.targets];
  const few = { ...hosts, targets: targets.slice(0, 1), local: hosts.local.slice(0, 1) };
  return attemptsOf([...plainAddresses(targets), ...filled(basicForms, few, [''])]);
}
