export { pmdfRewrite } from './pmdf-rewrite.js';
export { testRewrite } from './test-rewrite.js';
