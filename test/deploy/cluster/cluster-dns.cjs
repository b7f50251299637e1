// Stands for the DNS of a cluster: names of the file in CLUSTER_DNS are answered from it, others as always.
const dns = require('node:dns');
const { readFileSync } = require('node:fs');

const file = process.env['CLUSTER_DNS'] ?? '';

/** Addresses of a name, an empty list for one that has none now; null for a name that is not the cluster's. */
function known(name) {
  return JSON.parse(readFileSync(file, 'utf8'))[name] ?? null;
}

function missing(name) {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND', hostname: name });
}

const lookup = dns.lookup;
const lookupLater = dns.promises.lookup;

dns.lookup = (name, options, callback) => {
  const done = typeof options === 'function' ? options : callback;
  const found = known(name);
  if (found === null) return lookup(name, options, callback);
  const all = found.map((address) => ({ address, family: 4 }));
  if (all.length === 0) return process.nextTick(done, missing(name));
  if (typeof options === 'object' && options?.all === true) return process.nextTick(done, null, all);
  return process.nextTick(done, null, all[0].address, 4);
};

dns.promises.lookup = async (name, options) => {
  const found = known(name);
  if (found === null) return lookupLater(name, options);
  const all = found.map((address) => ({ address, family: 4 }));
  if (all.length === 0) throw missing(name);
  return options?.all === true ? all : all[0];
};
