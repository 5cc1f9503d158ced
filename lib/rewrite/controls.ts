/*
 * Whether the conditions of a template hold, and what it sets when its rule fires.
 *   $S $A $P $X   any one; none given allows all        $M   any one of those given       $N   none of those given
 *   $Q $C         like $M and $N for the destination; not checked for an envelope To or an unknown destination
 * `norules` on a channel switches the checks of that channel off.
 * Ref: PMDF 2.2.6.10 to 2.2.6.15, 2.2.6.16
 */
import type { HostPlace } from './extract-host.js';
import type { ChannelControl, ControlItem, PlainControl } from './rule.js';
import type { RewriteContext, RoutingChannel } from './world.js';

/** An error text for an address that matches no channel. */
export interface ErrorText {
  /** An enhanced code; null is the default one. */
  readonly status: string | null;
  readonly text: string;
}

/** What a rule sets when it fires; undefined leaves it as it was. */
export interface Settings {
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

function isReprocessing(channel: RoutingChannel): boolean {
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

/** Tells which of `only` (any one of these) and `not` (none of these) does not hold for a channel. */
function whyListsFail(
  controls: readonly ControlItem[],
  channel: RoutingChannel | null,
  only: ChannelControl,
  not: ChannelControl,
): string | undefined {
  if (channel?.appliesRules === false) return undefined;
  const name = channel?.name.toLowerCase();
  let isAmong: boolean | undefined;
  for (const control of controls) {
    if (control.kind !== 'channel-control') continue;
    const isIt = control.channel.toLowerCase() === name;
    if (control.letter === only) isAmong = isAmong === true || isIt;
    if (control.letter === not && isIt) return `\`$${not}\`: the channel is \`${name}\``;
  }
  return isAmong === false ? `\`$${only}\`: the channel is \`${name ?? 'not known'}\`` : undefined;
}

function whyReprocessingFails(
  controls: readonly ControlItem[],
  source: RoutingChannel | null,
): string | undefined {
  if (source?.appliesRules === false) return undefined;
  const reprocessing = source !== null && isReprocessing(source);
  for (const control of controls) {
    if (control.kind !== 'reprocessing-control') continue;
    if ((control.letter === 'M') !== reprocessing)
      return `\`$1${control.letter}\`: not so for the source channel`;
  }
  return undefined;
}

/** Tells which condition keeps a rule from firing; undefined when none does. */
export function whyControlsFail(
  controls: readonly ControlItem[],
  context: RewriteContext,
  from: HostPlace,
): string | undefined {
  let isPlace: boolean | undefined;
  let namesChannels = false;
  for (const control of controls) {
    if (control.kind === 'channel-control' || control.kind === 'reprocessing-control') namesChannels = true;
    if (control.kind !== 'plain-control') continue;
    const { letter } = control;
    const why = whyPlainFails(letter, context);
    if (why !== undefined) return why;
    if (/[SAPX]/.test(letter)) isPlace = isPlace === true || letter === placeLetters[from];
  }
  if (isPlace === false) return `the host came from ${from}`;
  if (!namesChannels) return undefined;
  const { sourceChannel, destinationChannel } = context;
  const whySource =
    whyListsFail(controls, sourceChannel, 'M', 'N') ?? whyReprocessingFails(controls, sourceChannel);
  if (whySource !== undefined) return whySource;
  const isEnvelopeTo = context.location === 'envelope' && context.direction === 'forward';
  if (isEnvelopeTo || destinationChannel === null) return undefined;
  return whyListsFail(controls, destinationChannel, 'Q', 'C');
}

const noSettings: Settings = { tag: undefined, errorText: undefined };

/** What the controls of a rule set when it fires; the last of several counts. */
export function settingsOf(controls: readonly ControlItem[]): Settings {
  if (controls.length === 0) return noSettings;
  let tag: string | undefined;
  let errorText: ErrorText | undefined;
  for (const control of controls) {
    if (control.kind === 'set-tag') tag = control.tag;
    if (control.kind === 'error-text') errorText = { status: control.status, text: control.text };
  }
  return { tag, errorText };
}
