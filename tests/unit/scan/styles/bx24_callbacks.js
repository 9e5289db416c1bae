BX24.callMethod('crm.deal.get', { id: 1 }, function (result) { //! bx24.callMethod crm.deal.get +no-error-check
    console.error('x');
    show(result.data());
});
BX24.callMethod('crm.deal.get', { id: 1 }, (result) => { //! bx24.callMethod crm.deal.get -no-error-check
    if (result.error()) return;
    BX24.callMethod('crm.contact.get', { id: result.data().CONTACT_ID }, (inner) => { //! bx24.callMethod crm.contact.get +nested-callback +no-error-check
        show(inner.data());
    });
});
BX24.callMethod('crm.deal.get', { id: 1 }, (result) => { //! bx24.callMethod crm.deal.get +no-error-check
    BX24.callMethod('crm.contact.get', { id: 2 }, (inner) => { //! bx24.callMethod crm.contact.get +nested-callback -no-error-check
        if (inner.error()) return;
    });
});
BX24.callMethod('crm.deal.update', { id: 1 }); //! bx24.callMethod crm.deal.update +result-ignored +no-error-check
BX24.callMethod('crm.deal.get', { id: 1 }, onDeal); //! bx24.callMethod crm.deal.get -no-error-check
function onDeal(res) {
    if (res.error()) { return; }
    show(res.data());
}
BX24.callMethod('crm.deal.get', { id: 1 }, unchecked); //! bx24.callMethod crm.deal.get +no-error-check
const unchecked = (res) => show(res.data());
BX24.callMethod('crm.item.list', { entityTypeId: 1 }, (res) => { //! bx24.callMethod crm.item.list +result-data-misuse
    if (!res.error()) { show(res.data().result.items); }
});
BX24.callMethod('crm.deal.list', {}, function (res) { //! bx24.callMethod crm.deal.list +bx24-more-next +pagination-loop -single-page-list
    if (res.error()) { return; }
    rows.push(...res.data());
    if (res.more()) res.next();
});
BX24.callMethod('crm.deal.list', {}, function (res) { //! bx24.callMethod crm.deal.list +single-page-list -bx24-more-next
    if (res.error()) { return; }
    show(res.data());
});
BX24.callBatch(cmd, function (r) { //! bx24.callBatch - +no-error-check
    show(r.a.data());
});
BX24.callBatch(cmd, function (results) { //! bx24.callBatch - -no-error-check
    for (const [key, answer] of Object.entries(results)) {
        if (answer.error()) { console.log(key); }
    }
});
BX24.callBatch(cmd, (results) => { //! bx24.callBatch - -no-error-check
    Object.values(results).forEach((answer) => { if (answer.error()) { stop(); } });
});
const load = (id) => new Promise((resolve, reject) => {
    BX24.callMethod('crm.deal.get', { id }, (res) => { //! bx24.callMethod crm.deal.get +promise-wrapper -promise-no-reject -no-error-check
        res.error() ? reject(res.error()) : resolve(res.data());
    });
});
const lost = (id) => new Promise((resolve, reject) => {
    BX24.callMethod('crm.deal.get', { id }, (res) => { //! bx24.callMethod crm.deal.get +promise-wrapper +promise-no-reject
        resolve(res.data());
    });
});
for (const id of ids) {
    BX24.callMethod('crm.deal.get', { id }, (res) => { if (res.error()) stop(); }); //! bx24.callMethod crm.deal.get +n-plus-1
    button.addEventListener('click', () => {
        BX24.callMethod('crm.deal.delete', { id }, (res) => { if (res.error()) stop(); }); //! bx24.callMethod crm.deal.delete -n-plus-1
    });
}
$.each(ids, function (i, id) {
    setTimeout(function () {
        BX24.callMethod('crm.deal.get', { id: id }, function (res) { if (res.error()) stop(); }); //! bx24.callMethod crm.deal.get +n-plus-1 +throttle-sleep
    }, i * 500);
});
await Promise.all(ids.map((id) => new Promise((resolve, reject) => {
    BX24.callMethod('crm.deal.get', { id }, (res) => { //! bx24.callMethod crm.deal.get +n-plus-1 +promise-wrapper
        if (res.error()) reject(res.error()); else resolve(res.data());
    });
})));
function pages(start) {
    BX24.callMethod('tasks.task.list', { start: start }, function (res) { //! bx24.callMethod tasks.task.list +pagination-loop
        if (res.error()) { return; }
        if (res.more()) pages(start + 50);
    });
}
