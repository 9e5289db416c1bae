// The official JavaScript SDK against a sandbox; reads the portal's facts, prints what it found.
// Argument: folder where the SDK is installed.
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import {text} from 'node:stream/consumers';

const {B24Hook, B24OAuth, ParamsFactory} = createRequire(`${process.argv[2]}/package.json`)('@bitrix24/b24jssdk');
const facts = JSON.parse(await text(process.stdin));
const select = ['ID', 'TITLE', 'OPPORTUNITY'];
const fields = ['id', 'title', 'opportunity'];
// Windows of 5,000 rows are 100 requests one after another: the SDK's own limits would take half a minute.
const fast = {...ParamsFactory.getEnterprise(), rateLimit: {burstLimit: 1000, drainRate: 100, adaptiveEnabled: false}, retryDelay: 10};

const admin = async (name, given) => {
  const options = given === undefined ? {} : {method: 'POST', body: JSON.stringify(given)};
  return (await fetch(facts.admin_url + name, options)).json();
};

const deals = rows => rows.map(row => [row.ID, row.TITLE, row.OPPORTUNITY]);
const items = rows => rows.map(row => [String(row.id), row.title, row.opportunity.toFixed(2)]);

const data = async promise => {
  const response = await promise;
  if (!response.isSuccess) throw new Error(response.getErrorMessages().join('; '));
  return response.getData();
};

const result = async promise => (await data(promise)).result;

const refusal = async (b24, method, params = {}, version = 'v2') => {
  try {
    const response = await b24.actions[version].call.make({method, params});
    if (response.isSuccess) return ['nothing', 0];
    const [error] = [...response.getErrors()];
    return [String(error.code), error.status];
  } catch (error) {
    return [String(error.code), error.status];
  }
};

const messages = async (count, action) => {
  const received = [];
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    received.push(Object.fromEntries([...new URL(request.url, 'http://x').searchParams, ...form]));
    response.end();
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  await action(`http://127.0.0.1:${server.address().port}/handler`);
  const patience = Date.now() + 20000;
  while (received.length < count && Date.now() < patience) await new Promise(done => setTimeout(done, 5));
  server.close();
  server.closeAllConnections();
  return received;
};

const client = auth => new B24OAuth({
  applicationToken: auth.application_token,
  userId: Number(auth.user_id ?? 1),
  memberId: auth.member_id,
  accessToken: auth.access_token,
  refreshToken: auth.refresh_token,
  expires: Number(auth.expires ?? Math.floor(Date.now() / 1000) + 3600),
  expiresIn: Number(auth.expires_in ?? 3600),
  scope: auth.scope ?? 'crm',
  domain: auth.domain ?? new URL(facts.base_url).host,
  clientEndpoint: auth.client_endpoint ?? `${facts.base_url}/rest/`,
  serverEndpoint: auth.server_endpoint ?? `${facts.oauth_server}/rest/`,
  status: 'L',
}, {clientId: facts.client_id, clientSecret: facts.client_secret}, {restrictionParams: fast});

const install = async () => {
  const [form] = await messages(1, url => admin('install', {address: url}));
  const auth = Object.fromEntries(Object.entries(form)
    .filter(([name]) => name.startsWith('auth['))
    .map(([name, value]) => [name.slice(5, -1), value]));
  const b24 = client(auth);
  await b24.initIsAdmin();
  const before = (await result(b24.actions.v2.call.make({method: 'profile', params: {}}))).ID;
  await admin('oauth', {expire: true});
  const renewed = [];
  b24.setCallbackRefreshAuth(async ({authData}) => renewed.push(authData.access_token !== auth.access_token));
  const after = (await result(b24.actions.v2.call.make({method: 'profile', params: {}}))).ID;
  return {event: form.event, token: auth.application_token === facts.application_token, admin: b24.auth.isAdmin, before, after, renewed};
};

const event = async b24 => {
  const [form] = await messages(1, async url => {
    await result(b24.actions.v2.call.make({method: 'event.bind', params: {event: 'ONCRMDEALADD', handler: url}}));
    await result(b24.actions.v2.call.make({method: 'crm.deal.add', params: {fields: {TITLE: 'told'}}}));
  });
  const unbound = await result(b24.actions.v2.call.make({method: 'event.unbind', params: {event: 'ONCRMDEALADD'}}));
  await result(b24.actions.v2.call.make({method: 'crm.deal.delete', params: {id: form['data[FIELDS][ID]']}}));
  return [form.event, unbound];
};

const crud = async b24 => {
  const call = (method, params) => result(b24.actions.v2.call.make({method, params}));
  const id = await call('crm.deal.add', {fields: {TITLE: 'Новая "сделка" & co', OPPORTUNITY: 12.5}});
  const changed = await call('crm.deal.update', {id, fields: {TITLE: 'другая'}});
  const got = await call('crm.deal.get', {id});
  const deleted = await call('crm.deal.delete', {id});
  const {item} = await call('crm.item.add', {entityTypeId: 2, fields: {title: 'one', opportunity: 1}});
  const gone = await call('crm.item.delete', {entityTypeId: 2, id: item.id});
  const {task} = await call('tasks.task.add', {fields: {TITLE: 'task', RESPONSIBLE_ID: 1}});
  await call('tasks.task.delete', {taskId: task.id});
  return [typeof id, changed, got.TITLE, got.OPPORTUNITY, deleted, item.title, gone, task.title];
};

const generated = async generator => {
  const found = [];
  for await (const rows of generator) found.push(...rows);
  return found;
};

const lists = async b24 => {
  const {call, callList, fetchList, batchByChunk} = b24.actions.v2;
  const pages = Array.from({length: 100}, (_, page) => ['crm.deal.list', {select, order: {ID: 'ASC'}, start: 50 * page}]);
  const first = await result(call.make({method: 'crm.deal.list', params: {select, order: {ID: 'ASC'}}}));
  let answer = await call.make({method: 'crm.item.list', params: {entityTypeId: 2, select: fields, filter: {'<id': 400}}});
  const byNext = [...answer.getData().result.items];
  while (answer.isMore()) {
    answer = await answer.getNext(b24.getHttpClient('v2'));
    byNext.push(...answer.getData().result.items);
  }
  return {
    call_list: deals(await data(callList.make({method: 'crm.deal.list', params: {select}, idKey: 'ID'}))),
    fetch_list: items(await generated(fetchList.make({method: 'crm.item.list', params: {entityTypeId: 2, select: fields}, idKey: 'id', customKeyForResult: 'items'}))),
    batch_by_chunk: deals((await data(batchByChunk.make({calls: pages, options: {isHaltOnError: true}}))).flat()),
    old_call_list: items(await data(b24.callListMethod('crm.item.list', {entityTypeId: 2, select: fields}, null, 'items'))),
    old_fetch_list: deals(await generated(b24.fetchListMethod('crm.deal.list', {select}, 'ID'))),
    first: first.length,
    by_next: byNext.map(row => row.id),
    tasks: (await data(callList.make({method: 'tasks.task.list', params: {select: ['ID', 'TITLE']}, idKey: 'id', cursorIdKey: 'ID', customKeyForResult: 'tasks'}))).map(row => row.title),
  };
};

const batch = async b24 => {
  const {batch, batchByChunk} = b24.actions.v2;
  const named = await data(batch.make({calls: {first: ['crm.deal.list', {select: ['ID'], order: {ID: 'ASC'}}], deal: ['crm.deal.get', {id: '$result[first][0][ID]'}]}, options: {isHaltOnError: true}}));
  const mixed = await batch.make({calls: [['server.time', {}], ['crm.item.get', {entityTypeId: 2, id: 1}], ['crm.deal.get', {id: 3}]], options: {isHaltOnError: false, returnAjaxResult: true}});
  const many = await data(batchByChunk.make({calls: Array.from({length: 120}, (_, n) => ['crm.deal.get', {id: 3 * (n + 1)}]), options: {isHaltOnError: true}}));
  return {
    deal: named.deal.TITLE,
    mixed: mixed.getData().map(row => row.isSuccess),
    messages: mixed.getErrorMessages(),
    ids: many.map(row => row.ID),
  };
};

const errors = async (hook, oauth) => {
  const wrong = B24Hook.fromWebhookUrl(`${facts.base_url}/rest/1/wrong`, {restrictionParams: fast});
  wrong.offClientSideWarning();
  const found = {
    method: await refusal(hook, 'no.such.method'),
    missing: await refusal(hook, 'crm.item.get', {entityTypeId: 2, id: 1}),
    webhook: await refusal(wrong, 'profile'),
    auth_type: await refusal(hook, 'event.get'),
    filter: await refusal(hook, 'crm.item.list', {entityTypeId: 2, filter: {nope: 1}}),
    version3: await refusal(hook, 'tasks.task.get', {id: 99999999}, 'v3'),
  };
  for (const preset of ['rate_limit', 'html_502', 'cut']) {
    await admin('faults', [{preset, method: 'profile', nth: [1]}]);
    found[preset] = (await result(hook.actions.v2.call.make({method: 'profile', params: {}}))).ID;
  }
  await admin('faults', [{preset: 'expired_token', method: 'profile', nth: [1]}]);
  found.expired_token = (await result(oauth.actions.v2.call.make({method: 'profile', params: {}}))).ID;
  await admin('faults', []);
  return found;
};

const version3 = async b24 => {
  const {call, batch, callList, callTail} = b24.actions.v3;
  const {item} = await result(call.make({method: 'tasks.task.add', params: {fields: {title: 'Третья', creatorId: 1, responsibleId: 1}}}));
  const changed = await result(call.make({method: 'tasks.task.update', params: {id: item.id, fields: {title: 'Новая'}}}));
  const got = await result(call.make({method: 'tasks.task.get', params: {id: item.id, select: ['id', 'title']}}));
  const both = await data(batch.make({calls: [['tasks.task.get', {id: 1, select: ['id', 'title']}], ['tasks.task.get', {id: 2, select: ['id', 'title']}]], options: {isHaltOnError: true}}));
  const deleted = await result(call.make({method: 'tasks.task.delete', params: {id: item.id}}));
  return {changed: changed.result, title: got.item.title, deleted: deleted.result, batch: both.map(row => row.item.title)};
};

const hook = B24Hook.fromWebhookUrl(facts.webhook_url.replace(/\/$/, ''), {restrictionParams: fast});
hook.offClientSideWarning();
const installed = await install();
const oauth = client(facts);
oauth.offClientSideWarning();
const ping = await hook.tools.ping.make();
const health = await hook.tools.healthCheck.make();
await oauth.auth.refreshAuth();

console.log(JSON.stringify({
  install: installed,
  tools: [ping >= 0, health],
  event: await event(oauth),
  crud: await crud(hook),
  crud_by_token: await crud(oauth),
  lists: await lists(hook),
  batch: await batch(hook),
  errors: await errors(hook, oauth),
  version3: await version3(hook),
}));
