/*
 * The four layouts of docs/firewall.md as networks: the hosts, the place of each gateway, and who may connect to whom.
 * `world` is a stranger and the mail server of other.com, `inside` the internal mail server and a workstation.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { HostPlan } from '../../support/network/network.js';
import { projectRoot } from '../../support/project-root.js';

/** Reads a file of the samples. */
export function sampleFile(...names: readonly string[]): string {
  return readFileSync(path.join(projectRoot(), 'config', 'firewall', ...names), 'utf8');
}

/** A gateway of a layout; its host and its folder of samples bear its name. */
export interface GatewayPlan {
  readonly name: 'gateway' | 'outer' | 'inner';
  /** The addresses that it listens on; it sends from the last one. */
  readonly addresses: readonly [string, ...string[]];
}

/** A connection from one host to an address. */
export interface Connection {
  readonly host: string;
  readonly from?: string;
  readonly to: string;
  readonly port: number;
}

/** One way to place gateways. */
export interface Layout {
  readonly folder: 'behind-relay' | 'behind-filter' | 'outside' | 'both-sides';
  readonly hosts: Readonly<Record<string, HostPlan>>;
  readonly gateways: readonly GatewayPlan[];
  /** Whether the firewall is an MTA. */
  readonly hasRelay: boolean;
  /** How the world sends mail to us. */
  readonly entrance: Connection;
  /** How hosts inside send mail. */
  readonly exit: Connection;
  /** Where relay attempts may come from: the world, and an intruder on a host that brings its mail. */
  readonly attacks: readonly Connection[];
  /** Connections that the firewall must stop; a server listens at each end. */
  readonly closed: readonly Connection[];
  /** Packets from outside with an internal address, where a packet filter can detect them. */
  readonly forged: Connection | null;
}

export const STRANGER = '203.0.113.9';
export const OTHER_MX = '203.0.113.25';
export const MAIL_SERVER = '10.20.0.25';
/** An internal address that a stranger uses. */
const FORGED = '10.20.0.77';
export const WORKSTATION = '10.20.0.5';
const OUTER = '198.51.100.25';
const INNER = '10.20.0.2';
/** A port besides SMTP on which every internal host listens. */
export const OTHER_PORT = 8025;

const addressesOfWorld = [`${STRANGER}/24`, `${OTHER_MX}/24`, `${FORGED}/32`];
const inside = {
  segments: { inside: [`${MAIL_SERVER}/16`, `${WORKSTATION}/16`] },
  routes: ['default via 10.20.0.1'],
};

/** The world, which is next to our outer network and has a route to our inner one. */
const neighbour: HostPlan = {
  segments: { outside: addressesOfWorld },
  routes: ['198.51.100.0/24 dev outside', '10.20.0.0/16 via 198.51.100.1'],
};
const outsideGateway: HostPlan = {
  segments: { outside: [`${OUTER}/24`] },
  routes: ['203.0.113.0/24 dev outside', '10.20.0.0/16 via 198.51.100.1'],
};
const insideGateway: HostPlan = {
  segments: { inside: [`${INNER}/16`] },
  routes: ['default via 10.20.0.1'],
};
function firewallBetween(filter: string): HostPlan {
  return {
    segments: { outside: ['198.51.100.1/24'], inside: ['10.20.0.1/16'] },
    routes: ['203.0.113.0/24 dev outside'],
    forwards: true,
    filter,
  };
}

const fromWorld = { host: 'world', from: STRANGER, port: 25 };
/** The world cannot reach our mail server, and internal hosts cannot reach the world. */
const closedBothWays: readonly Connection[] = [
  { ...fromWorld, to: MAIL_SERVER },
  { host: 'inside', from: WORKSTATION, to: OTHER_MX, port: 25 },
  { host: 'inside', from: MAIL_SERVER, to: OTHER_MX, port: 25 },
];

/** The layouts, in the order of PMDF's FAQ. */
export const layouts: readonly Layout[] = [
  {
    folder: 'behind-relay',
    hosts: {
      world: neighbour,
      firewall: {
        segments: { outside: ['198.51.100.1/24'], inside: ['10.20.0.1/16'] },
        routes: ['203.0.113.0/24 dev outside'],
      },
      gateway: insideGateway,
      inside,
    },
    gateways: [{ name: 'gateway', addresses: [INNER] }],
    hasRelay: true,
    entrance: { ...fromWorld, to: '198.51.100.1' },
    exit: { host: 'inside', from: WORKSTATION, to: INNER, port: 25 },
    attacks: [
      { ...fromWorld, to: '198.51.100.1' },
      { host: 'firewall', from: '10.20.0.1', to: INNER, port: 25 },
    ],
    closed: [...closedBothWays, { ...fromWorld, to: INNER }, { host: 'gateway', to: OTHER_MX, port: 25 }],
    forged: null,
  },
  {
    folder: 'behind-filter',
    hosts: {
      world: {
        segments: { outside: addressesOfWorld },
        routes: ['198.51.100.0/24 via 203.0.113.1', '10.20.0.0/16 via 203.0.113.1'],
      },
      firewall: {
        segments: { outside: ['203.0.113.1/24'], inside: ['198.51.100.1/24', '10.20.0.1/16'] },
        forwards: true,
        filter: sampleFile('behind-filter', 'firewall', 'filter.nft'),
      },
      gateway: {
        segments: { inside: [`${INNER}/16`, `${OUTER}/24`] },
        routes: ['default via 198.51.100.1'],
      },
      inside,
    },
    gateways: [{ name: 'gateway', addresses: [INNER, OUTER] }],
    hasRelay: false,
    entrance: { ...fromWorld, to: OUTER },
    exit: { host: 'inside', from: WORKSTATION, to: INNER, port: 25 },
    attacks: [
      { ...fromWorld, to: OUTER },
      { host: 'firewall', from: '10.20.0.1', to: INNER, port: 25 },
    ],
    closed: [
      ...closedBothWays,
      { ...fromWorld, to: OUTER, port: OTHER_PORT },
      { ...fromWorld, to: INNER },
      { host: 'gateway', from: OUTER, to: OTHER_MX, port: OTHER_PORT },
    ],
    forged: { host: 'world', from: FORGED, to: OUTER, port: 25 },
  },
  {
    folder: 'outside',
    hosts: {
      world: neighbour,
      firewall: firewallBetween(sampleFile('outside', 'firewall', 'filter.nft')),
      gateway: outsideGateway,
      inside,
    },
    gateways: [{ name: 'gateway', addresses: [OUTER] }],
    hasRelay: false,
    entrance: { ...fromWorld, to: OUTER },
    exit: { host: 'inside', from: MAIL_SERVER, to: OUTER, port: 25 },
    attacks: [{ ...fromWorld, to: OUTER }],
    closed: [
      ...closedBothWays,
      { host: 'inside', from: WORKSTATION, to: OUTER, port: 25 },
      { host: 'inside', from: MAIL_SERVER, to: OUTER, port: OTHER_PORT },
      { host: 'gateway', from: OUTER, to: MAIL_SERVER, port: OTHER_PORT },
      { host: 'gateway', from: OUTER, to: WORKSTATION, port: 25 },
    ],
    forged: { host: 'world', from: FORGED, to: MAIL_SERVER, port: 25 },
  },
  {
    folder: 'both-sides',
    hosts: {
      world: neighbour,
      firewall: firewallBetween(sampleFile('both-sides', 'firewall', 'filter.nft')),
      outer: outsideGateway,
      inner: insideGateway,
      inside,
    },
    gateways: [
      { name: 'outer', addresses: [OUTER] },
      { name: 'inner', addresses: [INNER] },
    ],
    hasRelay: false,
    entrance: { ...fromWorld, to: OUTER },
    exit: { host: 'inside', from: WORKSTATION, to: INNER, port: 25 },
    attacks: [
      { ...fromWorld, to: OUTER },
      { host: 'outer', from: OUTER, to: INNER, port: 25 },
    ],
    closed: [
      ...closedBothWays,
      { ...fromWorld, to: INNER },
      { host: 'inside', from: MAIL_SERVER, to: OUTER, port: 25 },
      { host: 'outer', from: OUTER, to: MAIL_SERVER, port: 25 },
      { host: 'outer', from: OUTER, to: INNER, port: OTHER_PORT },
      { host: 'inner', from: INNER, to: OUTER, port: OTHER_PORT },
      { host: 'inner', from: INNER, to: OTHER_MX, port: 25 },
    ],
    forged: { host: 'world', from: FORGED, to: INNER, port: 25 },
  },
];
