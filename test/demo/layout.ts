/*
 * Where the example lies: `.demo/` in the project, an ordinary Haraka install beside the mail that its sinks received.
 */
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';

/** The channels whose mail the sinks take, in the order of their ports. */
export const sinkChannels = ['l', 'tcp_local', 'tcp_internal'] as const;
export type SinkChannel = (typeof sinkChannels)[number];

export const demoFolder = join(projectRoot, '.demo');
export const configFolder = join(demoFolder, 'config');
export const mailFolder = join(demoFolder, 'mail');

/** The port of the sink of each channel. */
export type SinkPorts = Readonly<Record<SinkChannel, number>>;

/** The file that keeps the ports of the sinks from one start to the next. */
export const portsFile = join(demoFolder, 'sink-ports.json');

/** The answer of a sink to a recipient whose local part this is: it shows that a refusal behind us reaches the client. */
export const refusedLocalPart = 'no-such-user';
