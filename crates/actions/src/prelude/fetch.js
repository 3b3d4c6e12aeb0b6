// fetch: the host sends the request, or refuses.

class Headers {
  #pairs = [];
  constructor(init) {
    if (init === undefined || init === null) return;
    const pairs = typeof init[iterator] === 'function' ? init : Object.entries(init);
    for (const [name, value] of pairs) this.append(name, value);
  }
  append(name, value) {
    this.#pairs.push([lower(text(name)), text(value)]);
  }
  set(name, value) {
    this.delete(name);
    this.append(name, value);
  }
  delete(name) {
    this.#pairs = this.#pairs.filter(([n]) => n !== lower(text(name)));
  }
  get(name) {
    const found = this.#pairs.filter(([n]) => n === lower(text(name))).map(([, value]) => value);
    return found.length === 0 ? null : found.join(', ');
  }
  has(name) {
    return this.#pairs.some(([n]) => n === lower(text(name)));
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
}
define('Headers', Headers);

class Response {
  #answer;
  #used = false;
  constructor(answer) {
    this.#answer = answer;
    this.headers = new Headers(answer.headers);
  }
  get url() {
    return this.#answer.url;
  }
  get status() {
    return this.#answer.status;
  }
  get ok() {
    return this.#answer.status >= 200 && this.#answer.status < 300;
  }
  get statusText() {
    return '';
  }
  get bodyUsed() {
    return this.#used;
  }
  async text() {
    if (this.#used) throw new TypeError('the body was read already');
    this.#used = true;
    return this.#answer.body;
  }
  async json() {
    return parse(await this.text());
  }
  async arrayBuffer() {
    return bytes('encode', await this.text()).buffer;
  }
}

define('fetch', async (input, options) => {
  const { method = 'GET', headers, body } = options ?? {};
  const sent = new Headers(headers);
  let content = null;
  if (body instanceof URLSearchParams) {
    content = body.toString();
    if (!sent.has('content-type')) sent.set('content-type', 'application/x-www-form-urlencoded;charset=UTF-8');
  } else if (body !== undefined && body !== null) {
    content = wellFormed(string('the body of fetch', body));
    if (!sent.has('content-type')) sent.set('content-type', 'text/plain;charset=UTF-8');
  }
  return new Response(
    await call('fetch', {
      __proto__: null,
      url: wellFormed(text(input)),
      method: upper(text(method)),
      headers: [...sent],
      body: content,
    }),
  );
});
