// The page: connects, looks once a second, and does what is clicked.

const LOOK_MS = 1000;
const TRIAL_S = 600;
const BANDS = ['sy_un_mv', 'pq_lo_mv', 'pq_hi_mv', 'bl_crit_mv'];
const byId = (id) => document.getElementById(id);

let box = null;
let seen = null;
let held = new Map(); // id -> {value, saved}
let former = []; // former values of what was kept, newest last
const edits = new Map(); // id -> value typed and not yet tried

function say(text, bad = false) {
  byId('told').textContent = text;
  byId('told').className = bad ? 'bad' : '';
}

/** Does it, and tells what came of it, whatever that is. */
async function guarded(action) {
  try {
    await action();
  } catch (error) {
    const hint = error.code === 'access' ? ' Log in with the box’s key.' : '';
    say(`${error.message}${hint}`, true);
  }
}

async function connect() {
  if (!navigator.serial) {
    throw new Error('This browser has no Web Serial. Use Chromium, Chrome or Edge.');
  }
  const port = await navigator.serial.requestPort();
  const link = new Link(port, report, lost);
  await link.open().catch((error) => {
    throw new Error(`The port cannot be opened: is another program on it? (${error.message})`);
  });
  say('Reading the box …');
  const found = new Box(link);
  try {
    await found.identify();
  } catch (error) {
    await link.close();
    throw error;
  }
  box = found;
  former = [];
  document.body.classList.add('connected');
  byId('connect').textContent = 'Disconnect';
  await readParameters();
  await look(true);
  say('');
  follow(found);
}

async function disconnect() {
  const { link } = box;
  lost('');
  await link.close();
}

function lost(text) {
  box = null;
  document.body.classList.remove('connected');
  byId('connect').textContent = 'Connect';
  say(text, true);
}

function report(line) {
  const lines = byId('reports');
  lines.textContent = [...lines.textContent.split('\n'), line].slice(-100).join('\n');
}

async function follow(which) {
  while (box === which) {
    await new Promise((resolve) => { setTimeout(resolve, LOOK_MS); });
    if (box === which) await guarded(() => look(false));
  }
}

async function look(all) {
  const { link } = box;
  const turn = seen ? seen.turn + 1 : 0;
  const due = (n) => all || turn % 4 === n;
  const [status, identity] = [await link.request('status'), box.identity];
  seen = {
    turn, status, identity,
    reasons: due(0) ? (await link.request('explain')).reasons : seen.reasons,
    loads: due(1) ? await box.loads() : seen.loads,
    quality: due(2) ? await link.request('quality') : seen.quality,
    bus: due(3) ? await box.pages('bus', 'devices') : seen.bus,
    bands: Object.fromEntries(BANDS.filter((id) => held.has(id)).map((id) => [id, held.get(id).value])),
  };
  for (const show of [showHead, showVoltages, showLimits, showRest]) show(seen);
}

async function readParameters() {
  held = await box.values();
  edits.clear();
  showParameters();
}

function showParameters() {
  const part = byId('filter').value.trim().toLowerCase();
  const changedOnly = byId('changed').checked;
  const chosen = box.parameters.filter((p) => {
    const { value, saved } = held.get(p.id);
    const fits = p.id.includes(part) || p.meaning.toLowerCase().includes(part);
    return fits && (!changedOnly || value !== p.default || value !== saved);
  });
  fill('parameters', ...chosen.map((p) => parameterRow(p, held.get(p.id), edited)));
}

function edited(p, text, input) {
  try {
    const value = parsed(p, text);
    if (value === held.get(p.id).value) edits.delete(p.id);
    else edits.set(p.id, value);
    input.setCustomValidity('');
    say('');
  } catch (error) {
    edits.delete(p.id);
    input.setCustomValidity(error.message);
    say(error.message, true);
  }
  input.closest('.row').classList.toggle('edited', edits.has(p.id));
}

async function after(text) {
  await readParameters();
  await look(true);
  say(text);
}

function listed(values) {
  return Object.entries(values).map(([id, value]) => `${id} ${shownValue(
    box.parameters.find((p) => p.id === id), value)}`).join(', ');
}

async function tryOut() {
  const values = Object.fromEntries(edits);
  if (!edits.size) throw new Error('Change a value first.');
  const late = box.parameters.filter((p) => p.restart && p.id in values).map((p) => p.id);
  if (late.length) {
    const before = Object.fromEntries([...edits.keys()].map((id) => [id, held.get(id).value]));
    await box.load(values);
    former.push(before);
    await after(`Taken up at the next restart, save it: ${late.join(', ')}`);
    return;
  }
  await box.tryFor(TRIAL_S, values);
  await after(`On trial for ${TRIAL_S / 60} min: ${listed(values)}. Keep it, or it goes back.`);
}

async function keepTrial() {
  const { values } = await box.link.request('commit');
  former.push(Object.fromEntries(Object.keys(values).map((id) => [id, held.get(id).saved])));
  await after(`Kept until the next restart: ${listed(values)}. Save it to keep it for good.`);
}

async function undo() {
  if ((await box.link.request('status')).trial.length) {
    await after(`Back: ${listed((await box.link.request('revert')).values)}`);
    return;
  }
  if (!former.length) throw new Error('There is nothing to take back.');
  await box.load(former.at(-1));
  await after(`Back: ${listed(former.pop())}`);
}

async function save() {
  await box.link.request('save');
  await after('Saved: it stays over a restart.');
}

function exportDiff() {
  const values = Object.fromEntries(box.parameters.map((p) => [p.id, held.get(p.id).value])
    .filter(([id, value]) => value !== box.parameters.find((p) => p.id === id).default));
  const url = URL.createObjectURL(new Blob([batchText(box, values, true)], { type: 'text/plain' }));
  element('a', { href: url, download: `box_${box.identity.identity}.txt` }).click();
  say(`${Object.keys(values).length} values exported; any box takes the file.`);
}

async function loadFile(event) {
  const [file] = event.target.files;
  event.target.value = '';
  if (!file) return;
  const { values, head } = parsedBatch(box, await file.text());
  const before = Object.fromEntries([...held].map(([id, { value }]) => [id, value]));
  await box.load(values, head);
  await readParameters();
  const changed = [...held].filter(([id, { value }]) => value !== before[id]).map(([id]) => id);
  former.push(Object.fromEntries(changed.map((id) => [id, before[id]])));
  await after(`${changed.length} values changed by ${file.name}. Save them to keep them.`);
}

async function login() {
  const level = byId('level').value;
  try {
    await box.login(level, byId('key').value.trim());
  } catch (error) {
    if (error.code !== 'access') throw error;
    throw new Error(`${error.message}; nothing was changed. Is it the key of box `
      + `${box.identity.identity}, level ${level}?`);
  }
  byId('key').value = '';
  await after(`Logged in as ${level}.`);
}

const CLICKS = { try: tryOut, keep: keepTrial, undo, save, export: exportDiff, login };
for (const [id, action] of Object.entries(CLICKS)) {
  byId(id).addEventListener('click', () => guarded(action));
}
byId('connect').addEventListener('click', () => guarded(() => (box ? disconnect() : connect())));
byId('filter').addEventListener('input', showParameters);
byId('changed').addEventListener('change', showParameters);
byId('load').addEventListener('change', (event) => guarded(() => loadFile(event)));
