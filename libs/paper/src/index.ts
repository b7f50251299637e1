export { Paper, type PaperOptions } from './paper.js';
