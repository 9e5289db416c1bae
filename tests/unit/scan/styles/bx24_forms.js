const { callMethod, callBatch: many } = BX24;
const B = window.BX24;
callMethod('user.current', {}, cb); //! bx24.callMethod user.current
many({ a: ['profile'] }, cb); //! bx24.callBatch - +batch-literal
B.callMethod('app.info', {}, function (r) { if (r.error()) { stop(); } }); //! bx24.callMethod app.info -no-error-check
top.BX24.fitWindow(); //! bx24.fitWindow
window.parent.BX24.closeApplication(); //! bx24.closeApplication
BX24?.openPath('/crm/'); //! bx24.openPath
BX24['callMethod']('scope', {}, (r) => { r.error() ? no() : yes(r.data()); }); //! bx24.callMethod scope -no-error-check
BX24.userOption.set('a', 1); //! bx24.userOption.set
BX24.placement.call('getStatus', {}, cb); //! bx24.placement.call
BX24.im.openMessenger(); //! bx24.im.openMessenger
if (typeof BX24 !== 'undefined') { BX24.ready(start); } //! bx24.ready
BX24.getUser(cb); //! bx24.getUser +unknown-bx24-function
const auth = BX24.getAuth(); //! bx24.getAuth -getauth-callback
BX24.getAuth((a) => a); //! bx24.getAuth +getauth-callback
const name = `crm.${kind}.update`;
BX24.callMethod(name, {}, cb); //! bx24.callMethod - +dynamic-method
BX24.callMethod(`crm.${kind}.add`, {}, cb); //! bx24.callMethod - +dynamic-method ~crm.*.add
BX24.callMethod(`crm.deal.add`, {}, cb); //! bx24.callMethod crm.deal.add -dynamic-method
BX24.callMethod('crm.' + kind + '.get', {}, cb); //! bx24.callMethod - +dynamic-method ~crm.*.get
BX24.myOwn = function () {};
BX24.myOwn();
document.addEventListener('x', BX24.fitWindow);
bx24.callMethod('user.get');
chart.callMethod('destroy');
const text = 'BX24.init()';
