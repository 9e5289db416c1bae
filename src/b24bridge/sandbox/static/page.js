// The page of the sandbox: shows what the admin interface tells, and sends it what a person wants.
'use strict';

const API = '/_sandbox/api/';
const PAUSE_MS = 1000;
const SHOWN = 500;
const $ = id => document.getElementById(id);

let state = null;
let requests = [];
let seen = 0;
let asked = -1;
let paused = false;

async function ask(name, given, verb = given === undefined ? 'GET' : 'POST') {
  const answer = await fetch(API + name, {method: verb, body: given === undefined ? null : JSON.stringify(given)});
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error);
  return body;
}

// Text only: what requests hold comes from anywhere.
function element(name, text = '', facts = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  return Object.assign(made, facts);
}

function row(...cells) {
  const made = document.createElement('tr');
  for (const cell of cells) {
    const place = document.createElement('td');
    place.append(cell instanceof Node ? cell : String(cell ?? ''));
    if (typeof cell === 'number') place.className = 'number';
    made.append(place);
  }
  return made;
}

function pairs(list, facts) {
  list.replaceChildren(...Object.entries(facts).flatMap(([name, value]) => [element('dt', name), element('dd', String(value))]));
}

function problem(error) {
  $('problem').textContent = error ? error.message : '';
  $('problem').hidden = !error;
}

// The portal's own zone, not the browser's.
function moment(seconds) {
  const [sign, hours, minutes] = /([+-])(\d+):(\d+)/.exec(state.offset).slice(1);
  const shift = (sign === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  return new Date((seconds + shift) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

function showState() {
  $('address').textContent = state.base_url;
  $('now').textContent = `${moment(state.now)} ${state.offset}`;
  $('frozen').hidden = !state.frozen;
  const filled = Object.entries(state.records).filter(([, count]) => count);
  $('records').replaceChildren(...filled.map(([name, count]) => row(name, count)));
  $('methods').textContent = `${state.methods.length} methods are implemented.` + (filled.length ? '' : ' There are no records yet.');
  pairs($('limits'), {
    'Requests': state.limits ? `${state.limits.threshold} at once, then ${state.limits.drain_per_s} a second, for each address` : 'not limited',
    'Operating time': state.operating_s === null ? 'not limited' : `${state.operating_s} s for each method in 10 minutes`,
    'Delays': Object.entries(state.latency).filter(([name, value]) => name !== 'seed' && (typeof value === 'number' ? value : Object.keys(value).length))
      .map(([name, value]) => `${name} ${typeof value === 'number' ? value : JSON.stringify(value)}`).join(', ') || 'none',
    'Refresh tokens': state.strict_rotation ? 'work once' : 'stay valid after a renewal',
  });
  $('overload').textContent = state.overloaded ? 'End the overload' : 'Block all calls as overloaded';
  $('overload').setAttribute('aria-pressed', state.overloaded);
  if (!$('known-methods').children.length) $('known-methods').append(...state.methods.map(name => element('option', '', {value: name})));
}

function whatHappens(rule) {
  const {method, nth, seen: _, hits, where, ...rest} = rule;
  if (rest.body?.error !== undefined) return `${rest.status ?? 200} ${rest.body.error}`;
  if (rest.raw !== undefined) return `${rest.status ?? 200} ${rest.raw.slice(0, 60) || 'empty body'}`;
  return Object.entries(rest).map(([name, value]) => value === true ? name : `${name} ${JSON.stringify(value)}`).join(', ');
}

function showFaults(rules) {
  $('faults').replaceChildren(...rules.map(rule =>
    row(rule.method === '*' ? 'any request' : rule.method, whatHappens(rule), rule.nth ? rule.nth.join(', ') : 'all', rule.seen, rule.hits)));
  $('no-faults').hidden = rules.length > 0;
}

function showEvents({sent, waiting}) {
  $('sent').replaceChildren(...sent.slice(-50).reverse().map(message =>
    row(message.name, message.address, element('span', message.error || String(message.status), {className: message.error || message.status >= 400 ? 'bad' : 'good'}))));
  $('no-sent').hidden = sent.length > 0;
  $('no-sent').textContent = waiting ? `${waiting} messages wait to be sent.` : 'Nothing was sent to handlers yet.';
}

function showApplication([application]) {
  pairs($('application'), {
    'Client': application.client_id,
    'State': !application.is_installed ? 'not installed' : application.is_finished ? 'installed' : 'its installation is not finished',
    'Permissions': application.scopes.join(', '),
  });
}

function remarks(entry) {
  const parts = [entry.note, entry.commands.length ? `${entry.commands.length} commands: ${[...new Set(entry.commands)].join(', ')}` : ''].filter(Boolean).join('; ');
  const params = entry.start === null ? entry.params : {...entry.params, start: entry.start};
  if (!params || !Object.keys(params).length) return parts;
  const details = element('details');
  details.append(element('summary', parts || 'parameters'), element('pre', JSON.stringify(params, null, 1)));
  return details;
}

function showRequests() {
  const wanted = $('wanted').value.trim().toLowerCase();
  const fitting = requests.filter(entry =>
    (!$('refused').checked || entry.status !== 200) &&
    `${entry.method} ${entry.error ?? ''} ${entry.commands.join(' ')}`.toLowerCase().includes(wanted));
  $('requests').replaceChildren(...fitting.slice(-SHOWN).reverse().map(entry => row(
    entry.number, moment(entry.at), entry.verb, entry.method,
    element('span', entry.status ? String(entry.status) : 'cut', {className: entry.status >= 200 && entry.status < 400 ? 'good' : 'bad'}),
    entry.error ?? '', remarks(entry))));
  $('count').textContent = fitting.length === requests.length ? `${asked} in all` : `${fitting.length} of ${requests.length} shown`;
  $('no-requests').hidden = fitting.length > 0;
  $('no-requests').textContent = requests.length ? 'No request fits.' : 'Nothing was asked yet.';
}

async function look() {
  state = await ask('state');
  showState();
  const [faults, events, applications] = await Promise.all([ask('faults'), ask('events'), ask('applications')]);
  showFaults(faults);
  showEvents(events);
  showApplication(applications);
  if (state.requests < seen) [requests, seen] = [[], 0];
  if (!paused && state.requests !== asked) {
    const more = await ask(`requests?after=${seen}`);
    requests = [...requests, ...more.requests].slice(-10000);
    asked = more.count;
    seen = requests.at(-1)?.number ?? 0;
    showRequests();
  }
}

async function watch() {
  for (;;) {
    try {
      if (!document.hidden) await look();
      $('connection').textContent = '';
    } catch (error) {
      $('connection').textContent = 'does not answer';
    }
    await new Promise(done => setTimeout(done, PAUSE_MS));
  }
}

// Does what a person wants, then looks again at once.
async function act(action) {
  try {
    await action();
    problem(null);
    await look();
  } catch (error) {
    problem(error);
  }
}

function onClick(id, action) {
  $(id).addEventListener('click', () => act(action));
}

function onSubmit(id, action) {
  $(id).addEventListener('submit', event => {
    event.preventDefault();
    act(() => action(Object.fromEntries(new FormData(event.target)), event.target));
  });
}

for (const button of document.querySelectorAll('[data-clock]')) {
  button.addEventListener('click', () => act(() => ask('clock', JSON.parse(button.dataset.clock))));
}
onSubmit('clock-form', ({moment: text}) => ask('clock', {set: text.trim()}));
onClick('reset', async () => {
  if (confirm('Remove all records, faults and the request log? Address, webhook and application stay.')) await ask('reset', {});
});
onSubmit('limits-form', ({tariff, operating}) =>
  ask('limits', {...(tariff && {tariff}), ...(operating && {operating_s: Number(operating)})}));
onClick('overload', () => ask('limits', {overloaded: !state.overloaded}));
onClick('expire', () => ask('oauth', {expire: true}));
onSubmit('fault-form', async ({preset, method, nth}, form) => {
  const calls = nth.trim() ? {nth: nth.split(',').map(Number)} : {};
  await ask('faults', {add: {preset, ...(method.trim() && {method: method.trim()}), ...calls}});
  form.elements.method.value = form.elements.nth.value = '';
});
onClick('clear-faults', () => ask('faults', undefined, 'DELETE'));
onSubmit('install-form', given => ask('install', given));
onSubmit('frame-form', async ({app}) => { open(`/_sandbox/frame?app=${encodeURIComponent(app)}`, '_blank', 'noopener'); });
onClick('clear-requests', async () => {
  await ask('requests', undefined, 'DELETE');
  [requests, seen, asked] = [[], 0, -1];
});
onClick('pause', async () => {
  paused = !paused;
  $('pause').textContent = paused ? 'Go on' : 'Pause';
  $('pause').setAttribute('aria-pressed', paused);
});
$('wanted').addEventListener('input', showRequests);
$('refused').addEventListener('change', showRequests);

ask('presets').then(presets => $('presets').append(...Object.keys(presets).map(name => element('option', name.replaceAll('_', ' '), {value: name}))), problem);
watch();
