/*
 * Where the example is: `.demo/` in the project, an ordinary Haraka install beside the mail that its sinks received.
 * A test sets DEMO_FOLDER to run an example of its own.
 */
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';

/** The channels whose mail the sinks take, in the order of their ports. */
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

/** The answer of a sink to a recipient whose local part this is: it shows that a refusal behind us reaches the client. */
export const refusedLocalPart = 'no-such-user';
