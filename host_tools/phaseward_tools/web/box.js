// A box as the page sees it: one method per request, pages joined, its table kept by its hash.

const PROTOCOL = 1;
const LEVELS = { technician: 1, manufacturer: 2 };
const NEEDED = ['protocol', 'firmware', 'identity', 'schema', 'parameters', 'columns'];
const BATCH_CHARS = 400;

class Box {
  constructor(link) {
    this.link = link;
  }

  async identify() {
    const found = await this.link.request('identify');
    if (NEEDED.some((name) => found?.[name] === undefined)) {
      throw new LinkError('command', 'What answers here does not say what a box says of itself.');
    }
    if (found.protocol > PROTOCOL) {
      throw new LinkError('command', 'The box speaks a newer protocol: take a newer page.');
    }
    this.identity = found;
    this.parameters = await this.table();
    return found;
  }

  /** Parameters in the table's order. Same schema hash, same table. */
  async table() {
    const { schema, columns, parameters: count } = this.identity;
    let rows = kept(schema);
    if (rows?.length !== count) {
      rows = await this.pages('schema', 'rows');
      keep(schema, rows);
    }
    return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
  }

  async values() {
    const [values, saved] = [await this.pages('values', 'values'), await this.pages('values', 'saved')];
    return new Map(this.parameters.map((p, i) => [p.id, { value: values[i], saved: saved[i] }]));
  }

  async pages(request, key, first = 0) {
    const found = [];
    for (let next = first; next !== null;) {
      const page = await this.link.request(request, next);
      found.push(...page[key]);
      next = page.next;
    }
    return found;
  }

  async loads() {
    const { loads } = await this.link.request('loads');
    const found = [];
    for (const number of loads) found.push(await this.link.request('loads', number));
    return found;
  }

  /** Opens the session. key: 64 hex digits. */
  async login(level, key) {
    const { challenge, identity } = await this.link.request('challenge', level);
    const text = `phaseward login 1|${LEVELS[level]}|${identity}|${challenge}`;
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    const secret = await crypto.subtle.importKey('raw', fromHex(key), hmac, false, ['sign']);
    const mac = await crypto.subtle.sign('HMAC', secret, new TextEncoder().encode(text));
    return this.link.request('login', toHex(new Uint8Array(mac)).slice(0, 32));
  }

  tryFor(seconds, values) {
    return this.link.request('try', seconds, ...words(values));
  }

  /** Puts all in force or none. head: words of `begin`, as for a file. */
  async load(values, head = []) {
    const all = words(values);
    const errors = [];
    await this.link.request('begin', ...head);
    for (const part of parts(all)) {
      errors.push(...(await this.link.request('add', ...part)).errors);
    }
    try {
      return await this.link.request('apply', all.length);
    } catch (error) {
      throw new LinkError(error.code, [error.message, ...errors].join('; '));
    }
  }
}

function words(values) {
  return Object.entries(values).map(([id, value]) => `${id}=${value}`);
}

/** Words in groups that fit into a frame. */
function* parts(all) {
  let part = [];
  for (const word of all) {
    if (part.length && [...part, word].join(' ').length > BATCH_CHARS) {
      yield part;
      part = [];
    }
    part.push(word);
  }
  if (part.length) yield part;
}

function fromHex(text) {
  if (!/^[0-9a-fA-F]{64}$/.test(text)) throw new Error('A key has 64 hex digits.');
  return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}

function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Browsers may forbid a page from a file to keep anything: then the table is asked for each time. */
function kept(schema) {
  try {
    return JSON.parse(localStorage.getItem(`phaseward ${schema}`));
  } catch {
    return null;
  }
}

function keep(schema, rows) {
  try {
    localStorage.setItem(`phaseward ${schema}`, JSON.stringify(rows));
  } catch { /* asked for again the next time */ }
}
