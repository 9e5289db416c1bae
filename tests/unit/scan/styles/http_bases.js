// A method of the catalogue at the end of an address speaks for itself, whatever the base is called.
axios.post(state.baseUrl + '/crm.contact.list.json', params); //! http.rest crm.contact.list
fetch(`${API_BASE_URL}crm.item.update?entityTypeId=${type}&id=${id}`, { method: 'POST' }); //! http.rest crm.item.update
request.request(info['url'] + '/telephony.externalcall.finish.json?' + 'CALL_ID=' + id, done); //! http.rest telephony.externalcall.finish
fetch(`${endpoint}${userId}/${token}/department.get`); //! http.rest department.get
fetch(`${baseUrl}/user.get?select[0]=NAME`); //! http.rest user.get
fetch(`https://api.example.com/${version}/user.get`);
fetch(`${baseUrl}/files/logo.json`);
fetch(`${BITRIX_APP_URL}/assets/config.json`);
fetch(`${baseUrl}/api/profile`);
// A name with a variable, or a single word, needs a base that is called after the portal.
const { B24_ENDPOINT: endpoint2, B24_WEBHOOK_TOKEN: webhookToken } = process.env;
fetch(`${endpoint2}${user}/${webhookToken}/crm.${entity}.list`); //! http.rest - ~crm.*.list +dynamic-method
fetch(`${endpoint2}${user}/${webhookToken}/batch`, { body: stringify({ cmd }) }); //! http.rest batch +raw-batch
fetch(`${someBase}/crm.${entity}.unheard`);
async function all() {
    let start = 0;
    while (start !== undefined) {
        const [result, next] = await fetch(`${base}crm.company.list`, { body: stringify({ filter, start }) }); //! http.rest crm.company.list +pagination-loop -n-plus-1 -single-page-list
        start = next;
    }
}
