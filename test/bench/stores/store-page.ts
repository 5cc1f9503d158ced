/*
 * The figures of stores on their page: a line for each store and number of questions at a time, and one for each gateway.
 */
import { cell, medianText } from '../page-block.js';
import { digits } from '../quantity.js';
import { type Figure, isMissing, type Missing, type Row, ratioTo } from '../row.js';
import type { Both, StoreFigures } from './store-figures.js';

/** A store that could not be started. */
export interface MissingStore extends Missing {
  readonly name: string;
}

function line(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(' | ')} |`;
}

/** A median without its unit, which is in the head of the column. */
function rateText(figure: Figure): string {
  return isMissing(figure) ? '-' : digits(Math.round(figure.median));
}

function ratioOf({ ours, alone }: Both): string {
  return isMissing(ours) || isMissing(alone) ? '-' : digits(ours.median / alone.median);
}

function storeLine(store: StoreFigures | MissingStore): string {
  if ('missing' in store) return line([store.name, `missing: ${store.missing}`, '', '', '', '', '']);
  const { what, rate, half, nearlyAll, postfix } = store;
  return line([
    what,
    rateText(rate.ours),
    rateText(rate.alone),
    postfix === null ? '' : rateText(postfix),
    `${medianText(half.ours)} / ${medianText(half.alone)}`,
    ratioOf(half),
    `${medianText(nearlyAll.ours)} / ${medianText(nearlyAll.alone)}`,
  ]);
}

function gatewayLine(row: Row): string {
  const [peer] = row.peers;
  const ratio = peer === undefined ? null : ratioTo(row, peer);
  return line([row.what, medianText(row.ours), ratio === null ? '' : digits(ratio)]);
}

/** The lines of the page, without the place of the run. */
export function storePageLines(
  stores: readonly (StoreFigures | MissingStore)[],
  gateways: readonly Row[],
  notes: readonly string[],
): readonly string[] {
  return [
    '| store | look-ups/s | client alone | `postmap -q -` | half within, ours / alone | ratio | 99 of 100 within, ours / alone |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...stores.map(storeLine),
    '',
    '| | messages/s | ratio to the CDB file |',
    '| --- | --- | --- |',
    ...gateways.map(gatewayLine),
    '',
    ...notes,
  ];
}
