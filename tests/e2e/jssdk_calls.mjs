// Calls of the vendor's client, unmodified, whose outcome is printed as JSON.
// Arguments: file of the client, address of the gateway, key of the caller.
const [, , client, base, key] = process.argv;
const { B24Hook, B24OAuth } = await import(client);

const ids = async (pages) => {
  const found = [];
  for await (const page of pages) found.push(page.map((item) => item.id));
  return found;
};

const calls = async (b24) => {
  const call = (method, params) => b24.actions.v2.call.make({ method, params });
  const list = { method: 'crm.item.list', params: { entityTypeId: 140, select: ['id'] }, idKey: 'id', customKeyForResult: 'items' };
  const batch = await b24.actions.v2.batch.make({
    calls: { me: ['profile', {}], none: { method: 'no.such.method', params: {} }, item: ['crm.item.get', { entityTypeId: 140, id: 7 }] },
    options: { isHaltOnError: false, returnAjaxResult: true },
  });
  const rows = batch.getData();
  const refused = await call('no.such.method', {}).then((one) => one.getErrorMessages(), (error) => [error.code]);
  return {
    user: (await call('profile', {})).getData().result.NAME,
    page: (await call('crm.item.list', { entityTypeId: 140, start: 50 })).getTotal(),
    batch: [rows.me.getData().result.ID, rows.none.isSuccess, rows.item.getData().result.item.title],
    all: (await b24.actions.v2.callList.make(list)).getData().length,
    pages: (await ids(b24.actions.v2.fetchList.make(list))).map((page) => page.length),
    refused: refused.length > 0,
  };
};

const hook = B24Hook.fromWebhookUrl(`${base}/rest/1/${key}`);
const tokens = {
  applicationToken: 'a', userId: 1, memberId: 'm', accessToken: 'old', refreshToken: key, expires: 1, expiresIn: 3600,
  scope: 'crm', domain: base.split('://')[1], clientEndpoint: `${base}/rest/`, serverEndpoint: `${base}/rest/`, status: 'L',
};
const oauth = new B24OAuth(tokens, { clientId: 'id', clientSecret: 'secret' });
let renewed = 0;
oauth.setCallbackRefreshAuth(async () => { renewed += 1; });

// The second client does not know that its token is old: the gateway's answer tells it.
const late = new B24OAuth({ ...tokens, expires: 4000000000 }, { clientId: 'id', clientSecret: 'secret' });
let told = 0;
late.setCallbackRefreshAuth(async () => { told += 1; });
const lost = new B24OAuth({ ...tokens, refreshToken: 'wrong-key' }, { clientId: 'id', clientSecret: 'secret' });
const failed = await lost.actions.v2.call.make({ method: 'profile', params: {} }).then((one) => one.getErrorMessages(), (error) => [error.code ?? error.message]);

console.log(JSON.stringify({
  webhook: await calls(hook),
  oauth: await calls(oauth),
  renewed,
  late: (await late.actions.v2.call.make({ method: 'profile', params: {} })).getData().result.NAME,
  told,
  failed: failed.length > 0,
  three: (await hook.actions.v3.call.make({ method: 'tasks.task.get', params: { id: 1, select: ['id', 'title'] } })).getData().result,
}));
