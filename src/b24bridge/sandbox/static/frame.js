// The window of the sandbox portal: opens application frames and answers their messages
// ("BX24.js and the portal page around it", sections 2, 3 and 10).
(function () {
  'use strict';

  const SERVER_COMMANDS = ['getInitData', 'refreshAuth', 'setInstall', 'setUserOption', 'setAppOption'];
  const PATHS = [
    /^\/crm\/(deal|lead|contact|company|type)\//, /^\/marketplace\//, /^\/company\/personal\/user\/\d+\//,
    /^\/workgroups\/group\/\d+\//,
  ];
  const query = new URLSearchParams(location.search);
  const frames = new Map();
  const log = [];

  async function ask(name, body) {
    const response = await fetch('/_sandbox/frame/' + name, {method: 'POST', body: JSON.stringify(body)});
    const answer = await response.json();
    if (answer.error) { throw new Error(answer.error); }
    return answer;
  }

  function element(tag, facts, parent) {
    const made = Object.assign(document.createElement(tag), facts);
    if (parent) { parent.append(made); }
    return made;
  }

  // --- opening

  async function open(place, request, closed) {
    const facts = await ask('open', request);
    const iframe = element('iframe', {name: facts.name}, place);
    const frame = {...facts, iframe, place, closed, request, bound: new Map()};
    frames.set(facts.sid, frame);
    fill(frame);
    return frame;
  }

  // The application's page gets its tokens by a form POST, as from a portal.
  function fill(frame) {
    const form = element('form', {method: 'POST', action: frame.action, target: frame.name}, document.body);
    for (const [name, value] of Object.entries(frame.fields)) {
      element('input', {type: 'hidden', name, value}, form);
    }
    form.submit();
    form.remove();
  }

  // --- messages

  // From the end: JSON parameters may hold colons, and B24JsSDK leaves empty parts out.
  function read(data) {
    if (typeof data === 'string') {
      const parts = data.split(':');
      const sid = parts.pop();
      const callback = parts.length > 1 ? parts.pop() : '';
      const command = parts.shift();
      return {command, params: value(parts.join(':')), callback, sid};
    }
    if (data !== null && typeof data === 'object') {
      return {command: data.method, params: data.params || [], callback: data.callback || '', sid: data.appSid};
    }
    return null;
  }

  function value(text) {
    if (text === '') { return []; }
    try {
      return JSON.parse(text);
    } catch (error) {
      return text; // a raw value, as B24JsSDK sends it to user field types
    }
  }

  function sameOrigin(origin, frame) {
    return origin === frame.origin || origin.replace(/:\d+$/, '') === frame.origin;
  }

  function answer(frame, callback, reply) {
    if (callback && frame.iframe.contentWindow) {
      const text = reply === undefined ? '' : JSON.stringify(reply);
      frame.iframe.contentWindow.postMessage(callback + ':' + text, frame.origin);
    }
  }

  addEventListener('message', async (event) => {
    const message = read(event.data);
    const frame = message && frames.get(message.sid);
    if (!frame || event.source !== frame.iframe.contentWindow || !sameOrigin(event.origin, frame)) { return; }
    log.push({command: message.command, params: message.params, has_callback: message.callback !== ''});
    const reply = (given) => answer(frame, message.callback, given);
    if (SERVER_COMMANDS.includes(message.command)) {
      const outcome = await ask('command', {sid: frame.sid, command: message.command, params: message.params});
      if (!outcome.silent) { reply(outcome.reply); }
    } else if (Object.hasOwn(commands, message.command)) {
      commands[message.command](frame, message.params, reply);
    } else if (frame.interface.command.includes(message.command)) {
      placementCommand(frame, message.command, message.params, reply);
    }
    // Everything else is met with silence.
  });

  // --- commands of the window

  function dialog(title, preset, reply) {
    const box = element('div', {className: 'dialog'}, document.body);
    element('strong', {textContent: title}, box);
    const input = element('textarea', {value: JSON.stringify(preset)}, box);
    element('button', {textContent: 'OK', onclick: () => { box.remove(); reply(JSON.parse(input.value)); }}, box);
    // Without a choice the application never hears of it.
    element('button', {textContent: 'Cancel', onclick: () => box.remove()}, box);
  }

  async function slider(frame, options, reply) {
    const place = element('div', {className: 'slider'}, document.body);
    const plain = {};
    for (const [name, given] of Object.entries(options)) {
      if (!name.startsWith('bx24_')) { plain[name] = given; }
    }
    const width = Number(options.bx24_width);
    if (width > 0) { place.style.left = 'calc(100% - ' + width + 'px)'; }
    element('button', {textContent: 'Close', onclick: () => close(opened)}, place);
    const opened = await open(place, {...frame.request, options: plain}, () => reply(undefined));
    element('strong', {textContent: options.bx24_title || ''}, place);
  }

  function close(frame) {
    frames.delete(frame.sid);
    frame.place.remove();
    frame.closed();
  }

  const commands = {
    setInstallFinish: async (frame, params) => {
      await ask('command', {sid: frame.sid, command: 'setInstallFinish', params});
      query.set('install', params.value === false ? '1' : '');
      query.set('install_finished', 'Y');
      location.search = query.toString();
    },
    resizeWindow: (frame, params, reply) => {
      const width = params.width === '100%' ? '100%' : (parseInt(params.width, 10) || 100) + 'px';
      frame.iframe.style.width = width;
      frame.iframe.style.height = parseInt(params.height, 10) + 'px';
      reply({width: frame.iframe.offsetWidth, height: frame.iframe.offsetHeight});
    },
    setTitle: (frame, params, reply) => {
      if (frame.placement !== 'DEFAULT') { return; }
      document.getElementById('title').textContent = params.title;
      document.title = params.title;
      reply(params);
    },
    setScroll: (frame, params, reply) => {
      scrollTo(0, params.scroll);
      reply(params);
    },
    reloadWindow: () => location.reload(),
    selectUser: (frame, params, reply) => {
      const user = {id: '1', name: 'Администратор'};
      dialog(params.title || 'selectUser', params.mult ? [user] : user, reply);
    },
    selectAccess: (frame, params, reply) => dialog('selectAccess', [{id: 'U1', name: 'Администратор', provider: 'user'}], reply),
    selectCRM: (frame, params, reply) => {
      const kinds = params.entityType && params.entityType.length ? params.entityType : ['lead'];
      const found = {};
      for (const kind of kinds) {
        const url = '/crm/' + kind + '/show/1/';
        found[kind] = [{id: kind[0].toUpperCase() + '_1', type: kind, place: kind, title: kind + ' 1', desc: '', url}];
      }
      dialog('selectCRM', found, reply);
    },
    openApplication: (frame, params, reply) => slider(frame, params, reply),
    closeApplication: (frame, params, reply) => {
      if (frame.closed) { close(frame); } else { reply(undefined); }
    },
    openPath: (frame, params, reply) => {
      if (PATHS.some((path) => path.test(params.path))) {
        dialog(params.path, {result: 'close'}, reply);
      } else {
        reply({result: 'error', errorCode: 'PATH_NOT_AVAILABLE'});
      }
    },
    imCallTo: () => {}, imPhoneTo: () => {}, imOpenMessenger: () => {}, imOpenHistory: () => {}, showAppForm: () => {},
    getInterface: (frame, params, reply) => reply(frame.interface),
    placementBindEvent: (frame, params, reply) => {
      if (frame.interface.event.includes(params.event)) { frame.bound.set(params.event, reply); }
    },
  };

  function placementCommand(frame, command, params, reply) {
    if (command === 'setValue') { frame.fieldValue = params; }
    reply(command === 'getValue' ? frame.fieldValue : []);
  }

  // --- start

  function request() {
    const flag = (name, otherwise) => query.has(name) ? !['', '0', 'false'].includes(query.get(name)) : otherwise;
    return {
      app: query.get('app'), placement: query.get('placement'), lang: query.get('lang'), user: query.get('user'),
      options: query.has('options') ? JSON.parse(query.get('options')) : null,
      admin: flag('admin', true), install: flag('install', false), first_run: flag('first_run', null),
    };
  }

  // For tests: what was said, and a way to make an event of the placement happen.
  window.sandboxFrame = {
    log,
    fire: (event, argument) => frames.forEach((frame) => {
      if (frame.bound.has(event)) { frame.bound.get(event)(argument); }
    }),
  };

  open(document.getElementById('window'), request()).catch((error) => {
    element('p', {className: 'error', textContent: error.message}, document.body);
  });
}());
