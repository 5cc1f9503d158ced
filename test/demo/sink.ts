/*
 * The sinks of the example, in one process: they stand for the mail servers behind and for the outside world, one port
 * for each channel. A message is a file on disk, with its envelope on top, before the sink says 250.
 * Run as a child of the example; ends when its parent does.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerAddress, type SMTPServerSession } from 'smtp-server';
import { mailFolder, portsFile, refusedLocalPart, type SinkChannel, sinkChannels } from './layout.js';

let count = 0;

/** Puts one message on disk under a name that sorts by arrival. */
function keep(channel: SinkChannel, session: SMTPServerSession, message: Buffer): void {
  const { mailFrom, rcptTo } = session.envelope;
  const from = mailFrom === false ? '' : mailFrom.address;
  const envelope = [
    `X-Envelope-From: ${from}`,
    ...rcptTo.map(({ address }) => `X-Envelope-To: ${address}`),
    '',
  ];
  count += 1;
  const name = `${Date.now()}-${process.pid}-${String(count).padStart(6, '0')}.eml`;
  const folder = join(mailFolder, channel);
  mkdirSync(folder, { recursive: true });
  const file = openSync(join(folder, `${name}.tmp`), 'wx');
  writeSync(file, Buffer.concat([Buffer.from(envelope.join('\r\n'), 'utf8'), message]));
  fsyncSync(file);
  closeSync(file);
  renameSync(join(folder, `${name}.tmp`), join(folder, name));
}

function refusal(): Error {
  return Object.assign(new Error('5.1.1 no such user here'), { responseCode: 550 });
}

function startSink(channel: SinkChannel, port: number): Promise<void> {
  const server = new SMTPServer({
    banner: `sink of ${channel}`,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onRcptTo({ address }: SMTPServerAddress, _session, done) {
      const localPart = address.slice(0, address.lastIndexOf('@'));
      done(localPart.toLowerCase() === refusedLocalPart ? refusal() : null);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        try {
          keep(channel, session, Buffer.concat(chunks));
          done();
        } catch (error) {
          done(error instanceof Error ? error : new Error(String(error)));
        }
      });
    },
  });
  server.on('error', (error) => {
    process.stderr.write(`sink of ${channel}: ${error.message}\n`);
  });
  return new Promise((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.server.off('error', reject);
      resolve();
    });
  });
}

/** Reads the port of one sink from the file that keeps them. */
function portOf(ports: unknown, channel: SinkChannel): number {
  const port: unknown = typeof ports === 'object' && ports !== null ? Reflect.get(ports, channel) : undefined;
  if (typeof port !== 'number') throw new Error(`${portsFile} names no port for ${channel}`);
  return port;
}

async function main(): Promise<void> {
  const ports: unknown = JSON.parse(readFileSync(portsFile, 'utf8'));
  await Promise.all(sinkChannels.map((channel) => startSink(channel, portOf(ports, channel))));
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

main().catch((error: unknown) => {
  process.stderr.write(`the sinks cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
