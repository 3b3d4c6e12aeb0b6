// The globals that scripts know from the web.

// The clock starts at the time of the run.
let clockAhead = 0;
const now = () => engineNow() + clockAhead;
function Date(...parts) {
  if (new.target === undefined) return dateString(new EngineDate(now()));
  return construct(EngineDate, parts.length === 0 ? [now()] : parts, new.target);
}
Date.prototype = EngineDate.prototype;
defineProperty(EngineDate.prototype, 'constructor', { __proto__: null, value: Date, writable: true, configurable: true, enumerable: false });
defineProperty(Date, 'length', { __proto__: null, value: 7 });
defineProperty(Date, 'now', { __proto__: null, value: now, writable: true, configurable: true });
defineProperty(Date, 'parse', { __proto__: null, value: EngineDate.parse, writable: true, configurable: true });
defineProperty(Date, 'UTC', { __proto__: null, value: EngineDate.UTC, writable: true, configurable: true });
define('Date', Date);

// Code from strings is not run.
const noEval = function () {
  throw new Error('code from strings is not available in Guildhall');
};
const kinds = [function () {}, async function () {}, function* () {}, async function* () {}];
for (let i = 0; i < kinds.length; i++) {
  const prototype = getPrototypeOf(kinds[i]);
  defineProperty(prototype, 'constructor', { __proto__: null, value: noEval });
}
defineProperty(noEval, 'prototype', { __proto__: null, value: getPrototypeOf(kinds[0]) });
define('Function', noEval);
delete globalThis.eval;

const show = (value) => {
  if (typeof value === 'string') return value;
  try {
    if (value instanceof Error) return text(value.stack ? `${value}\n${value.stack}` : value);
    if (typeof value === 'object' && value !== null) return stringify(value) ?? text(value);
    return text(value);
  } catch {
    return '[value]';
  }
};
const log = (...values) => {
  let line = '';
  for (let i = 0; i < values.length; i++) line += (i === 0 ? '' : ' ') + show(values[i]);
  host('log', stringify(wellFormed(slice(line, 0, 1000))));
};
define('console', { log, info: log, warn: log, error: log, debug: log, trace: log });

// The string itself, or the error that says what it should have been.
const string = (what, value) => {
  if (typeof value !== 'string') throw new TypeError(`${what} must be a string`);
  return value;
};

class URLSearchParams {
  #pairs = [];
  #changed = null;
  constructor(init = '', changed = null) {
    this.#changed = changed;
    if (typeof init === 'object' && init !== null) {
      if (typeof init[iterator] === 'function') {
        for (const [name, value] of init) this.#pairs.push([text(name), text(value)]);
      } else {
        for (const name of Object.keys(init)) this.#pairs.push([name, text(init[name])]);
      }
    } else {
      this.#pairs = ask('query.parse', wellFormed(text(init)));
    }
  }
  #change() {
    if (this.#changed !== null) this.#changed(this.toString());
  }
  get size() {
    return this.#pairs.length;
  }
  append(name, value) {
    this.#pairs.push([text(name), text(value)]);
    this.#change();
  }
  delete(name, value) {
    this.#pairs = this.#pairs.filter(([n, v]) => n !== text(name) || (value !== undefined && v !== text(value)));
    this.#change();
  }
  get(name) {
    const found = this.#pairs.find(([n]) => n === text(name));
    return found === undefined ? null : found[1];
  }
  getAll(name) {
    return this.#pairs.filter(([n]) => n === text(name)).map(([, value]) => value);
  }
  has(name, value) {
    return this.#pairs.some(([n, v]) => n === text(name) && (value === undefined || v === text(value)));
  }
  set(name, value) {
    const at = this.#pairs.findIndex(([n]) => n === text(name));
    if (at === -1) this.#pairs.push([text(name), text(value)]);
    else this.#pairs = this.#pairs.filter(([n], i) => n !== text(name) || i === at).map((p, i) => (i === at ? [p[0], text(value)] : p));
    this.#change();
  }
  sort() {
    this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#change();
  }
  forEach(each, self) {
    for (const [name, value] of this) each.call(self, value, name, this);
  }
  *entries() {
    for (const [name, value] of this.#pairs) yield [name, value];
  }
  *keys() {
    for (const [name] of this.#pairs) yield name;
  }
  *values() {
    for (const [, value] of this.#pairs) yield value;
  }
  [iterator]() {
    return this.entries();
  }
  toString() {
    return ask('query.write', this.#pairs.map(([name, value]) => [wellFormed(name), wellFormed(value)]));
  }
}
define('URLSearchParams', URLSearchParams);

class URL {
  #parts;
  #query = null;
  constructor(url, base) {
    this.#parts = URL.#parse(url, base);
    if (this.#parts === null) throw new TypeError('Invalid URL');
  }
  static #parse(url, base) {
    return ask('url.parse', [wellFormed(text(url)), base === undefined ? null : wellFormed(text(base))]);
  }
  static canParse(url, base) {
    return URL.#parse(url, base) !== null;
  }
  static parse(url, base) {
    return URL.canParse(url, base) ? new URL(url, base) : null;
  }
  static {
    const parts = ['protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'];
    for (const part of parts) {
      defineProperty(URL.prototype, part, {
        __proto__: null,
        get() {
          return this.#parts[part];
        },
        set(value) {
          this.#parts = ask('url.set', [this.#parts.href, part, wellFormed(text(value))]);
          if (part === 'search') this.#query = null;
        },
        enumerable: true,
        configurable: true,
      });
    }
  }
  get href() {
    return this.#parts.href;
  }
  set href(url) {
    const parts = URL.#parse(url);
    if (parts === null) throw new TypeError('Invalid URL');
    this.#parts = parts;
    this.#query = null;
  }
  get origin() {
    return this.#parts.origin;
  }
  get searchParams() {
    this.#query ??= new URLSearchParams(this.#parts.search, (query) => {
      this.#parts = ask('url.set', [this.#parts.href, 'search', query]);
    });
    return this.#query;
  }
  toString() {
    return this.#parts.href;
  }
  toJSON() {
    return this.#parts.href;
  }
}
define('URL', URL);

const view = (value) => {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError('expected an ArrayBuffer or a view of one');
};
define(
  'TextEncoder',
  class TextEncoder {
    get encoding() {
      return 'utf-8';
    }
    encode(value = '') {
      return bytes('encode', wellFormed(text(value)));
    }
  },
);
define(
  'TextDecoder',
  class TextDecoder {
    #fatal;
    constructor(label = 'utf-8', options = {}) {
      const name = lower(text(label));
      if (name !== 'utf-8' && name !== 'utf8') throw new TypeError(`the encoding ${label} is not available in Guildhall`);
      this.#fatal = Boolean(options.fatal);
    }
    get encoding() {
      return 'utf-8';
    }
    get fatal() {
      return this.#fatal;
    }
    decode(value) {
      if (value === undefined) return '';
      return bytes(this.#fatal ? 'decode.fatal' : 'decode', view(value));
    }
  },
);
define('crypto', {
  randomUUID: () => ask('uuid'),
  getRandomValues: (array) => {
    const target = view(array);
    if (target.length > 65536) throw new Error('getRandomValues fills at most 65536 bytes');
    target.set(bytes('random', text(target.length)));
    return array;
  },
});

const cloned = (value, seen) => {
  if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError('a function or symbol cannot be cloned');
  if (typeof value !== 'object' || value === null) return value;
  if (mapHas(seen, value)) return mapGet(seen, value);
  const keep = (copy) => (mapSet(seen, value, copy), copy);
  if (value instanceof EngineDate) return keep(new EngineDate(dateValue(value)));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof ArrayBuffer || isView(value)) return keep(value.slice());
  if (value instanceof Map) {
    const copy = keep(new Map());
    mapEach(value, (item, key) => mapSet(copy, cloned(key, seen), cloned(item, seen)));
    return copy;
  }
  if (value instanceof Set) {
    const copy = keep(new Set());
    setEach(value, (item) => setAdd(copy, cloned(item, seen)));
    return copy;
  }
  if (value instanceof Error) {
    const copy = keep(new Error(value.message));
    copy.name = value.name;
    return copy;
  }
  const copy = keep(isArray(value) ? [] : {});
  for (const key of Object.keys(value)) copy[key] = cloned(value[key], seen);
  return copy;
};
define('structuredClone', (value) => cloned(value, new Map()));

let timers = 0;
const running = { __proto__: null };
const every = (again) => (callback, delay = 0, ...values) => {
  if (typeof callback !== 'function') throw new TypeError('the callback of a timer must be a function');
  const id = ++timers;
  const ms = isFinite(+delay) && delay > 0 ? trunc(+delay) : 0;
  const wait = () =>
    then(call('sleep', { __proto__: null, ms }), () => {
      if (!running[id]) return;
      if (again) wait();
      else delete running[id];
      callback(...values);
    });
  running[id] = true;
  wait();
  return id;
};
const clear = (id) => {
  delete running[id];
};
define('setTimeout', every(false));
define('setInterval', every(true));
define('clearTimeout', clear);
define('clearInterval', clear);
