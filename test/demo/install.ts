/*
 * Writes the example install. Existing files are never overwritten, so that users can edit them; only the line `listen`
 * of smtp.ini follows the environment variable PORT.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { makeCertificateFor } from '../e2e/support/certificate.js';
import { projectRoot } from '../support/project-root.js';
import {
  certificateFile,
  configFolder,
  demoFolder,
  keyFile,
  mailFolder,
  portsFile,
  type SinkPorts,
  sinkChannels,
} from './layout.js';

/** Files for Haraka's own config folder; `pmdf init` installs them too. */
const broughtFiles = ['connection.ini', 'dhparams.pem'] as const;

const plugins = `# The plugins of the example, in the order in which they run.
tls
pmdf/switchchannel
pmdf/maytls
pmdf/access
queue/smtp_forward
pmdf/deliver
pmdf/watch
`;

function settings(ports: SinkPorts): string {
  return `# Settings of the example: where the mail of each channel goes.
# The rules, channels and tables are in pmdf.cnf and mappings, the forwarded addresses in general.txt.
delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${ports.tcp_internal}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
# The page that shows what the policy does; 0 is any free port.
watch: { listen: '127.0.0.1:0' }
`;
}

function smtpIni(port: number): string {
  return `listen=127.0.0.1:${port}\nnodes=0\n`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('there is no free port'));
        else resolve(address.port);
      });
    });
  });
}

/** Three ports that are free at the same time, one for each sink. */
async function freeSinkPorts(): Promise<SinkPorts> {
  const found = new Set<number>();
  while (found.size < sinkChannels.length) found.add(await freePort());
  const [l = 0, tcp_local = 0, tcp_internal = 0] = found;
  return { l, tcp_local, tcp_internal };
}

/** Writes a file unless it exists; a crash leaves it complete or absent. */
function writeOnce(file: string, text: string): void {
  if (!existsSync(file)) writeWhole(file, text, 0o644);
}

function writeWhole(file: string, text: string, mode: number): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.tmp`, text, { mode });
  renameSync(`${file}.tmp`, file);
}

/** Days for which the certificate of the example is valid. */
const certificateDays = 3650;

/** Makes the certificate of this example, for Haraka and the sinks, unless there is one. */
async function writeCertificateOnce(): Promise<void> {
  if (existsSync(keyFile) && existsSync(certificateFile)) return;
  const { key, cert } = await makeCertificateFor(['domain.com', 'localhost'], certificateDays);
  writeWhole(keyFile, key, 0o600);
  writeWhole(certificateFile, cert, 0o644);
}

/** Changes the port that Haraka listens on; call it only when the example is not running. */
export function followPort(port: number): void {
  const file = join(configFolder, 'smtp.ini');
  const text = readFileSync(file, 'utf8');
  const line = `listen=127.0.0.1:${port}`;
  if (text.split('\n').includes(line)) return;
  writeFileSync(file, text.replace(/^listen=.*$/m, line));
}

function harakaFolder(): string {
  const folders = ['Haraka', 'haraka'].map((name) => join(projectRoot, 'node_modules', name));
  const found = folders.find((folder) => existsSync(folder));
  if (found === undefined) throw new Error('Haraka is not installed: run `npm ci`');
  return found;
}

/** The program that runs Haraka. */
export function harakaProgram(): string {
  return join(harakaFolder(), 'bin', 'haraka');
}

/** Writes the missing files of the example install; a new one listens on `port`. */
export async function installDemo(port: number): Promise<void> {
  writeOnce(portsFile, `${JSON.stringify(await freeSinkPorts(), null, 2)}\n`);
  const ports: SinkPorts = JSON.parse(readFileSync(portsFile, 'utf8'));
  for (const file of broughtFiles) {
    writeOnce(join(configFolder, file), readFileSync(join(projectRoot, 'config', 'haraka', file), 'utf8'));
  }
  await writeCertificateOnce();
  writeOnce(join(configFolder, 'me'), 'domain.com\n');
  writeOnce(join(configFolder, 'plugins'), plugins);
  writeOnce(join(configFolder, 'smtp.ini'), smtpIni(port));
  writeOnce(join(configFolder, 'log.ini'), '[main]\nlevel=notice\nformat=default\n');
  writeOnce(join(configFolder, 'outbound.ini'), 'temp_fail_intervals=10s*6,1m*5,5m*12,1h*48\n');
  writeOnce(join(configFolder, 'smtp_forward.ini'), `host=127.0.0.1\nport=${ports.l}\nenable_tls=true\n`);
  writeOnce(join(configFolder, 'pmdf', 'pmdf.yaml'), settings(ports));
  for (const file of ['pmdf.cnf', 'mappings', 'general.txt']) {
    const target = join(configFolder, 'pmdf', file);
    if (!existsSync(target)) cpSync(join(projectRoot, 'config', file), target);
  }
  for (const folder of ['queue', 'plugins', 'node_modules'])
    mkdirSync(join(demoFolder, folder), { recursive: true });
  for (const channel of sinkChannels) mkdirSync(join(mailFolder, channel), { recursive: true });
  const link = join(demoFolder, 'node_modules', 'haraka-plugin-pmdf');
  if (!existsSync(link)) symlinkSync(projectRoot, link, 'dir');
}
