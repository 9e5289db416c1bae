// Runs the steps of a vector against BX24 and records callbacks, return values and exceptions.
var log = [];

window.onerror = function (text) { log.push({thrown: String(text).replace(/^Uncaught /, '')}); };

function decode(value) {
  var out, key;
  if (Array.isArray(value)) { return value.map(decode); }
  if (value === null || typeof value !== 'object') { return value; }
  if ('$undefined' in value) { return undefined; }
  if ('$nan' in value) { return NaN; }
  if ('$inf' in value) { return value.$inf * Infinity; }
  if ('$date' in value) { return new Date(value.$date); }
  if ('$div' in value) { return document.createElement('div'); }
  if ('$input' in value) { out = document.createElement('input'); out.value = value.$input; return out; }
  if ('$proto' in value) { return Object.assign(Object.create(decode(value.$proto.inherited)), decode(value.$proto.own)); }
  if ('$sparse' in value) {
    out = new Array(value.$sparse.length);
    for (key in value.$sparse.at) { out[key] = decode(value.$sparse.at[key]); }
    return out;
  }
  if ('$file' in value) {
    out = document.createElement('input');
    out.type = 'file';
    out.multiple = Boolean(value.multiple);
    var transfer = new DataTransfer();
    value.$file.forEach(function (file) {
      var bytes = Uint8Array.from(atob(file.base64), function (c) { return c.charCodeAt(0); });
      transfer.items.add(new File([bytes], file.name));
    });
    out.files = transfer.files;
    return out;
  }
  out = {};
  for (key in value) { out[key] = decode(value[key]); }
  return out;
}

function encode(value, seen) {
  var out = {}, key;
  seen = seen || [];
  if (value === undefined) { return {$undefined: 1}; }
  if (typeof value === 'number' && isNaN(value)) { return {$nan: 1}; }
  if (value === Infinity || value === -Infinity) { return {$inf: value > 0 ? 1 : -1}; }
  if (typeof value === 'function') { return {$function: 1}; }
  if (value === null || typeof value !== 'object') { return value; }
  if (seen.indexOf(value) >= 0) { return {$cycle: 1}; }
  seen = seen.concat([value]);
  if (Array.isArray(value)) { return value.map(function (item) { return encode(item, seen); }); }
  for (key in value) {
    out[key] = key === 'expires_in' && Math.abs(value[key] - Date.now() - 3600000) < 60000 ? 'NOW+3600000' : encode(value[key], seen);
  }
  return out;
}

function one(result) {
  var error = result.error(), ex;
  if (error) {
    ex = Object.assign({}, error.getError());
    delete ex.ex;
  }
  return encode({
    data: result.data(), more: result.more(), total: result.total(), status: result.status,
    error: error ? {status: error.getStatus(), ex: ex, string: String(error)} : undefined,
    error_description: result.error_description()
  });
}

function record(result) {
  var items = {}, key;
  if (result && typeof result.data === 'function') { return one(result); }
  for (key in result) { items[key] = one(result[key]); }
  return Array.isArray(result) ? {$batch_array: items, length: result.length} : {$batch_object: items};
}

function attempt(action) {
  try { return action(); } catch (exception) { log.push({thrown: String(exception)}); return undefined; }
}

function follower(name, follow) {
  var turn = 0;
  function callback(result) {
    log.push({callback: name, result: record(result)});
    turn += 1;
    attempt(function () { follow_up(result, turn); });
  }
  function other(result) {
    log.push({callback: name + '.other', result: record(result)});
    if (follow === 'next_cb_then_next' && result.more()) { result.next(); }
  }
  function follow_up(result, turn) {
    var value, item;
    if (follow === 'next_once' && turn === 1) {
      value = result.next();
      if (value === false) { log.push({returned: name + '.next', value: false}); }
    } else if (follow === 'next_all' && result.more()) {
      result.next();
    } else if ((follow === 'next_cb' || follow === 'next_cb_then_next') && turn === 1) {
      result.next(other);
    } else if (follow && follow.key && turn === 1) {
      item = result[follow.key];
      if (follow.mode === 'next_cb') { item.next(other); } else { item.next(); }
    }
  }
  return callback;
}

function callback_of(name, step) {
  if (step.cb === 'none') { return undefined; }
  return step.cb === 'string' ? 'not a function' : follower(name, step.follow);
}

function resolve(path) {
  return path.split('.').reduce(function (found, part) {
    return {owner: found.value, value: found.value === undefined ? undefined : found.value[part]};
  }, {owner: null, value: BX24});
}

var run = {
  callMethod: function (name, step) {
    BX24.callMethod(step.method, decode(step.params), callback_of(name, step));
  },
  callBatch: function (name, step) {
    log.push({returned: name, value: encode(BX24.callBatch(decode(step.calls), callback_of(name, step), step.halt))});
  },
  callBind: function (name, step) { bind('callBind', name, step); },
  callUnbind: function (name, step) { bind('callUnbind', name, step); },
  invoke: function (name, step) {
    var target = resolve(step.path), args = decode(step.args || []);
    if (typeof target.value !== 'function') { log.push({absent: step.path}); return; }
    if (step.cb === true) {
      args.push(function () { log.push({callback: name, args: encode([].slice.call(arguments))}); });
    }
    log.push({returned: name, value: encode(target.value.apply(target.owner, args))});
  },
  install: function (name) {
    BX24.install(function () { log.push({callback: name + '.install'}); BX24.installFinish(); });
    BX24.init(function () { log.push({callback: name + '.init'}); });
  },
  burst: function (name, step) {
    var done = 0, k;
    log.push({callbacks: 0});
    function count() { done += 1; log[log.length - 1].callbacks = done; }
    for (k = 0; k < step.n; k += 1) { BX24.callMethod(step.method, {k: k}, count); }
  }
};

function bind(which, name, step) {
  var args = decode(step.args), value;
  while (args.length < 3) { args.push(undefined); }
  value = BX24[which].apply(BX24, args.concat([callback_of(name, step)]));
  log.push({returned: name, value: value === false ? false : 'something'});
}

function play(steps) {
  steps.forEach(function (step, position) { attempt(function () { run[step.do]('s' + position, step); }); });
}

function begin() { BX24.init(function () { log.push({callback: 'init'}); }); }
