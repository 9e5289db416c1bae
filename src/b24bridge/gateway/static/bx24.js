/*
 * bx24.js of b24bridge: the BX24 object for pages outside a portal, and for application frames.
 *
 *   inside a frame named HOST|1|APP_SID   speaks the portal's postMessage protocol
 *   anywhere else                         talks to a b24bridge gateway (or a webhook)
 *   where BX24 is already loaded          leaves it alone, adds only BX24.promise and BX24.getUser
 *
 * Settings outside a frame: <script src=".../api/v1/" data-endpoint="https://gateway/rest/1/key">, or
 *   window.B24BRIDGE = {endpoint: "...", token: "...", refresh: function (done) {...}, init: {IS_ADMIN: true, ...}}
 *
 * The callback forms behave as the original does, silence after a 5xx included; BX24.promise always settles.
 * ECMAScript 5, no dependencies.
 */
(function (window, document) {
  'use strict';
  var original = window.BX24;
  var settings = window.B24BRIDGE || {};
  var script = document.currentScript;

  var QUERY_ERROR = 'Query error!';
  var LIMIT_CALLS = 90;
  var LIMIT_DRAIN_PER_MS = 2 / 1000;
  var LIMIT_WAIT_MS = 1000;
  var READY_DELAY_MS = 10;
  var SCRIPT_GAP_MS = 50;
  var PROMISE_TIMEOUT_MS = 30000;

  // --- values

  function isArray(value) {
    return Object.prototype.toString.call(value) === '[object Array]';
  }

  function isDate(value) {
    return Object.prototype.toString.call(value) === '[object Date]';
  }

  function isFunction(value) {
    return typeof value === 'function';
  }

  function has(object, key) {
    return Object.prototype.hasOwnProperty.call(object, key);
  }

  function now() {
    return new Date().getTime();
  }

  function later(action, delay) {
    window.setTimeout(action, delay);
  }

  function apart(action) {
    // One failing handler must not take the others with it; its exception still reaches window.onerror.
    try {
      action();
    } catch (exception) {
      later(function () { throw exception; }, 0);
    }
  }

  function randomId() {
    var text = '';
    while (text.length < 32) {
      text += Math.floor(Math.random() * 36).toString(36);
    }
    return text;
  }

  function warn(text) {
    if (window.console && window.console.warn) {
      window.console.warn('bx24.js: ' + text);
    }
  }

  // --- the form body

  // One level: scalars in their order, then objects; files when they have been read.
  function encode(data, prefix, done) {
    var text = '', objects = [], waiting, key, name, i;
    if (typeof data === 'string' || data === null || data === undefined) {
      done(data || '');
      return;
    }
    for (key in data) {
      if (has(data, key)) {
        name = encodeURIComponent(key);
        if (prefix) {
          name = prefix + '[' + name + ']';
        }
        if (typeof data[key] === 'object') {
          objects.push([name, data[key]]);
        } else {
          text += (text ? '&' : '') + name + '=' + encodeURIComponent(data[key]);
        }
      }
    }
    waiting = objects.length;
    if (!waiting) {
      done(text);
      return;
    }
    function add(part) {
      text += part ? '&' + part : '';
      waiting -= 1;
      if (!waiting) {
        done(text);
      }
    }
    for (i = 0; i < objects.length; i += 1) {
      encodeObject(objects[i][0], objects[i][1], add);
    }
  }

  function encodeObject(name, value, done) {
    if (value === null) {
      done('');
    } else if (isArray(value) && !value.length) {
      done(name + '=');
    } else if (isDate(value)) {
      done(name + '=' + encodeURIComponent(value.toJSON()));
    } else if ('nodeType' in value) {
      encodeElement(name, value, done);
    } else {
      encode(value, name, done);
    }
  }

  function encodeElement(name, element, done) {
    if (String(element.tagName).toUpperCase() === 'INPUT' && element.type === 'file') {
      readFiles(element, function (files) {
        // Of a multiple input's pairs only two are sent: the flaw of the original, kept.
        done(!files.length ? name + '='
          : name + '[0]=' + encodeURIComponent(files[0]) + '&' + name + '[1]=' + encodeURIComponent(files[1]));
      });
    } else {
      done(element.value === undefined ? '' : name + '=' + encodeURIComponent(element.value));
    }
  }

  function readFiles(input, done) {
    var list = input.files || [], pairs = [], waiting = list.length, i;
    function read(position) {
      var reader = new window.FileReader();
      reader.onload = function () {
        pairs[position] = [list[position].name, String(reader.result).split(',')[1] || ''];
        waiting -= 1;
        if (!waiting) {
          done(input.multiple ? pairs : pairs[0]);
        }
      };
      reader.readAsDataURL(list[position]);
    }
    if (!waiting || !window.FileReader) {
      done([]);
      return;
    }
    for (i = 0; i < list.length; i += 1) {
      read(i);
    }
  }

  // --- results

  function AjaxError(status, ex) {
    this.status = status;
    this.ex = ex;
  }

  AjaxError.prototype.getError = function () {
    return this.ex;
  };

  AjaxError.prototype.getStatus = function () {
    return this.status;
  };

  AjaxError.prototype.toString = function () {
    return this.ex.error + (this.ex.error_description ? ': ' + this.ex.error_description : '') + ' (' + this.status + ')';
  };

  // What the caller changes later does not reach next(). As in the original a copy owns what was
  // inherited, and has no holes.
  function copied(value) {
    var copy, i;
    if (value === null || typeof value !== 'object') {
      return value;
    }
    if ('nodeType' in value) {
      return value.cloneNode(true);
    }
    if (isArray(value)) {
      copy = [];
      for (i = 0; i < value.length; i += 1) {
        copy[i] = copied(value[i]);
      }
      return copy;
    }
    if (isDate(value)) {
      return new Date(value);
    }
    copy = {};
    for (i in value) {
      copy[i] = copied(value[i]);
    }
    return copy;
  }

  function AjaxResult(answer, query, status) {
    this.answer = answer;
    this.query = copied(query);
    this.status = status;
    if (answer.next !== undefined) {
      answer.next = parseInt(answer.next);
    }
    if (answer.error !== undefined) {
      answer.ex = new AjaxError(status, typeof answer.error === 'string' ? answer : answer.error);
    }
  }

  AjaxResult.prototype.data = function () {
    return this.answer.result;
  };

  AjaxResult.prototype.error = function () {
    return this.answer.ex;
  };

  AjaxResult.prototype.error_description = function () {
    return this.answer.error_description;
  };

  AjaxResult.prototype.more = function () {
    return !isNaN(this.answer.next);
  };

  AjaxResult.prototype.total = function () {
    return parseInt(this.answer.total);
  };

  AjaxResult.prototype.time = function () {
    return this.answer.time;
  };

  AjaxResult.prototype.next = function (callback) {
    if (!this.more()) {
      return false;
    }
    this.query.start = this.answer.next;
    if (isFunction(callback)) {
      this.query.callback = callback;
    }
    issue(this.query);
    return undefined;
  };

  // --- the session: who asks whom

  // It says when calls may start, with which token, at which address, and gets new tokens.
  var session;

  // `loaded`: the init data is there, calls may go. `started`: installation is over too.
  var state = {loaded: false, started: false, failed: null, queue: [], auth: null};
  var data = {PLACEMENT: null, PLACEMENT_OPTIONS: null};

  function whenReady(action) {
    if (state.loaded) {
      action();
    } else {
      state.queue.push(action);
    }
  }

  function start() {
    state.started = true;
    while (state.queue.length) {
      apart(state.queue.shift());
    }
  }

  function storeAuth(reply) {
    state.auth = {
      id: reply.AUTH_ID,
      refresh: reply.REFRESH_ID,
      expires: now() + reply.AUTH_EXPIRES * 1000
    };
  }

  // For callers; a call itself still goes in the very millisecond in which the token ends.
  function currentAuth() {
    return state.loaded && state.auth.expires > now() && {
      access_token: state.auth.id,
      refresh_token: state.auth.refresh,
      expires_in: state.auth.expires,
      domain: data.DOMAIN,
      member_id: data.MEMBER_ID
    };
  }

  function receive(reply) {
    data = reply;
    storeAuth(reply);
    state.loaded = true;
    install.begin();
  }

  // --- installation

  var install = {
    handlers: [],
    running: false,

    begin: function () {
      if (data.FIRST_RUN && this.handlers.length) {
        this.running = true;
        this.step();
      } else {
        start();
      }
    },

    step: function () {
      var handler = this.handlers.shift();
      if (handler === undefined) {
        this.running = false;
        data.FIRST_RUN = false;
        data.INSTALL = false;
        session.send('setInstall', {install: true});
        start();
      } else if (isFunction(handler)) {
        apart(handler);
      } else {
        BX24.loadScript(handler);
      }
    },

    finish: function () {
      if (this.running) {
        this.step();
      } else if (!state.started || data.INSTALL) {
        session.send('setInstallFinish', {});
      }
    }
  };

  // --- the portal's frame

  function frameSession(parts) {
    var host = parts[0].replace(/:(80|443)$/, '');
    var origin = (parseInt(parts[1]) ? 'https://' : 'http://') + host;
    var sid = parts[2];
    var callbacks = {};

    window.addEventListener('message', function (event) {
      var cut, id, text;
      if (event.origin !== origin || typeof event.data !== 'string') {
        return;
      }
      cut = event.data.indexOf(':');
      id = event.data.substring(0, cut);
      text = event.data.substring(cut + 1);
      if (cut > 0 && has(callbacks, id)) {
        callbacks[id](text ? JSON.parse(text) : []);
      }
    });

    return {
      host: host,

      send: function (command, params, callback) {
        var id = '';
        if (callback) {
          id = randomId();
          callbacks[id] = callback;
        }
        window.parent.postMessage([command, params ? JSON.stringify(params) : '', id, sid].join(':'), origin);
      },

      begin: function () {
        this.send('getInitData', null, function (reply) {
          // The frame's name says where the portal is, whatever the reply says.
          reply.DOMAIN = host;
          reply.MEMBER_ID = reply.MEMBER_ID || '';
          if (!reply.AUTH_ID) {
            // Nobody is known: no administrator, and the first call asks for a token.
            reply.IS_ADMIN = reply.MEMBER_ID = reply.REFRESH_ID = null;
            reply.AUTH_EXPIRES = -1;
          }
          receive(reply);
        });
      },

      ready: whenReady,

      token: function () {
        return state.auth.expires < now() ? null : 'auth=' + state.auth.id;
      },

      address: function (method) {
        return (parseInt(data.PROTOCOL) ? 'https://' : 'http://') + data.DOMAIN + data.PATH + '/' +
          encodeURIComponent(method) + '.json';
      },

      refresh: function (done) {
        this.send('refreshAuth', {}, function (reply) {
          storeAuth(reply);
          done();
        });
      }
    };
  }

  // --- the gateway

  function setting(name) {
    return settings[name] || (script && script.getAttribute('data-' + name)) || '';
  }

  function gatewaySession() {
    var endpoint = setting('endpoint') || (script && script.src ? script.src.replace(/^(\w+:\/\/[^\/]+).*$/, '$1/rest') : '');
    var host = endpoint.replace(/^\w*:?\/\//, '').split('/')[0] || window.location.host;
    var own;
    endpoint = endpoint.replace(/\/+$/, '');

    function ask(method, params, done, failed) {
      exchange({method: method, data: params}, done, failed);
    }

    function defaults(known) {
      var reply = {
        LANG: (window.navigator.language || 'en').substring(0, 2), DOMAIN: host, MEMBER_ID: '',
        PROTOCOL: endpoint.indexOf('https:') === 0 ? 1 : 0, PATH: '/rest', PLACEMENT: 'DEFAULT', PLACEMENT_OPTIONS: [],
        AUTH_ID: setting('token'), REFRESH_ID: '', AUTH_EXPIRES: 3600 * 24 * 365, IS_ADMIN: false,
        INSTALL: false, FIRST_RUN: false, USER_OPTIONS: {}, APP_OPTIONS: {}
      }, key;
      for (key in known) {
        if (has(known, key)) {
          reply[key] = known[key];
        }
      }
      return reply;
    }

    var commands = {
      resizeWindow: function (params, done) { done({width: window.innerWidth, height: window.innerHeight}); },
      setTitle: function (params, done) { document.title = params.title; done(params); },
      setScroll: function (params, done) { window.scrollTo(0, params.scroll); done(params); },
      reloadWindow: function () { window.location.reload(); },
      setInstall: function (params, done) { done(params); },
      setInstallFinish: function () { data.INSTALL = false; },
      closeApplication: function (params, done) { done([]); },
      setUserOption: function (params, done) { option('user.option.set', params, done); },
      setAppOption: function (params, done) { option('app.option.set', params, done); }
    };

    function option(method, params, done) {
      var options = {};
      options[params.name] = params.value;
      ask(method, {options: options}, function () { done(params); }, function () {
        warn(method + ' was refused; the option ' + params.name + ' lives only in this page.');
      });
    }

    own = {
      host: host,

      send: function (command, params, callback) {
        if (has(commands, command)) {
          commands[command](params, isFunction(callback) ? callback : function () {});
        } else {
          warn(command + ' needs the frame of a portal; outside it nothing happens.');
        }
      },

      begin: function () {
        if (!endpoint) {
          state.failed = 'no gateway is set: add data-endpoint to the script tag, or window.B24BRIDGE = {endpoint: "..."}';
          warn(state.failed);
        } else if (settings.init) {
          later(function () { receive(defaults(settings.init)); }, 0);
        } else {
          state.auth = {id: setting('token'), refresh: '', expires: Infinity};
          ask('batch', {halt: 0, cmd: {me: 'profile?', user: 'user.option.get?', app: 'app.option.get?'}}, function (answer) {
            var found = (answer.result || {}).result || {};
            receive(defaults({
              IS_ADMIN: Boolean((found.me || {}).ADMIN), USER_OPTIONS: found.user || {}, APP_OPTIONS: found.app || {}
            }));
          }, function (code, text, status) {
            state.failed = 'the gateway ' + host + ' did not answer the first call: ' + code + ' (' + status + ')';
            warn(state.failed);
          });
        }
      },

      ready: whenReady,

      token: function () {
        var auth = state.auth && state.auth.expires >= now();
        return !auth && settings.refresh ? null : state.auth.id ? 'auth=' + encodeURIComponent(state.auth.id) : '';
      },

      address: function (method) {
        return endpoint + '/' + encodeURIComponent(method) + '.json';
      },

      refresh: function (done) {
        if (!isFunction(settings.refresh)) {
          warn('the token is too old; give B24BRIDGE.refresh = function (done) {...} or let the gateway keep the token.');
          return;
        }
        settings.refresh(function (reply) {
          storeAuth(reply);
          done();
        });
      }
    };
    return own;
  }

  // --- a BX24 that was there before

  function guestSession(host) {
    var secure = window.name.split('|')[1] || (window.location.protocol === 'https:' ? '1' : '0');
    return {
      ready: function (action) { host.init(action); },
      token: function () {
        var auth = host.getAuth();
        return auth ? 'auth=' + encodeURIComponent(auth.access_token) : null;
      },
      address: function (method) {
        return (secure === '1' ? 'https://' : 'http://') + host.getDomain() + '/rest/' + encodeURIComponent(method) + '.json';
      },
      refresh: function (done) { host.refreshAuth(function () { done(); }); }
    };
  }

  // --- calls

  var bucket = {amount: 0, at: now()};

  function limited(action) {
    var at = now();
    bucket.amount = Math.max(0, bucket.amount - Math.max(0, at - bucket.at) * LIMIT_DRAIN_PER_MS);
    bucket.at = at;
    if (bucket.amount > LIMIT_CALLS) {
      later(function () { limited(action); }, LIMIT_WAIT_MS);
    } else {
      bucket.amount += 1;
      action();
    }
  }

  // Send one request. `done(answer, status)` gets what the portal says, errors included;
  // `failed(code, text, status)` gets what is no answer of the portal. Returns a way to give up.
  function exchange(query, done, failed) {
    var xhr = new window.XMLHttpRequest();
    var given = {};

    function readable(status) {
      return status >= 200 && status < 300 || status === 304 || status >= 400 && status < 500 ||
        status === 1223 || status === 0 && xhr.responseText.length > 0;
    }

    xhr.open('POST', session.address(query.method), true);
    xhr.onload = function () {
      var answer;
      if (!readable(xhr.status)) {
        failed('ERROR_UNEXPECTED_ANSWER', xhr.responseText, xhr.status);
        return;
      }
      if (xhr.responseText.length) {
        try {
          answer = JSON.parse(xhr.responseText);
        } catch (exception) {
          failed('ERROR_UNEXPECTED_ANSWER', xhr.responseText, xhr.status);
          return;
        }
      } else {
        answer = {result: {}};
      }
      done(answer, xhr.status);
    };
    xhr.onerror = function () {
      failed('ERROR_NETWORK', '', 0);
    };
    given.up = function () {
      xhr.onload = xhr.onerror = null;
      xhr.abort();
    };

    function send(text) {
      // No header is set: a text body is a simple request, without a preflight.
      xhr.send(text);
    }

    var head = session.token();
    if (query.start !== undefined) {
      head += (head ? '&' : '') + 'start=' + query.start;
    }
    if (query.data) {
      encode(query.data, '', function (text) {
        send(head + (head ? '&' : '') + text);
      });
    } else {
      send(head);
    }
    return given;
  }

  function issue(query) {
    if (query.settle) {
      query.settle.again(query);
      return;
    }
    limited(function () {
      session.ready(function () {
        if (session.token() === null) {
          session.refresh(function () { perform(query); });
        } else {
          perform(query);
        }
      });
    });
  }

  function perform(query) {
    if (query.data && query.data.start) {
      delete query.data.start;
    }
    exchange(query, function (answer, status) {
      if (answer.error && String(answer.error) === 'expired_token') {
        session.refresh(function () { issue(query); });
      } else {
        answer = new AjaxResult(answer, query, status);
        if (isFunction(query.callback)) {
          query.callback.apply(window, [answer]);
        }
      }
    }, function () {
      // In the load handler, where no try of the application catches it, and the callback never runs.
      throw QUERY_ERROR;
    });
  }

  // --- batch

  function entry(call) {
    return isArray(call) ? {method: call[0], params: call[1]} : {method: call.method, params: call.params};
  }

  // `done(cmd)` gets the commands that have a method; with none it never runs.
  function commandsOf(calls, done) {
    var cmd = isArray(calls) ? [] : {}, found = [], waiting, i;
    function put(key, method) {
      return function (text) {
        cmd[key] = method + '?' + text;
        waiting -= 1;
        if (!waiting) {
          done(cmd);
        }
      };
    }
    for (i in calls) {
      if (has(calls, i) && calls[i] && entry(calls[i]).method) {
        cmd[i] = '';
        found.push(i);
      }
    }
    waiting = found.length;
    for (i = 0; i < found.length; i += 1) {
      encode(entry(calls[found[i]]).params, '', put(found[i], entry(calls[found[i]]).method));
    }
    return found.length > 0;
  }

  // Throws where the answer is no batch answer, as the original does. `query` makes what next() sends
  // out of the method and the text of a command.
  function unpack(cmd, answer, status, query) {
    var out = isArray(cmd) ? [] : {}, item, parts, i;
    for (i in cmd) {
      if (has(cmd, i) && (answer.result[i] !== undefined || answer.result_error[i] !== undefined)) {
        parts = cmd[i].split('?');
        item = {
          result: answer.result[i] === undefined ? {} : answer.result[i],
          error: answer.result_error[i] || undefined,
          total: answer.result_total[i],
          next: answer.result_next[i]
        };
        if (answer.result_time && answer.result_time[i]) {
          item.time = answer.result_time[i];
        }
        out[i] = new AjaxResult(item, query(parts[0], parts[1]), status);
      }
    }
    return out;
  }

  // --- the public object

  var stored = {
    get: function (place) {
      return function (name) {
        return state.loaded ? data[place][name] : undefined;
      };
    },
    put: function (place, command, name, value, callback) {
      if (state.loaded) {
        data[place][name] = value;
        session.send(command, {name: name, value: value}, callback);
      }
    }
  };

  var documentReady = document.readyState === 'complete' || document.readyState === 'interactive';
  document.addEventListener('DOMContentLoaded', function () { documentReady = true; });

  var current = null;
  var proxies = [];

  var BX24 = {
    init: function (callback) {
      if (state.started) {
        later(callback, READY_DELAY_MS);
      } else {
        state.queue.push(callback);
      }
    },

    install: function (handler) {
      install.handlers.push(handler);
    },

    installFinish: function () {
      install.finish();
    },

    callMethod: function (method, params, callback) {
      issue({method: method, data: params, callback: callback});
    },

    callBatch: function (calls, callback, halt) {
      commandsOf(calls, function (cmd) {
        BX24.callMethod('batch', {halt: halt ? 1 : 0, cmd: cmd}, function (result) {
          var container;
          if (callback) {
            container = unpack(cmd, result.data(), result.status, function (method, text) {
              return {method: method, data: text, callback: callback};
            });
            callback.apply(window, [container]);
          }
        });
      });
    },

    callBind: function (event, handler, authType, callback) {
      return binding('event.bind', event, handler, authType === undefined ? 0 : authType, callback);
    },

    callUnbind: function (event, handler, authType, callback) {
      return binding('event.unbind', event, handler, authType === null ? undefined : authType, callback);
    },

    getAuth: function (callback) {
      var auth = currentAuth();
      if (isFunction(callback)) {
        later(function () { callback(auth); }, 0);
      }
      return auth;
    },

    refreshAuth: function (callback) {
      if (state.loaded) {
        session.refresh(function () {
          if (callback) {
            callback(BX24.getAuth());
          }
        });
      }
    },

    getUser: function (callback) {
      BX24.callMethod('user.current', {}, callback);
    },

    isAdmin: function () {
      return Boolean(data.IS_ADMIN);
    },

    getLang: function () {
      return state.loaded ? data.LANG : '';
    },

    getDomain: function () {
      return data.DOMAIN || session.host;
    },

    canUse: function (feature) {
      return feature === 'upload' ? Boolean(window.FileReader) : true;
    },

    userOption: {
      get: stored.get('USER_OPTIONS'),
      set: function (name, value) {
        stored.put('USER_OPTIONS', 'setUserOption', name, value);
      }
    },

    appOption: {
      get: stored.get('APP_OPTIONS'),
      set: function (name, value, callback) {
        if (BX24.isAdmin()) {
          stored.put('APP_OPTIONS', 'setAppOption', name, value, callback);
        }
      }
    },

    resizeWindow: function (width, height, callback) {
      width = parseInt(width);
      height = parseInt(height);
      if (width > 0 && height > 0) {
        session.send('resizeWindow', {width: width, height: height}, callback);
      }
    },

    fitWindow: function (callback) {
      session.send('resizeWindow', {width: '100%', height: BX24.getScrollSize().scrollHeight}, callback);
    },

    reloadWindow: function (callback) {
      session.send('reloadWindow', {}, callback);
    },

    setTitle: function (title, callback) {
      session.send('setTitle', {title: title.toString()}, callback);
    },

    scrollParentWindow: function (scroll, callback) {
      scroll = parseInt(scroll);
      if (!isNaN(scroll)) {
        session.send('setScroll', {scroll: scroll}, callback);
      }
    },

    getScrollSize: function () {
      var root = document.documentElement;
      return {
        scrollWidth: Math.max(root.scrollWidth, root.offsetWidth),
        scrollHeight: Math.max(root.scrollHeight, root.offsetHeight)
      };
    },

    openApplication: function (params, callback, options) {
      var key;
      if (isFunction(params)) {
        callback = params;
        params = {};
      }
      if (options) {
        params = copied(params || {});
        for (key in options) {
          params['bx24_' + key] = options[key];
        }
      }
      session.send('openApplication', params, callback);
    },

    closeApplication: function (callback) {
      session.send('closeApplication', null, callback);
    },

    openPath: function (path, callback) {
      session.send('openPath', {path: path}, callback);
    },

    selectUser: function (title, callback) {
      selectUsers(title, callback, false);
    },

    selectUsers: function (title, callback) {
      selectUsers(title, callback, true);
    },

    selectAccess: function (title, value, callback) {
      if (typeof title !== 'string') {
        callback = value;
        value = title;
      }
      if (isFunction(value)) {
        callback = value;
        value = [];
      }
      session.send('selectAccess', {value: value}, callback);
    },

    selectCRM: function (params, callback) {
      if (isFunction(params)) {
        callback = params;
        params = {};
      }
      session.send('selectCRM', {entityType: params.entityType, multiple: params.multiple, value: params.value}, callback);
    },

    im: {
      callTo: function (userId, video) {
        session.send('imCallTo', {userId: userId, video: video});
      },
      phoneTo: function (phone) {
        session.send('imPhoneTo', {phone: phone});
      },
      openMessenger: function (dialogId) {
        session.send('imOpenMessenger', {dialogId: dialogId});
      },
      openHistory: function (dialogId) {
        session.send('imOpenHistory', {dialogId: dialogId});
      }
    },

    placement: {
      info: function () {
        return {placement: data.PLACEMENT, options: data.PLACEMENT_OPTIONS};
      },
      getInterface: function (callback) {
        session.send('getInterface', null, callback);
      },
      call: function (command, params, callback) {
        if (isFunction(params)) {
          callback = params;
          params = {};
        }
        if (!BX24[command] || command === 'getUser' || command === 'promise') {
          session.send(command, params, callback);
        }
      },
      bindEvent: function (event, callback) {
        session.send('placementBindEvent', {event: event}, callback);
      }
    },

    ready: function (callback) {
      if (documentReady) {
        later(callback, READY_DELAY_MS);
      } else {
        document.addEventListener('DOMContentLoaded', function () { later(callback, READY_DELAY_MS); });
      }
    },

    isReady: function () {
      return documentReady;
    },

    bind: function (element, event, handler) {
      element.addEventListener(event, handler, false);
      if (event === 'mousewheel') {
        element.addEventListener('DOMMouseScroll', handler, false);
      } else if (event === 'transitionend') {
        element.addEventListener('webkitTransitionEnd', handler, false);
      }
    },

    unbind: function (element, event, handler) {
      element.removeEventListener(event, handler, false);
      if (event === 'mousewheel') {
        element.removeEventListener('DOMMouseScroll', handler, false);
      }
    },

    proxy: function (callback, context) {
      var i, bound;
      for (i = 0; i < proxies.length; i += 1) {
        if (proxies[i][0] === callback && proxies[i][1] === context) {
          return proxies[i][2];
        }
      }
      bound = function () {
        var before = current;
        current = this;
        try {
          return callback.apply(context, arguments);
        } finally {
          current = before;
        }
      };
      proxies.push([callback, context, bound]);
      return bound;
    },

    proxyContext: function () {
      return current;
    },

    loadScript: function (list, callback) {
      var addresses = isArray(list) ? list.slice() : [list];
      function next() {
        var tag;
        if (!addresses.length) {
          if (isFunction(callback)) {
            callback();
          }
          return;
        }
        tag = document.createElement('script');
        tag.src = addresses.shift();
        tag.onload = tag.onerror = function () {
          tag.parentNode.removeChild(tag);
          later(next, SCRIPT_GAP_MS);
        };
        document.getElementsByTagName('head')[0].appendChild(tag);
      }
      BX24.ready(next);
    }
  };

  BX24.callUnBind = BX24.callUnbind;

  // Too early is later, and false as if it were refused.
  function binding(method, event, handler, authType, callback) {
    var params = {event: event || '', handler: handler || ''};
    if (!state.loaded) {
      BX24.init(function () { binding(method, event, handler, authType, callback); });
      return false;
    }
    if (!BX24.isAdmin()) {
      return false;
    }
    if (authType !== undefined) {
      params.auth_type = authType;
    }
    return BX24.callMethod(method, params, callback);
  }

  function selectUsers(title, callback, many) {
    if (isFunction(title)) {
      callback = title;
      title = '';
    }
    session.send('selectUser', {title: title, mult: many}, callback);
  }

  // --- promises

  function failure(code, description, status, result) {
    var error = new Error(code + (description ? ': ' + description : '') + ' (' + status + ')');
    error.code = code;
    error.description = description || '';
    error.status = status;
    error.result = result;
    return error;
  }

  function refusal(result) {
    var answer = result.answer, error = answer.error;
    if (error && typeof error === 'object') {
      return failure(error.code || error.error, error.message || error.error_description, result.status, result);
    }
    return failure(String(error), answer.error_description, result.status, result);
  }

  // Every promise form runs through here: one timer covers the wait for the frame, for a
  // token and for the answer, and whatever comes first settles.
  function promised(query, timeout) {
    if (!window.Promise) {
      throw new Error('BX24.promise needs Promise; load a polyfill before bx24.js.');
    }
    return new window.Promise(function (resolve, reject) {
      var timer, request, refreshed = false;

      function settle(action, value) {
        window.clearTimeout(timer);
        action(value);
      }

      function refresh() {
        refreshed = true;
        session.refresh(send);
      }

      function send() {
        request = exchange(query, function (answer, status) {
          var result;
          if (!answer || typeof answer !== 'object') {
            settle(reject, failure('ERROR_UNEXPECTED_ANSWER', 'The answer is no object.', status));
            return;
          }
          if (answer.error === 'expired_token' && !refreshed) {
            refresh();
            return;
          }
          result = new AjaxResult(answer, query, status);
          settle(answer.error === undefined ? resolve : reject, answer.error === undefined ? result : refusal(result));
        }, function (code, text, status) {
          var answer;
          try {
            answer = JSON.parse(text);
          } catch (exception) {
            answer = null;
          }
          settle(reject, answer && answer.error ? refusal(new AjaxResult(answer, query, status))
            : failure(code, status ? 'The portal answered without JSON.' : 'The portal was not reached.', status));
        });
      }

      limited(function () {
        timer = window.setTimeout(function () {
          if (request) {
            request.up();
          }
          reject(failure('TIMED_OUT', state.failed || query.method + ' took longer than ' + timeout + ' ms.', 0));
        }, timeout);
        session.ready(function () {
          if (session.token() === null) {
            refresh();
          } else {
            send();
          }
        });
      });
    });
  }

  function timeoutOf(options) {
    return options && options.timeout || PROMISE_TIMEOUT_MS;
  }

  function promisedCall(method, params, options) {
    var query = {method: method, data: params, settle: {
      // next(callback) of a result that came through a promise
      again: function (asked) {
        promised(asked, timeoutOf(options)).then(function (result) {
          if (isFunction(asked.callback)) {
            asked.callback(result);
          }
        });
      }
    }};
    return promised(query, timeoutOf(options));
  }

  function rowsOf(result) {
    var rows = result.data(), key;
    if (isArray(rows)) {
      return rows;
    }
    for (key in rows) {
      if (isArray(rows[key])) {
        return rows[key];
      }
    }
    return [];
  }

  function simple(register, timeout, what) {
    return new window.Promise(function (resolve, reject) {
      var timer = window.setTimeout(function () {
        reject(failure('TIMED_OUT', state.failed || what + ' was not answered in ' + timeout + ' ms.', 0));
      }, timeout);
      register(function (value) {
        window.clearTimeout(timer);
        resolve(value);
      });
    });
  }

  function promiseForms(api) {
    var forms = {
      init: function (options) {
        return simple(function (done) { api.init(function () { done(); }); }, timeoutOf(options), 'init');
      },

      callMethod: promisedCall,

      // The next page of a result, or false when there is none.
      next: function (result, options) {
        if (!result.more()) {
          return window.Promise.resolve(false);
        }
        result.query.start = result.answer.next;
        return promised(result.query, timeoutOf(options));
      },

      // All rows of all pages.
      callAll: function (method, params, options) {
        var rows = [];
        function collect(result) {
          rows = rows.concat(rowsOf(result));
          return result.more() ? forms.next(result, options).then(collect) : rows;
        }
        return promisedCall(method, params, options).then(collect);
      },

      callBatch: function (calls, options) {
        return new window.Promise(function (resolve, reject) {
          var sent = commandsOf(calls, function (cmd) {
            promisedCall('batch', {halt: options && options.halt ? 1 : 0, cmd: cmd}, options).then(function (result) {
              var answer = result.data(), i;
              if (!answer || !answer.result || !answer.result_error) {
                throw failure('ERROR_UNEXPECTED_ANSWER', 'The answer is no batch answer.', result.status, result);
              }
              for (i in cmd) {
                if (has(cmd, i) && answer.result[i] === undefined && answer.result_error[i] === undefined) {
                  if (isArray(answer.result_error)) {
                    answer.result_error = {};
                  }
                  answer.result_error[i] = {error: 'NOT_RUN', error_description: 'A command before this one failed.'};
                }
              }
              return unpack(cmd, {
                result: answer.result, result_error: answer.result_error, result_total: answer.result_total || {},
                result_next: answer.result_next || {}, result_time: answer.result_time
              }, result.status, function (method, text) {
                return {method: method, data: text, settle: result.query.settle};
              });
            }).then(resolve, reject);
          });
          if (!sent) {
            resolve(isArray(calls) ? [] : {});
          }
        });
      },

      getAuth: function (options) {
        return forms.init(options).then(function () { return api.getAuth() || forms.refreshAuth(options); });
      },

      refreshAuth: function (options) {
        return simple(function (done) { api.refreshAuth(done); }, timeoutOf(options), 'refreshAuth');
      },

      getUser: function (options) {
        return promisedCall('user.current', {}, options).then(function (result) { return result.data(); });
      },

      installFinish: function () {
        api.installFinish();
        return window.Promise.resolve();
      }
    };
    return forms;
  }

  // --- B24, over @bitrix24/b24jssdk

  // The constructor that the migration document writes. The SDK has no such class; this one
  // hands everything to the SDK's own (window.B24Js, its UMD build).
  function B24(options) {
    var sdk = window.B24Js;
    if (!sdk) {
      throw new Error('B24 needs @bitrix24/b24jssdk: load dist/umd/index.min.js before use.');
    }
    if (options.mode === 'webhook') {
      this.client = options.webhookUrl ? sdk.B24Hook.fromWebhookUrl(options.webhookUrl) : new sdk.B24Hook(options.hook);
    } else if (options.mode === 'oauth') {
      if (!options.tokens) {
        throw new Error('B24 in mode "oauth" needs tokens: {accessToken, refreshToken, ...}; the SDK does not fetch the first ones.');
      }
      this.client = new sdk.B24OAuth(options.tokens, {clientId: options.clientId, clientSecret: options.clientSecret});
    } else {
      throw new Error('B24: mode is "webhook" or "oauth", not ' + JSON.stringify(options.mode) + '.');
    }
  }

  function successful(answer) {
    if (!answer.isSuccess) {
      throw new Error(answer.getErrorMessages().join('; '));
    }
    return answer;
  }

  B24.prototype.call = function (method, params) {
    return this.client.actions.v2.call.make({method: method, params: params}).then(successful).then(function (answer) {
      return answer.getData();
    });
  };

  B24.prototype.batch = function (calls, halt) {
    return this.client.actions.v2.batch.make({calls: calls, options: {isHaltOnError: Boolean(halt)}}).then(successful).then(function (answer) {
      return {result: answer.getData()};
    });
  };

  B24.prototype.callAll = function (method, params, options) {
    var request = {method: method, params: params}, key;
    for (key in options) {
      if (has(options, key)) {
        request[key] = options[key];
      }
    }
    return this.client.actions.v2.callList.make(request).then(successful).then(function (answer) {
      return answer.getData();
    });
  };

  // --- start

  if (!window.B24) {
    window.B24 = B24;
  }

  if (original && isFunction(original.callMethod)) {
    session = guestSession(original);
    if (!original.promise) {
      original.promise = promiseForms(original);
    }
    if (!original.getUser) {
      original.getUser = function (callback) { original.callMethod('user.current', {}, callback); };
    }
    return;
  }

  BX24.promise = promiseForms(BX24);
  window.BX24 = BX24;

  (function () {
    var parts = String(window.name).split('|');
    var framed = window.parent !== window && parts.length > 2 && parts[0] && parts[2];
    session = framed ? frameSession(parts) : gatewaySession();
    session.begin();
  }());
}(window, document));
