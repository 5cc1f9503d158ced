/*
 * Line charts as SVG: sizes in powers of ten to the right, a time upwards from zero, each point with its smallest and largest
 * value. The chart has a background of its own, so that it can be read on a light and on a dark page.
 */
import { digits, quantity } from './quantity.js';
import { type Figure, isMissing, type Sample } from './row.js';

/** One line; a point that is missing is left out. */
export interface Line {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly figure: Figure }[];
}

/** What a chart shows. All figures are in microseconds. */
export interface Chart {
  /** The name of the file, without `.svg`. */
  readonly name: string;
  readonly title: string;
  /** What is counted to the right. */
  readonly x: string;
  /** What takes time. */
  readonly y: string;
  readonly lines: readonly Line[];
}

interface Point {
  readonly x: number;
  readonly sample: Sample;
}

const width = 720;
const height = 420;
const plot = { left: 86, right: 560, top: 64, bottom: 340 } as const;
const colours = ['#0969da', '#bc4c00', '#1a7f37', '#8250df'];
const labelDistance = 18;

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function pointsOf(line: Line): readonly Point[] {
  return line.points.flatMap(({ x, figure }) => (isMissing(figure) ? [] : [{ x, sample: figure }]));
}

/** A step of 1, 2 or 5 times a power of ten, of which at most six make the whole. */
function stepFor(whole: number): number {
  const power = 10 ** Math.floor(Math.log10(whole / 6));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step * 6 >= whole) ?? 10 * power;
}

function largestOf(values: readonly number[]): number {
  return values.reduce((largest, value) => Math.max(largest, value), 0);
}

/** Where values are in the picture. */
interface Scales {
  readonly x: (size: number) => string;
  readonly y: (time: number) => string;
  readonly top: number;
  readonly step: number;
  readonly sizes: readonly number[];
}

function scalesFor(lines: readonly (readonly Point[])[]): Scales {
  const sizes = [...new Set(lines.flatMap((points) => points.map(({ x }) => x)))].toSorted((a, b) => a - b);
  const largest = largestOf(lines.flatMap((points) => points.map(({ sample }) => sample.maximum)));
  const step = stepFor(largest > 0 ? largest : 1);
  const top = step * Math.max(1, Math.ceil(largest / step));
  const from = Math.log10(sizes[0] ?? 1);
  const decades = Math.max(Math.log10(sizes.at(-1) ?? 1) - from, Number.EPSILON);
  return {
    x: (size) => (plot.left + ((Math.log10(size) - from) / decades) * (plot.right - plot.left)).toFixed(1),
    y: (time) => (plot.bottom - (time / top) * (plot.bottom - plot.top)).toFixed(1),
    top,
    step,
    sizes,
  };
}

function axes(chart: Chart, { x, y, top, step, sizes }: Scales): readonly string[] {
  const inMilliseconds = top >= 2_000;
  const times = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  const middle = (plot.top + plot.bottom) / 2;
  return [
    ...times.flatMap((time) => [
      `<path class="grid" d="M${plot.left} ${y(time)} H${plot.right}"/>`,
      `<text x="${plot.left - 10}" y="${y(time)}" dy="5" text-anchor="end">${digits(inMilliseconds ? time / 1_000 : time)}</text>`,
    ]),
    ...sizes.map(
      (size) =>
        `<text x="${x(size)}" y="${plot.bottom + 24}" text-anchor="middle">${size.toLocaleString('en').replaceAll(',', ' ')}</text>`,
    ),
    `<path class="axis" d="M${plot.left} ${plot.top} V${plot.bottom} H${plot.right}"/>`,
    `<text class="label" x="${(plot.left + plot.right) / 2}" y="${plot.bottom + 54}" text-anchor="middle">${escaped(chart.x)}</text>`,
    `<text class="label" transform="translate(26 ${middle}) rotate(-90)" text-anchor="middle">${escaped(chart.y)} (${inMilliseconds ? 'ms' : 'µs'})</text>`,
  ];
}

function drawn(points: readonly Point[], colour: string, { x, y }: Scales): readonly string[] {
  const [first, ...rest] = points.map(({ x: size, sample }) => `${x(size)} ${y(sample.median)}`);
  const ranges = points.map(
    ({ x: size, sample }) => `M${x(size)} ${y(sample.minimum)} V${y(sample.maximum)}`,
  );
  return [
    `<path class="range" stroke="${colour}" d="${ranges.join(' ')}"/>`,
    `<path class="line" stroke="${colour}" d="M${[first, ...rest].join(' L')}"/>`,
    ...points.map(
      ({ x: size, sample }) => `<circle cx="${x(size)}" cy="${y(sample.median)}" r="4" fill="${colour}"/>`,
    ),
  ];
}

/** The names of the lines at their right ends, far enough from each other. */
function names(chart: Chart, lines: readonly (readonly Point[])[], { y }: Scales): readonly string[] {
  const ends = lines
    .map((points, index) => ({ index, at: Number(y(points.at(-1)?.sample.median ?? 0)) }))
    .toSorted((one, other) => one.at - other.at);
  let lowest = Number.NEGATIVE_INFINITY;
  const placed = ends.map(({ index, at }) => {
    lowest = Math.max(at, lowest + labelDistance);
    return { index, at: lowest };
  });
  const overflow = Math.max(0, lowest - plot.bottom);
  return placed.map(
    ({ index, at }) =>
      `<text x="${plot.right + 14}" y="${(at - overflow).toFixed(1)}" dy="5" fill="${colours[index % colours.length]}">${escaped(chart.lines[index]?.name ?? '')}</text>`,
  );
}

/** All values in words, for those who do not see the picture. */
function description(chart: Chart): string {
  const lines = chart.lines.map((line) => {
    const values = pointsOf(line).map(({ x, sample }) => `${quantity(sample.median, 'us')} at ${x}`);
    return `${line.name}: ${values.join(', ')}`;
  });
  return `${chart.y} by ${chart.x}. ${lines.join('; ')}.`;
}

/** The chart as a complete SVG file. */
export function chartSvg(chart: Chart): string {
  const lines = chart.lines.map(pointsOf);
  const scales = scalesFor(lines);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc" font-family="Helvetica, Arial, sans-serif" font-size="14" fill="#1f2328">
  <title id="title">${escaped(chart.title)}</title>
  <desc id="desc">${escaped(description(chart))}</desc>
  <style>
    .card { fill: #ffffff; stroke: #d0d7de }
    .name { font-weight: bold; font-size: 16px }
    .label { fill: #57606a }
    .grid { stroke: #d8dee4; fill: none }
    .axis { stroke: #57606a; stroke-width: 1.5; fill: none }
    .line { stroke-width: 2.5; fill: none }
    .range { stroke-width: 1.5; stroke-opacity: 0.5; fill: none }
  </style>
  <rect class="card" x="1" y="1" width="${width - 2}" height="${height - 2}" rx="10"/>
  <text class="name" x="24" y="36">${escaped(chart.title)}</text>
${[
  ...axes(chart, scales),
  ...lines.flatMap((points, index) => drawn(points, colours[index % colours.length] ?? '#1f2328', scales)),
  ...names(chart, lines, scales),
]
  .map((element) => `  ${element}`)
  .join('\n')}
</svg>
`;
}
