/*
 * Whether the conditions of a template hold, and what it sets when its rule fires.
 *   $S $A $P $X   any one; none given allows all        $M   any one of those given       $N   none of those given
 *   $Q $C         like $M and $N for the destination; not checked for an envelope To or an unknown destination
 * `norules` on a channel switches the checks of that channel off.
 * Ref: PMDF 2.2.6.10 to 2.2.6.15, 2.2.6.16
 */
import type { HostPlace } from './extract-host.js';
import type { RewriteContext, RoutingChannel } from './rewrite-context.js';
import type { ChannelControl, Control, PlainControl } from './rule.js';

/** An error text for an address that matches no channel. */
export interface ErrorText {
  /** An enhanced code; null is the default one. */
  readonly status: string | null;
  readonly text: string;
}

/** What a rule sets when it fires; undefined leaves it as it was. */
export interface RuleSettings {
  readonly tag: string | undefined;
  readonly errorText: ErrorText | undefined;
}

const placeLetters = { route: 'S', at: 'A', percent: 'P', bang: 'X' } as const;

const reprocessingFamilies: ReadonlySet<string> = new Set([
  'process',
  'reprocess',
  'conversion',
  'defragment',
]);

/** Whether a channel only puts mail back into the queues. */
export function isReprocessing(channel: RoutingChannel): boolean {
  return reprocessingFamilies.has(channel.name.toLowerCase().replace(/_.*$/, ''));
}

function whyPlainFails(letter: PlainControl, context: RewriteContext): string | undefined {
  switch (letter) {
    case 'E':
      return context.location === 'envelope' ? undefined : '`$E`: not an envelope address';
    case 'B':
      return context.location === 'header' ? undefined : '`$B`: not a header address';
    case 'F':
      return context.direction === 'forward' ? undefined : '`$F`: not a forward-pointing address';
    case 'R':
      return context.direction === 'backward' ? undefined : '`$R`: not a backward-pointing address';
    case 'S':
    case 'A':
    case 'P':
    case 'X':
      return undefined;
  }
}

/** Tells why `$M` and `$N`, or `$Q` and `$C`, fail for a channel, null when it is unknown. */
function whyChannelFails(
  controls: readonly Control[],
  [only, not]: readonly [ChannelControl, ChannelControl],
  channel: RoutingChannel | null,
): string | undefined {
  if (channel?.appliesRules === false) return undefined;
  const named = (letter: ChannelControl): string[] =>
    controls.flatMap((one) =>
      one.kind === 'channel-control' && one.letter === letter ? [one.channel.toLowerCase()] : [],
    );
  const name = channel?.name.toLowerCase();
  const allowed = named(only);
  if (allowed.length > 0 && (name === undefined || !allowed.includes(name))) {
    return `\`$${only}\`: the channel is \`${name ?? 'not known'}\``;
  }
  if (name !== undefined && named(not).includes(name)) return `\`$${not}\`: the channel is \`${name}\``;
  return undefined;
}

function whyReprocessingFails(letter: 'M' | 'N', source: RoutingChannel | null): string | undefined {
  if (source?.appliesRules === false) return undefined;
  const reprocessing = source !== null && isReprocessing(source);
  return (letter === 'M') === reprocessing ? undefined : `\`$1${letter}\`: not so for the source channel`;
}

/** Tells which condition keeps a rule from firing; undefined when none does. */
export function whyControlsFail(
  controls: readonly Control[],
  context: RewriteContext,
  from: HostPlace,
): string | undefined {
  const { location, direction, sourceChannel, destinationChannel } = context;
  let places = '';
  let why: string | undefined;
  let namesChannels = false;
  for (const control of controls) {
    if (control.kind === 'channel-control') namesChannels = true;
    else if (control.kind === 'reprocessing-control')
      why ??= whyReprocessingFails(control.letter, sourceChannel);
    else if (control.kind === 'plain-control') {
      if ('SAPX'.includes(control.letter)) places += control.letter;
      else why ??= whyPlainFails(control.letter, context);
    }
  }
  if (why !== undefined) return why;
  if (places !== '' && !places.includes(placeLetters[from])) return `the host came from ${from}`;
  if (!namesChannels) return undefined;
  const whySource = whyChannelFails(controls, ['M', 'N'], sourceChannel);
  if (whySource !== undefined) return whySource;
  const isEnvelopeTo = location === 'envelope' && direction === 'forward';
  if (isEnvelopeTo || destinationChannel === null) return undefined;
  return whyChannelFails(controls, ['Q', 'C'], destinationChannel);
}

/** What the controls of a rule set when it fires; the last of several counts. */
export function settingsOf(controls: readonly Control[]): RuleSettings {
  let tag: string | undefined;
  let errorText: ErrorText | undefined;
  for (const control of controls) {
    if (control.kind === 'set-tag') tag = control.tag;
    if (control.kind === 'error-text') errorText = { status: control.status, text: control.text };
  }
  return { tag, errorText };
}
