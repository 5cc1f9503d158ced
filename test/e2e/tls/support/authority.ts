/*
 * A private certificate authority for tests: a root, an intermediate below it, and the certificates that they issue.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { generate } from 'selfsigned';
import { type Certificate, pem } from '../../support/certificate.js';
import { leaveNothingBehind } from '../../support/last-will.js';

/** A certificate of the authority; `cert` is the chain without the root. */
export interface IssuedCertificate extends Certificate {
  /** The certificate of the server alone. */
  readonly leaf: string;
}

/** Differences from a certificate that is valid for a day. */
export interface IssueOptions {
  readonly names: readonly [string, ...string[]];
  readonly addresses?: readonly string[];
  readonly expired?: boolean;
}

/** A running authority. */
export interface Authority {
  /** The root, in PEM, and the file that holds it. */
  readonly root: string;
  readonly rootFile: string;
  readonly intermediate: string;
  issue(options: IssueOptions): Promise<IssuedCertificate>;
  remove(): void;
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>;

const HOUR_MS = 3_600_000;

/** Makes one certificate, valid from `from` to `until`, hours from now; without an issuer it signs itself. */
async function makeOne(
  subject: string,
  extensions: Extensions,
  issuer: Certificate | undefined,
  [from, until]: readonly [number, number],
): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: subject }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() + from * HOUR_MS),
    notAfterDate: new Date(Date.now() + until * HOUR_MS),
    extensions,
    ...(issuer === undefined ? {} : { ca: issuer }),
  });
  return { key: pem(made.private), cert: pem(made.cert) };
}

const certifies: Extensions = [{ name: 'basicConstraints', cA: true, critical: true }];
const twoDays = [-1, 48] as const;
const oneDay = [-1, 24] as const;
const untilYesterday = [-72, -24] as const;

/** Makes an authority with its own keys. */
export async function makeAuthority(): Promise<Authority> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pmdf-authority-'));
  const will = leaveNothingBehind(folder);
  const rootFile = path.join(folder, 'root.pem');
  const root = await makeOne('Test Root', certifies, undefined, twoDays);
  const intermediate = await makeOne('Test Intermediate', certifies, root, twoDays);
  writeFileSync(rootFile, root.cert);
  return {
    root: root.cert,
    rootFile,
    intermediate: intermediate.cert,
    issue: async ({ names, addresses = [], expired = false }) => {
      const altNames = [
        ...names.map((value) => ({ type: 2 as const, value })),
        ...addresses.map((ip) => ({ type: 7 as const, ip })),
      ];
      const { key, cert: leaf } = await makeOne(
        names[0],
        [
          { name: 'basicConstraints', cA: false },
          { name: 'subjectAltName', altNames },
        ],
        intermediate,
        expired ? untilYesterday : oneDay,
      );
      return { key, leaf, cert: leaf + intermediate.cert };
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
      will.cancel();
    },
  };
}
