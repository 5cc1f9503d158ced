/*
 * Generates addresses that try to get mail relayed: known attempts first, then every way to hide a host combined with
 * every host, then any number of random combinations, nested, quoted, routed and damaged. The result is the text
 * between the angle brackets of RCPT TO; some of it breaks the grammar, as a stranger's addresses do.
 */

import { isDotString, quote } from '../../../lib/address/local-part.js';
import { routingShapes, type Shape, shapes } from './address-shapes.js';
import { channelHosts, foreignHosts, ownHosts, selfHosts } from './hosts.js';
import { type Choices, choicesFrom } from './random.js';

const ownDomain = 'domain.com';

/** The recipients that nmap's `smtp-open-relay` asks for, with each of our names in the place of the server's. */
function nmapAddresses(): string[] {
  const victim = 'relaytest.example';
  return [ownDomain, 'mail.domain.com', '[127.0.0.1]', '[192.0.2.1]'].flatMap((server) => [
    `relaytest@${victim}`,
    `relaytest%${victim}@${server}`,
    `"relaytest@${victim}"`,
    `"relaytest%${victim}"`,
    `relaytest@${victim}@${server}`,
    `"relaytest@${victim}"@${server}`,
    `@${server}:relaytest@${victim}`,
    `${victim}!relaytest`,
    `${victim}!relaytest@${server}`,
  ]);
}

const handMade: readonly string[] = [
  'victim@evil.example',
  'victim@evil',
  'victim@[192.0.2.1]',
  'victim%evil.example',
  'evil.example!victim',
  '"victim\\@evil.example"@domain.com',
  'victim\\@evil.example@domain.com',
  '"\\"victim@evil.example\\"@domain.com"@domain.com',
  '"\\"\\\\\\"victim@evil.example\\\\\\"\\"@domain.com"@domain.com',
  '"victim@evil.example"%domain.com@domain.com',
  'victim%evil.example%host.domain.com%sub.domain.com%domain.com@domain.com',
  'domain.com!host.domain.com!evil.example!victim@domain.com',
  'host.domain.com!victim%evil.example@domain.com',
  'evil.example!victim%host.domain.com@domain.com',
  '@evil.example:bob@domain.com',
  '@domain.com:victim@evil.example',
  '@domain.com,@evil.example:bob@domain.com',
  '@domain.com:victim%evil.example@domain.com',
  '@[127.0.0.1]:victim@evil.example',
  '@process-daemon:jdoe%evil.example@domain.com',
  '@PROCESS-DAEMON:victim@domain.com',
  'victim%evil.example@PROCESS-DAEMON',
  'victim%evil.example%PROCESS-DAEMON@domain.com',
  'PROCESS-DAEMON!victim@domain.com',
  'TCP-DAEMON!evil.example!victim@domain.com',
  'victim@TCP-DAEMON',
  'victim@tcp-internal',
  'jane.doe%evil.example@domain.com',
  'jane.doe@evil.example@domain.com',
  'evil.example!jane.doe@domain.com',
  '"jane.doe@evil.example"@domain.com',
  'jane.doe%other.com@PROCESS-DAEMON',
  '$($U)@domain.com',
  '$U%evil.example@domain.com',
  '"$($U)%evil.example"@domain.com',
  '|/bin/sh@domain.com',
  '"|/bin/sh"@domain.com',
  '"/etc/passwd"@domain.com',
  '":include:/etc/passwd"@domain.com',
  '\\root@domain.com',
  '"\\root"@domain.com',
  'x|l|bob@domain.com',
  'tcp_local|x|l|bob@domain.com',
  '',
  '@',
  '@domain.com',
  '%@domain.com',
  '!@domain.com',
  '""@domain.com',
  '<victim@evil.example>',
  'bob@domain.com>,<victim@evil.example',
  'bob@domain.com,victim@evil.example',
  'bob@domain.com;victim@evil.example',
  'bob@domain.com victim@evil.example',
  'bob@domain.com\\,victim@evil.example',
  'bob@domain.com:25',
  'bob@domain.com.',
  'bob@domain.com..',
  'bob@.domain.com',
  'bob@domain.com%evil.example',
  'bob@evil.example%domain.com',
  'bob@[domain.com]',
  'bob@domain.com@',
  'bob@@domain.com',
  'victim@evil.example\u0000@domain.com',
  'victim@evil.example\r@domain.com',
  'victim@evil．example',
  'victim＠evil.example',
  'victim@domain．com',
  'victim%evil.example@domain．com',
  'victim%evil.example@ｄomain.com',
  'victim@xn--domain-.com',
  `${'v'.repeat(64)}%evil.example@domain.com`,
  `${'v'.repeat(200)}%evil.example@domain.com`,
  `victim${'%domain.com'.repeat(30)}%evil.example${'%host.domain.com'.repeat(5)}@domain.com`,
  `${'domain.com!'.repeat(25)}evil.example!victim@domain.com`,
  `"${'\\"'.repeat(60)}victim@evil.example${'\\"'.repeat(60)}"@domain.com`,
];

const users: readonly string[] = [
  'victim',
  'v.ictim',
  'v ictim',
  'postmaster',
  'jane.doe',
  'bob+tag',
  '',
  'é',
  '|cat',
  '/dev/null',
  ':include:/etc/passwd',
  '$($U)',
  '#v',
  '*',
];

/** Domains of the whole address: mostly ours, since others are refused directly. */
const endings: readonly (string | null)[] = [
  ...ownHosts,
  ...ownHosts,
  ownDomain,
  ownDomain,
  ownDomain,
  ...selfHosts,
  ...channelHosts,
  ...foreignHosts,
  null,
];

const allHosts: readonly string[] = [...ownHosts, ...selfHosts, ...channelHosts, ...foreignHosts];
const disturbers = '%!@:"\\.,;<>()[] |+=#/^&\'`\t＠％！．é\u200b';

/** Writes a local part: unchanged if it is one word, else quoted. */
function written(content: string, domain: string | null): string {
  return domain === null ? quote(content) : `${quote(content)}@${domain}`;
}

/** Every single shape with every host, in front of our own domain and of a host below it. */
function* singleShapes(): Generator<string> {
  for (const shape of shapes) {
    for (const host of allHosts) {
      const content = shape('victim', host);
      yield written(content, ownDomain);
      yield written(content, 'sub.domain.com');
    }
  }
  for (const host of allHosts) {
    yield `bob@${host}`;
    yield `@${host}:bob@domain.com`;
    yield `@domain.com:bob@${host}`;
  }
}

/** Two routing characters with two hosts each: local hops that hide a foreign one. */
function* doubleShapes(): Generator<string> {
  for (const inner of routingShapes) {
    for (const outer of routingShapes) {
      for (const near of ownHosts) {
        for (const far of ['evil.example', 'evil', '[192.0.2.1]']) {
          yield written(outer(inner('victim', far), near), ownDomain);
          yield written(inner(outer('victim', near), far), ownDomain);
        }
      }
    }
  }
}

/** Where the hosts of one address come from: anywhere, or only from ours, so that the trick is in the form. */
const anyPool = [ownHosts, ownHosts, foreignHosts, selfHosts, channelHosts];
const ownPool = [ownHosts];

type Pool = readonly (readonly string[])[];

function anyHost(choices: Choices, pool: Pool): string {
  const host = choices.pick(choices.pick(pool));
  switch (choices.below(16)) {
    case 0:
      return host.toUpperCase();
    case 1:
      return `${host}.`;
    case 2:
      return `.${host}`;
    case 3:
      return '';
    default:
      return host;
  }
}

function anyShape(choices: Choices): Shape {
  return choices.pick(choices.once(2) ? routingShapes : shapes);
}

/** A local part with up to five nested hosts, some of them quoted. */
function anyContent(choices: Choices, pool: Pool): string {
  let content = choices.pick(users);
  let depth = 1 + Math.min(choices.below(5), choices.below(5));
  for (; depth > 0; depth -= 1) {
    content = anyShape(choices)(content, anyHost(choices, pool));
    if (choices.once(8)) content = quote(content);
  }
  return content;
}

function disturbed(choices: Choices, text: string): string {
  const at = choices.below(text.length + 1);
  const kept = choices.once(2) ? at : at + 1;
  const put = choices.once(3) ? '' : choices.pick(Array.from(disturbers));
  return text.slice(0, at) + put + text.slice(kept);
}

function anyAddress(choices: Choices): string {
  const pool = choices.once(2) ? anyPool : ownPool;
  const content = anyContent(choices, pool);
  const ending = choices.pick(endings);
  const isPlain = isDotString(content) && !choices.once(6);
  const localPart = isPlain ? content : `"${content.replace(/["\\]/g, '\\$&')}"`;
  let address = ending === null ? localPart : `${localPart}@${ending}`;
  if (choices.once(8)) address = `@${anyHost(choices, pool)}:${address}`;
  else if (choices.once(20)) address = `@${anyHost(choices, pool)},@${anyHost(choices, pool)}:${address}`;
  while (choices.once(10)) address = disturbed(choices, address);
  return address;
}

/** All addresses that are not random, without duplicates. */
export function systematicAddresses(): readonly string[] {
  return [...new Set([...nmapAddresses(), ...handMade, ...singleShapes(), ...doubleShapes()])];
}

/** Returns the known attempts: nmap's and hand-written ones. */
export function knownAddresses(): readonly string[] {
  return [...new Set([...nmapAddresses(), ...handMade])];
}

/** Makes `count` random addresses without duplicates; the same seed gives the same addresses. */
export function randomAddresses(seed: number, count: number): readonly string[] {
  const choices = choicesFrom(seed);
  const made = new Set<string>();
  while (made.size < count) made.add(anyAddress(choices));
  return [...made];
}
