/*
 * The step of a session that a server answers.
 */
import type { BackendClient } from './smtp-client.js';

const steps: ReadonlySet<string> = new Set([
  'greeting',
  'ehlo',
  'helo',
  'starttls',
  'mail',
  'rcpt',
  'data',
  'dot',
]);

/** The command that a server answers, for the log; in AUTH LOGIN smtp_client stores the password as command. */
export function stepOf({ command }: BackendClient): string {
  return steps.has(command) ? command : 'auth';
}
