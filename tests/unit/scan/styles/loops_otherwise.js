// Loops that only look like one request for each element, and some that look like nothing.
async function tries(method, params) {
    let last;
    for (let n = 0; n < 4; n++) {
        try { return await BX24.callMethod(method, params, done); } catch (e) { last = e; } //! bx24.callMethod - +dynamic-method -n-plus-1
    }
    throw last;
}
async function waits(id) {
    while (!finished) {
        await fetch(`${hookUrl}/crm.deal.get?id=${id}`); //! http.rest crm.deal.get -n-plus-1
    }
}
async function each(ids) {
    for (let n = 0; n < ids.length; n++) {
        await fetch(`${hookUrl}/crm.deal.get?id=${ids[n]}`); //! http.rest crm.deal.get +n-plus-1
    }
}
batches.forEach((commands) => {
    BX24.callBatch(commands, (r) => { if (r.a.error()) { stop(); } }); //! bx24.callBatch - +chunked-loop -n-plus-1
});
for (const commands of groups) {
    BX24.callBatch(commands, (r) => { if (r.a.error()) { stop(); } }); //! bx24.callBatch - +chunked-loop -n-plus-1
}
async function pages(apiUrl) {
    let start = 0;
    let more = true;
    while (more) {
        const address = `${hookUrl}/tasks.task.list?start=${start}`;
        const tasks = await post(axios.post(address, { filter: {} })); //! http.rest tasks.task.list +pagination-loop -n-plus-1 -single-page-list
        more = tasks.length >= 50;
        if (more) start += 50;
    }
}
async function everyDeal() {
    for (let start = 0; ; start += 50) {
        const deals = await fetch(`${hookUrl}/crm.deal.list?start=${start}`); //! http.rest crm.deal.list +pagination-loop -chunked-loop
        for (let k = 0; k < deals.length; k += 5) {
            show(deals.slice(k, k + 5));
        }
    }
}
fetch(`${hookUrl}/crm.contact.list`, { body: JSON.stringify({ filter: { ID: 5 } }) }); //! http.rest crm.contact.list -single-page-list
const bound = BX24.callMethod.bind(BX24);
bound('profile', {}, (r) => r.error()); //! bx24.callMethod profile
