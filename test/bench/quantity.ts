/*
 * Numbers for people: with three digits, and microseconds in the unit that suits them.
 */
import type { Figure, Sample, Unit } from './row.js';

interface Scale {
  readonly factor: number;
  readonly unit: Unit;
}

function scaleFor(value: number, unit: Unit): Scale {
  if (unit !== 'us' || value < 1_000) return { factor: 1, unit };
  return value < 1_000_000 ? { factor: 1_000, unit: 'ms' } : { factor: 1_000_000, unit: 's' };
}

/** A number with three digits, or with all those before the point; one near zero with the digit that shows that it is not zero. */
export function digits(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return size >= 0.01 ? value.toFixed(2) : String(Number(value.toPrecision(1)));
}

/** A number with its unit: `1752 msg/s`, `1.50 ms`. */
export function quantity(value: number, unit: Unit): string {
  const scale = scaleFor(value, unit);
  return `${digits(value / scale.factor)} ${scale.unit}`;
}

/** The smallest and the largest of a sample, in the unit in which its median is printed. */
function range({ median, minimum, maximum, unit }: Sample): string {
  if (minimum === maximum) return '';
  const { factor } = scaleFor(median, unit);
  return ` (${digits(minimum / factor)} to ${digits(maximum / factor)})`;
}

/** A figure in words: its median, the smallest and the largest; or what is missing. */
export function figureText(figure: Figure): string {
  if ('missing' in figure) return `missing: ${figure.missing}`;
  return `${quantity(figure.median, figure.unit)}${range(figure)}`;
}
