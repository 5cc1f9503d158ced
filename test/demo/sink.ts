/*
 * The sinks of the example, in one process: they act as the mail servers of the site and of the outside world, with one
 * port for each channel, and offer STARTTLS. Each message is written to disk, with its envelope on top, before the 250.
 * Runs as a child of the example, and ends with it.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Certificate } from '../e2e/support/certificate.js';
import { type SinkMessage, type SinkReply, SinkSession } from '../e2e/support/sink-session.js';
import {
  certificateFile,
  keyFile,
  mailFolder,
  portsFile,
  refusedLocalPart,
  type SinkChannel,
  sinkChannels,
} from './layout.js';

let count = 0;

/** Syncs a folder, so that a renamed file in it survives a crash. */
function syncFolder(folder: string): void {
  const opened = openSync(folder, 'r');
  fsyncSync(opened);
  closeSync(opened);
}

/** Writes one message to disk, under a name that sorts by arrival. */
function keep(channel: SinkChannel, { envelopeFrom, envelopeTo, raw }: SinkMessage): void {
  const to = envelopeTo.map((address) => `X-Envelope-To: ${address}`);
  const envelope = [`X-Envelope-From: ${envelopeFrom}`, ...to, ''].join('\r\n');
  count += 1;
  const name = `${Date.now()}-${process.pid}-${String(count).padStart(6, '0')}.eml`;
  const folder = join(mailFolder, channel);
  mkdirSync(folder, { recursive: true });
  const file = openSync(join(folder, `${name}.tmp`), 'wx');
  writeSync(file, Buffer.concat([Buffer.from(envelope, 'utf8'), raw]));
  fsyncSync(file);
  closeSync(file);
  renameSync(join(folder, `${name}.tmp`), join(folder, name));
  syncFolder(folder);
}

function answerRecipient(recipient: string): SinkReply {
  const localPart = recipient.slice(0, recipient.lastIndexOf('@'));
  if (localPart.toLowerCase() === refusedLocalPart) return { code: 550, text: '5.1.1 no such user here' };
  return { code: 250, text: '2.1.5 recipient accepted' };
}

function answerMessage(channel: SinkChannel, message: SinkMessage): SinkReply {
  try {
    keep(channel, message);
    const security = message.isSecure ? 'under TLS' : 'in the clear';
    process.stdout.write(`sink of ${channel}: mail for ${message.envelopeTo.join(', ')}, ${security}\n`);
    return { code: 250, text: `2.0.0 accepted by the sink of ${channel}` };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    process.stderr.write(`sink of ${channel}: ${cause}\n`);
    return { code: 451, text: '4.3.0 the sink cannot write the message' };
  }
}

function startSink(channel: SinkChannel, port: number, certificate: Certificate): Promise<void> {
  const server = createServer((socket) => {
    const session = new SinkSession(socket, {
      tls: certificate,
      onRecipient: (_from, recipient) => answerRecipient(recipient),
      onMessage: (message) => answerMessage(channel, message),
    });
    session.greet();
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

/** The port of one sink, from the file of ports. */
function portOf(ports: unknown, channel: SinkChannel): number {
  const port: unknown = typeof ports === 'object' && ports !== null ? Reflect.get(ports, channel) : undefined;
  if (typeof port !== 'number') throw new Error(`${portsFile} names no port for ${channel}`);
  return port;
}

async function main(): Promise<void> {
  const ports: unknown = JSON.parse(readFileSync(portsFile, 'utf8'));
  const certificate = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certificateFile, 'utf8') };
  await Promise.all(sinkChannels.map((channel) => startSink(channel, portOf(ports, channel), certificate)));
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

main().catch((error: unknown) => {
  process.stderr.write(`the sinks cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
