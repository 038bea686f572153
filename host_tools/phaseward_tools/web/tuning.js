// Values: what may be typed, what was changed, files that `phaseward params load` takes as well.

/** What a value may be, in words. */
function allowed(p) {
  if (p.choices.length) return p.choices.join(' | ');
  if (p.type === 'text') return `${p.min} to ${p.max} characters`;
  return `${p.min} to ${p.max} ${p.unit}`.trim() + (p.step === 1 ? '' : ` in steps of ${p.step}`);
}

/** The value as people read it. */
function shownValue(p, value) {
  return p.choices[value] ?? `${value} ${p.unit}`.trim();
}

/** The value of a text. Throws what was expected. */
function parsed(p, text) {
  const expected = new Error(`${p.id} = ${text}: expected ${allowed(p)}`);
  if (p.type === 'text') return text.trim();
  if (p.choices.includes(text)) return p.choices.indexOf(text);
  if (!/^-?\d+$/.test(text.trim())) throw expected;
  const value = Number(text);
  if (value < p.min || value > p.max || (value - p.min) % p.step) throw expected;
  return value;
}

/** A batch of values as a file. */
function batchText(box, values, fresh) {
  const { firmware, board, identity, ids } = box.identity;
  const head = ids === undefined ? 'load' : `load ${ids}${fresh ? ' fresh' : ''}`;
  return [head, `# phaseward ${firmware} on ${board}, box ${identity}`, ...words(values), 'end', '']
    .join('\n');
}

/** {values, head} of a file. Throws every wrong line at once. */
function parsedBatch(box, text) {
  const table = new Map(box.parameters.map((p) => [p.id, p]));
  const [values, errors] = [{}, []];
  let head = [];
  text.split(/\r?\n/).forEach((raw, i) => {
    const line = raw.trim();
    if (!line || line.startsWith('#') || line === 'end') return;
    if (line.split(' ')[0] === 'load') {
      head = line.split(/\s+/).slice(1);
      return;
    }
    const [id, ...rest] = line.split('=');
    try {
      if (!rest.length) throw new Error(`expected ID=VALUE, not ${line}`);
      if (id in values) throw new Error(`${id} is given twice`);
      const older = head[0] && Number(head[0]) < box.identity.ids;
      if (!older && !table.has(id)) throw new Error(`${id}: this box has no such parameter`);
      values[id] = older ? rest.join('=') : parsed(table.get(id), rest.join('='));
    } catch (error) {
      errors.push(`line ${i + 1}: ${error.message}`);
    }
  });
  if (errors.length) throw new Error(`${errors.join('; ')}. Nothing was changed.`);
  return { values, head };
}
