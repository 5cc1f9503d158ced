import type { LimitedChannel } from './limited-channel.js';
import type { ServerOptions } from './server-options.js';

/** Whether RCPT can reach a limit on the channel: of its keywords, or of its option file. */
export function limitsRecipients({
  limits,
  options,
}: Pick<LimitedChannel, 'limits'> & { readonly options: ServerOptions | null }): boolean {
  return (
    options !== null ||
    limits.recipients < Number.POSITIVE_INFINITY ||
    limits.rejectionsBeforeDeferral < Number.POSITIVE_INFINITY ||
    limits.checksPolicyAtRecipient
  );
}
