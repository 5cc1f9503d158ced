/*
 * Where the example is: `.demo/` in the project, a Haraka install and the mail that its sinks received.
 * A test sets DEMO_FOLDER to run an example of its own.
 */
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';

/** The channels that have a sink, in the order of their ports. */
export const sinkChannels = ['l', 'tcp_local', 'tcp_internal'] as const;
export type SinkChannel = (typeof sinkChannels)[number];

export const demoFolder = process.env['DEMO_FOLDER'] ?? join(projectRoot, '.demo');
export const configFolder = join(demoFolder, 'config');
export const mailFolder = join(demoFolder, 'mail');

/** The key and the certificate of the example, under the names that Haraka looks for. */
export const keyFile = join(configFolder, 'tls_key.pem');
export const certificateFile = join(configFolder, 'tls_cert.pem');

/** The port of the sink of each channel. */
export type SinkPorts = Readonly<Record<SinkChannel, number>>;

/** The file that keeps the ports of the sinks from one start to the next. */
export const portsFile = join(demoFolder, 'sink-ports.json');

/** The local part that every sink refuses, to show that the refusal of a next hop reaches the client. */
export const refusedLocalPart = 'no-such-user';
