/** The clients of a page, for tests that run them in Node: a build for browsers alone puts them in the place of others. */
export { connectServices as connectFromPage } from './services-browser.js';
