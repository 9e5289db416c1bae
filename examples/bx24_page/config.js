// Where the page runs. In a portal's frame `endpoint` is not used: the portal's window gives the token.
window.B24BRIDGE = {
  // bx24.js of the gateway; in production also //api.bitrix24.com/api/v1/ (then the original is used).
  script: 'http://127.0.0.1:8080/api/v1/',
  endpoint: 'http://127.0.0.1:8080/rest/1/KEY',
};
