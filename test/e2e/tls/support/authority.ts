// A private certificate authority for tests: a root, an intermediate below it, and what they issue, made by openssl.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Certificate } from '../../support/certificate.js';
import { leaveNothingBehind } from '../../support/last-will.js';
import { requireProgram, runSuccessfully } from '../../support/program.js';

/** A certificate of the authority; `cert` is the whole chain, the root left out. */
export interface IssuedCertificate extends Certificate {
  /** The certificate of the server alone. */
  readonly leaf: string;
}

/** What differs from a certificate that is good for a day. */
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

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Makes an authority with keys of its own. */
export async function makeAuthority(): Promise<Authority> {
  const openssl = requireProgram('/usr/bin/openssl');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pmdf-authority-'));
  const will = leaveNothingBehind(folder);
  const file = (name: string): string => path.join(folder, name);
  const text = (name: string): string => readFileSync(file(name), 'utf8');
  const run = (...args: string[]): Promise<unknown> => runSuccessfully(openssl, args, { cwd: folder });

  const sign = async (
    name: string,
    issuer: string,
    subject: string,
    extensions: string,
    days: string,
  ): Promise<void> => {
    writeFileSync(file(`${name}.ext`), extensions);
    await run(
      'req',
      '-new',
      ...curve,
      '-subj',
      `/CN=${subject}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
    );
    await run(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`],
      ...['-days', days, '-extfile', `${name}.ext`, '-out', `${name}.pem`],
    );
  };

  await run(
    ...['req', '-x509', ...curve, '-days', '2', '-subj', '/CN=Test Root'],
    ...['-keyout', 'root.key', '-out', 'root.pem'],
  );
  await sign('middle', 'root', 'Test Intermediate', 'basicConstraints=critical,CA:TRUE\n', '2');
  let count = 0;
  return {
    root: text('root.pem'),
    rootFile: file('root.pem'),
    intermediate: text('middle.pem'),
    issue: async ({ names, addresses = [], expired = false }) => {
      count += 1;
      const name = `issued-${count}`;
      const subjects = [...names.map((one) => `DNS:${one}`), ...addresses.map((one) => `IP:${one}`)];
      const extensions = `basicConstraints=CA:FALSE\nsubjectAltName=${subjects.join(',')}\n`;
      await sign(name, 'middle', names[0], extensions, expired ? '-1' : '1');
      const leaf = text(`${name}.pem`);
      return { key: text(`${name}.key`), leaf, cert: leaf + text('middle.pem') };
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
      will.cancel();
    },
  };
}

/** Parameters that Haraka would otherwise spend a minute on. Ref: RFC 7919 appendix A.1 */
export async function dhParameters(): Promise<string> {
  const openssl = requireProgram('/usr/bin/openssl');
  const { stdout } = await runSuccessfully(openssl, [
    ...['genpkey', '-genparam', '-algorithm', 'DH', '-pkeyopt', 'group:ffdhe2048'],
  ]);
  return stdout;
}
