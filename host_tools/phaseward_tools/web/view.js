// What is seen: elements made of what the box has told. Texts are never taken for HTML.

const PHASES = ['L1', 'L2', 'L3'];
const SCALE_PM = 130; // the scale reaches so far to both sides of nominal

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children);
  return made;
}

function fill(id, ...children) {
  document.getElementById(id).replaceChildren(...children);
}

function volts(mv) {
  return `${(mv / 1000).toFixed(1)} V`;
}

function span(seconds) {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function place(mv, nominal) {
  const share = ((mv - nominal) * 1000 / nominal + SCALE_PM) / (2 * SCALE_PM);
  return 100 * Math.min(1, Math.max(0, share));
}

function showVoltages({ status, quality, loads, bands }) {
  const good = status.voltage === 'ok';
  const nominal = bands.sy_un_mv ?? 230000;
  const quantiles = loads.filter((load) => load.learned_min).map((load) => load.quantile_mv);
  fill('voltages', ...PHASES.map((phase, i) => {
    const mv = status.u_ln_mv[i];
    const outside = mv < bands.pq_lo_mv || mv > bands.pq_hi_mv;
    const at = (value, name, title) => element('i', {
      class: name, style: `left: ${place(value, nominal)}%`, title: `${title} ${volts(value)}`,
    });
    const scale = element('span', { class: 'scale' },
      element('i', {
        class: 'band', style: `left: ${place(bands.pq_lo_mv, nominal)}%; right: `
          + `${100 - place(bands.pq_hi_mv, nominal)}%`,
      }),
      at(bands.bl_crit_mv, 'critical', 'critical'),
      ...quantiles.map((value) => at(value, 'quantile', 'own quantile')),
      ...(good ? [at(mv, `value ${phase}`, phase)] : []));
    return element('div', { class: 'phase' }, element('b', {}, phase),
      element('span', { class: outside && good ? 'u out' : 'u' }, good ? volts(mv) : status.voltage),
      scale,
      element('small', {}, `10 min ${quality.ten_valid ? volts(quality.ten_mv[i]) : '–'}`));
  }), element('p', { class: 'note' }, `Shaded: band ${volts(bands.pq_lo_mv)} to ${volts(bands.pq_hi_mv)}. `
    + `Red: critical ${volts(bands.bl_crit_mv)}. Marks: own quantile.`));
}

function showLimits({ loads, reasons }) {
  const why = new Map(reasons.map((reason) => [reason.load, reason]));
  const rows = loads.map((load) => {
    const reason = why.get(load.load);
    const until = reason?.until_s ? ` Full power in ${span(reason.until_s)} at the earliest.` : '';
    const left = load.budget_day_min
      ? `${load.budget_left_min} of ${load.budget_day_min} min/day left` : 'unlimited';
    const own = load.learned_min
      ? `own quantile ${volts(load.quantile_mv)} of ${span(60 * load.learned_min)}`
      : 'no own quantile learnt yet';
    return element('div', { class: 'load' },
      element('b', {}, `${load.load} ${load.kind}`),
      element('span', { class: 'w' }, `${load.limit_w} W`),
      element('span', {}, element('em', { class: reason?.reason === 'free' ? 'free' : 'held' },
        reason?.reason ?? ''), ` ${reason?.text ?? ''}.${until}`,
        element('small', {}, `${own}; `
          + `blocked ${load.blocked_min ?? '?'} min in all; allowance ${left}`)));
  });
  fill('limits', ...(rows.length ? rows : ['No load is configured.']));
}

function showRest({ status, reasons, quality, bus }) {
  const reason = reasons.find((one) => one.load === 0);
  fill('transfer', element('b', {}, PHASES.map((phase, i) => `${phase} ${status.transfer_w[i]} W`).join('   ')),
    element('small', {}, reason ? `${reason.reason}: ${reason.text}` : ''));
  const counted = (name) => PHASES.map((phase, i) => `${phase} ${quality[`${name}_events`][i]} (`
    + `${quality[`${name}_min`][i]} min)`).join('   ');
  const unbalance = quality.unbalance_bp < 0 ? '–' : `${(quality.unbalance_bp / 100).toFixed(2)} %`;
  fill('quality', element('p', {}, `under-voltage events: ${counted('low')}`),
    element('p', {}, `over-voltage events: ${counted('high')}`),
    element('p', {}, `unbalance ${unbalance}`));
  fill('bus', ...bus.map((d) => element('p', {}, `${d.host}/${d.address}: ok ${d.ok}, timeout ${d.timeout}, `
    + `crc ${d.crc}, exception ${d.exception}, other ${d.other}; last: ${d.last}`)));
  const alarms = [...status.alarms, ...status.faults.map((name) => `output ${name} does not do as told`)];
  fill('alarms', ...(alarms.length ? alarms.map((text) => element('p', { class: 'bad' }, text)) : ['none']));
}

function showHead({ identity, status }) {
  const facts = [`box ${identity.identity}`, `firmware ${identity.firmware} on ${identity.board}`,
    `boot ${identity.boot}`, `up ${span(status.uptime_s)}`];
  if (identity.commissioning) facts.push('commissioning: no keys yet');
  if (status.safe_mode) facts.push('SAFE MODE');
  fill('facts', facts.join(' · '));
  const trial = status.trial.length
    ? `On trial for ${span(status.trial_left_s)} more: ${status.trial.join(', ')}` : '';
  fill('trial', trial || (status.unsaved ? `${status.unsaved} values are not saved` : ''));
}

/** A row per parameter; onEdit(p, text, input) at each change. */
function parameterRow(p, held, onEdit) {
  const text = p.choices[held.value] ?? String(held.value);
  const edit = (event) => onEdit(p, event.target.value, event.target);
  const input = p.choices.length
    ? element('select', { onchange: edit, 'aria-label': p.id },
      ...p.choices.map((name) => element('option', { value: name, selected: name === text }, name)))
    : element('input', { value: text, size: 12, oninput: edit, 'aria-label': p.id });
  const star = held.value === held.saved ? '' : ' not saved';
  const late = p.restart ? ' Taken up at a restart.' : '';
  return element('div', { class: held.value === p.default ? 'row' : 'row changed', 'data-id': p.id },
    element('code', {}, p.id), input, element('span', { class: 'unit' }, p.unit, element('em', {}, star)),
    element('p', {}, `${p.meaning}. `, element('small', {},
      `${allowed(p)}; default ${shownValue(p, p.default)}.${late}`)));
}
