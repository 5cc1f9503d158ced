/*
 * `pmdf show --as dot|svg`: the policy as a graph for Graphviz, or as Graphviz draws it.
 */
import type { Configuration } from '../../runtime/index.js';
import type { Report } from '../support/index.js';
import { dotLines } from './picture/dot.js';
import { policyDrawing } from './picture/policy-drawing.js';
import { svgOf } from './picture/svg.js';

/** Draws a configuration. Throws UsageError where an SVG needs Graphviz and that is missing. */
export function showPicture({ compiled }: Configuration, form: 'dot' | 'svg'): Report {
  const domains = [...compiled.policy.localDomains];
  const title = ['the policy', ...(domains.length === 0 ? [] : ['for', domains.join(', ')])].join(' ');
  const dot = dotLines(policyDrawing(compiled, title));
  const text = form === 'dot' ? dot : svgOf(dot).trimEnd().split('\n');
  return { exitCode: 0, json: { form, text: text.join('\n') }, text: () => text };
}
