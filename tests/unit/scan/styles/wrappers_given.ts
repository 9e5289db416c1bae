type Caller = (method: string, params?: object) => Promise<any>;
export const call = (method: string, params = {}) => BX24.callMethod(method, params, done); //! bx24.callMethod - +wrapper
export async function callAll(method: string) {
    return call(method, {}); //! wrapper.call - +dynamic-method
}
export async function deals(ask: Caller) {
    return ask('crm.deal.list', { filter: {} }); //! wrapper.call crm.deal.list +single-page-list
}
export async function words(translate: (key: string) => string) {
    return translate('menu.title');
}
callAll('crm.lead.list'); //! wrapper.call crm.lead.list -single-page-list
