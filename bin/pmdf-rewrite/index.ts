export { pmdfRewrite } from '../pmdf-rewrite.js';
