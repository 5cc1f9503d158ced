/*
 * A histogram of times. It is filled with each decision and each look-up, and read once in a while: what is counted are plain
 * numbers, which take the form of prom-client when they are asked for.
 * Ref: Prometheus, Exposition formats, Histograms and summaries
 */
import { Histogram, type MetricObjectWithValues, type MetricValue } from 'prom-client';

/** From ten microseconds to half a minute, in seconds. */
const upperBounds = [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

interface Times {
  readonly labels: Readonly<Record<string, string>>;
  /** How many times were at most the upper bound and above the one before; the last are above all bounds. */
  readonly counts: number[];
  sum: number;
}

export interface TimeHistogramNames<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
}

export class TimeHistogram<Label extends string> {
  readonly #names: TimeHistogramNames<Label>;
  readonly #form: Histogram<Label>;
  /** By the values of the labels, each ended by a line end. */
  readonly #times = new Map<string, Times>();

  constructor(names: TimeHistogramNames<Label>) {
    this.#names = names;
    this.#form = new Histogram({ ...names, buckets: upperBounds, registers: [] });
  }

  /** Counts a time under values of the labels, in the order of their names. */
  observe(seconds: number, ...values: readonly string[]): void {
    let key = '';
    for (const value of values) key += `${value}\n`;
    let times = this.#times.get(key);
    if (times === undefined) {
      const labels = this.#names.labelNames.map((label, at) => [label, values[at] ?? ''] as const);
      const counts = Array<number>(upperBounds.length + 1).fill(0);
      times = { labels: Object.fromEntries(labels), counts, sum: 0 };
      this.#times.set(key, times);
    }
    let at = 0;
    while (seconds > (upperBounds[at] ?? Number.POSITIVE_INFINITY)) at += 1;
    times.counts[at] = (times.counts[at] ?? 0) + 1;
    times.sum += seconds;
  }

  async metric(): Promise<MetricObjectWithValues<MetricValue<string>>> {
    const { name } = this.#names;
    const values = [...this.#times.values()].flatMap(({ labels, counts, sum }) => {
      let count = 0;
      const buckets = counts.map((added, at) => {
        count += added;
        const le = upperBounds[at] ?? '+Inf';
        return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
      });
      return [
        ...buckets,
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: count },
      ];
    });
    return { ...(await this.#form.get()), values };
  }
}
