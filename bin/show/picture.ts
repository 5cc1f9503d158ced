/*
 * `pmdf show --as dot|svg`: the policy as a graph for Graphviz, or as Graphviz draws it.
 */
import type { Configuration } from '../../runtime/index.js';
import type { Report } from '../support/index.js';
import { dotLines } from './picture/dot.js';
import { policyDrawing } from './picture/policy-drawing.js';
import { svgOf } from './picture/svg.js';

/** Draws a configuration. Throws UsageError where an SVG needs Graphviz and that is missing. */
export function showPicture({ compiled }: Configuration, form: 'dot' | 'svg', folder: string): Report {
  const dot = dotLines(policyDrawing(compiled, `the policy in ${folder}`));
  const text = form === 'dot' ? dot : svgOf(dot).trimEnd().split('\n');
  return { exitCode: 0, json: { form, text: text.join('\n') }, text: () => text };
}
