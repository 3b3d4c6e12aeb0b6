// What the worker calls.

// Runs the module's top level and finds the function it exports.
const load = (main, name) => {
  const module = { exports: {} };
  const require = (wanted) => {
    throw new Error(`Cannot find module '${text(wanted)}': npm packages and Node's modules are not available in Guildhall; use fetch and the web's globals`);
  };
  main(module.exports, require, module);
  const handler = module.exports?.[name];
  return typeof handler === 'function' ? handler : undefined;
};

// A promise for what the function returned, where that is none of the engine's.
const settled = async (returned) => {
  await returned;
};

// What was thrown, as text. It may be anything, and looking at it may throw.
const describe = (thrown) => {
  const read = (name) => {
    try {
      const value = thrown[name];
      return value === undefined || value === null ? '' : wellFormed(slice(text(value), 0, 4000));
    } catch {
      return '';
    }
  };
  if (typeof thrown === 'object' && thrown !== null) {
    return stringify({ __proto__: null, name: read('name'), message: read('message'), stack: read('stack') });
  }
  let message = '';
  try {
    message = wellFormed(slice(text(thrown), 0, 4000));
  } catch {}
  return stringify({ __proto__: null, name: '', message, stack: '' });
};

const begin = (at) => {
  clockAhead = at - engineNow();
};

return { load, settled, describe, settle, begin, makeApi };
