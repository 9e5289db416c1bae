// The service layer of the founding front end, with its functions and limits, on the promise forms:
// what never settled there (a 5xx, a frame that is silent, an error's text) settles here.
const bitrix24 = (function () {
  const INIT_MS = 5000;
  const CALL_MS = 10000;

  function load() {
    return new Promise((resolve, reject) => {
      const tag = document.createElement('script');
      tag.src = window.B24BRIDGE.script;
      tag.onload = resolve;
      tag.onerror = () => reject(new Error('BX24 was not loaded from ' + tag.src));
      document.head.append(tag);
    });
  }

  return {
    async init() {
      await load();
      await BX24.promise.init({timeout: INIT_MS});
    },
    async callMethod(method, params) {
      const result = await BX24.promise.callMethod(method, params, {timeout: CALL_MS});
      return result.data();
    },
    // What the founding layer could not do: all pages.
    list: (method, params) => BX24.promise.callAll(method, params, {timeout: CALL_MS}),
    getUser: () => BX24.promise.getUser({timeout: CALL_MS}),
    getAuth: () => BX24.promise.getAuth({timeout: INIT_MS}),
    installFinish: () => BX24.promise.installFinish(),
  };
}());
