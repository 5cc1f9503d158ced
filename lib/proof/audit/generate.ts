/*
 * Every relaying attempt of the audit on one source channel: each form with each host of the site and each host
 * outside, each address once.
 */
import { type Path, parsePath } from '../../address/index.js';
import { basicForms, channelForms, doubleForms, type Form, plainForm, singleForms } from './forms.js';
import type { AuditHosts } from './hosts.js';

/** One attempt. */
export interface Attempt {
  /** What stands in RCPT TO, without brackets. */
  readonly to: string;
  readonly path: Path;
  /** The trick: attempts with the same form differ in their hosts only. */
  readonly form: Form;
}

/** So many hosts hide others, and so many of those outside are hidden behind them; more say nothing new. */
const mostNear = 3;
const mostHidden = 3;

function nearHosts({ ends }: AuditHosts): readonly string[] {
  const literal = ends.find((host) => host.startsWith('['));
  const names = ends.filter((host) => !host.startsWith('[')).slice(0, mostNear - 1);
  return literal === undefined ? names : [...names, literal];
}

function filled(forms: readonly Form[], hosts: AuditHosts, near: readonly string[]): [string, Form][] {
  const found: [string, Form][] = [];
  for (const form of forms) {
    for (const far of hosts.far) {
      for (const end of hosts.ends) {
        for (const hidden of near) found.push([form({ far, end, near: hidden, channel: '' }), form]);
      }
    }
  }
  return found;
}

function* named(hosts: AuditHosts): Generator<[string, Form]> {
  const [end = ''] = hosts.ends;
  for (const form of channelForms) {
    for (const far of hosts.far) {
      for (const channel of hosts.channels) yield [form({ far, end, near: end, channel }), form];
    }
  }
}

function readable(attempts: Iterable<[string, Form]>): Attempt[] {
  const found = new Map<string, Attempt>();
  for (const [to, form] of attempts) {
    if (found.has(to)) continue;
    const parsed = parsePath(`<${to}>`);
    if (parsed.kind === 'path') found.set(to, { to, path: parsed.path, form });
  }
  return [...found.values()];
}

/** The plain addresses: they need no host of the site. */
export function plainAttempts({ far }: AuditHosts): readonly Attempt[] {
  return readable(far.map((host) => [plainForm({ far: host, end: '', near: '', channel: '' }), plainForm]));
}

/** One attempt of each basic kind for each host. */
export function basicAttempts(hosts: AuditHosts): readonly Attempt[] {
  return readable(filled(basicForms, hosts, ['']));
}

/** All attempts, the plain ones first. */
export function allAttempts(hosts: AuditHosts): readonly Attempt[] {
  const single = filled([...basicForms, ...singleForms], hosts, ['']);
  const hidden = { ...hosts, far: hosts.far.slice(0, mostHidden) };
  return readable([...single, ...filled(doubleForms, hidden, nearHosts(hosts)), ...named(hosts)]);
}

/** The plain addresses and one of each basic kind, for a stranger who pleases an entry; `host` is one more host outside. */
export function guiseAttempts(hosts: AuditHosts, host: string | null): readonly Attempt[] {
  const far = host === null ? hosts.far : [host, ...hosts.far];
  const few = { ...hosts, far: far.slice(0, 1), ends: hosts.ends.slice(0, 1) };
  return [
    ...new Map(
      [...plainAttempts({ ...hosts, far }), ...basicAttempts(few)].map((one) => [one.to, one]),
    ).values(),
  ];
}
