const http = axios.create({ baseURL: process.env.WEBHOOK_URL });
http.get('crm.deal.fields'); //! http.rest crm.deal.fields -throttle-sleep
http.post(`/${method}`); //! http.rest - +dynamic-method
$.post('https://acme.bitrix24.ru/rest/1/abcdefgh12345678/crm.lead.add.json', d); //! http.rest crm.lead.add ; secret
$.ajax({ url: BX24_HOOK + 'crm.deal.add', method: 'POST' }); //! http.rest crm.deal.add
axios({ method: 'post', url: `${process.env.WEBHOOK_URL}crm.deal.update`, data: {} }); //! http.rest crm.deal.update
const xhr = new XMLHttpRequest();
xhr.open('GET', 'https://' + domain + '/rest/profile.json?auth=' + token); //! http.rest profile
const restUrl = (auth, method) => `https://${auth.domain}/rest/${method}.json`;
const url = restUrl(auth, 'user.get');
fetch(url, { method: 'POST' }); //! http.rest user.get
redis.get(`bitrix:webhook:${id}`);
fetch('/rest/items.json.txt');
$.get('/bitrix/tools/rest/page.php');
async function later() {
    await new Promise((r) => setTimeout(r, 300));
}
async function slow(ids) {
    for (const id of ids) {
        await fetch(`https://${domain}/rest/user.get?ID=${id}&auth=${token}`); //! http.rest user.get +n-plus-1 +throttle-sleep
        await sleep(500);
    }
}
