// B24JsSDK at work on a portal; the same work and the same answer as peer_work.py.
// Run: node benchmarks/peer_work.mjs FOLDER URL WORK   (FOLDER: where the SDK is installed)
import {createHash} from 'node:crypto';
import {createRequire} from 'node:module';

const [folder, url, work] = process.argv.slice(2);
const CALLS = 45;
const cpu = () => {
  const used = process.cpuUsage();
  return (used.user + used.system) / 1e6;
};

let began = cpu();
const {B24Hook} = createRequire(`${folder}/package.json`)('@bitrix24/b24jssdk');
const told = {import_s: cpu() - began};
// As it comes: its limiter lets 50 requests through, then 2 a second.
const b24 = B24Hook.fromWebhookUrl(url);

if (work === 'single') {
  const call = id => b24.actions.v2.call.make({method: 'crm.deal.get', params: {id}});
  await call(1);
  began = cpu();
  for (let number = 1; number <= CALLS; number++) await call(number % 6 + 1);
  console.log(JSON.stringify({...told, call_cpu_s: (cpu() - began) / CALLS}));
} else {
  const ids = new Set();
  let rows = 0;
  let digest = 0n;
  const clock = performance.now();
  began = cpu();
  const pages = b24.actions.v2.fetchList.make({
    method: 'crm.deal.list', params: {select: ['*', 'UF_*']}, idKey: 'ID',
  });
  for await (const page of pages) {
    for (const row of page) {
      rows++;
      ids.add(Number(row.ID));
      if (work === 'content') {
        const text = JSON.stringify(row, Object.keys(row).sort());
        digest += createHash('sha256').update(text).digest().readBigUInt64BE(0);
      }
    }
  }
  Object.assign(told, {
    wall_s: (performance.now() - clock) / 1e3,
    cpu_s: cpu() - began,
    peak_bytes: process.resourceUsage().maxRSS * 1024,
    rows,
    distinct: ids.size,
  });
  if (work === 'content') told.content = (digest % 2n ** 64n).toString(16);
  console.log(JSON.stringify(told));
}
process.exit(0);
