export { pmdfRewrite } from './rewrite/pmdf-rewrite.js';
export { testRewrite } from './rewrite/test-rewrite.js';
