// What the prelude needs of the engine, taken before the script can change it. `__proto__: null` below keeps
// what the script adds to Object.prototype out of what is sent to the host.
const { Error, TypeError, Object, Promise, Symbol, Uint8Array, ArrayBuffer, Map, Set, Proxy } = globalThis;
const EngineDate = globalThis.Date;
const { stringify, parse } = JSON;
const { construct, ownKeys } = Reflect;
const { isArray } = Array;
const { isFinite, trunc } = { isFinite: Number.isFinite, trunc: Math.trunc };
const { defineProperty, freeze, getPrototypeOf } = Object;
const isView = ArrayBuffer.isView;
const text = globalThis.String;
const bindThis = Function.prototype.bind.bind(Function.prototype.call);
const wellFormed = bindThis(text.prototype.toWellFormed);
const slice = bindThis(text.prototype.slice);
const upper = bindThis(text.prototype.toUpperCase);
const lower = bindThis(text.prototype.toLowerCase);
const then = bindThis(Promise.prototype.then);
const engineNow = EngineDate.now;
const dateString = bindThis(EngineDate.prototype.toString);
const dateValue = bindThis(EngineDate.prototype.getTime);
const mapEach = bindThis(Map.prototype.forEach);
const mapGet = bindThis(Map.prototype.get);
const mapSet = bindThis(Map.prototype.set);
const mapHas = bindThis(Map.prototype.has);
const setEach = bindThis(Set.prototype.forEach);
const setAdd = bindThis(Set.prototype.add);
const iterator = Symbol.iterator;

// Asks the host and has the answer at once.
const ask = (kind, value) => {
  const answer = host(kind, stringify(value) ?? 'null');
  return answer === undefined ? undefined : parse(answer);
};

// Asks the host for what takes time.
const waiting = { __proto__: null };
const call = (kind, value) =>
  new Promise((resolve, reject) => {
    const id = host('call', stringify({ __proto__: null, [kind]: value }));
    waiting[id] = { __proto__: null, resolve, reject };
  });
const settle = (id, ok, answer) => {
  const { resolve, reject } = waiting[id];
  delete waiting[id];
  if (ok) resolve(parse(answer));
  else reject(new Error(answer));
};

const define = (name, value) =>
  defineProperty(globalThis, name, { __proto__: null, value, writable: true, configurable: true, enumerable: false });
