// `api`: each call is recorded by the host, and in effect only once the host says so.

const number = (what, value) => {
  if (typeof value !== 'number' || !isFinite(value)) throw new TypeError(`${what} must be a number`);
  return trunc(value);
};
const nothingIsNull = (value) => (value === undefined ? null : value);
const optional = (what, value) => (value === undefined || value === null ? null : string(what, value));
const list = (what, value) => {
  if (!isArray(value)) throw new TypeError(`${what} must be an array of strings`);
  const strings = [];
  for (let i = 0; i < value.length; i++) defineProperty(strings, i, { __proto__: null, value: string(`${what}[${i}]`, value[i]), enumerable: true });
  return strings;
};

// What Auth0 has there and Guildhall has not. Whoever reaches for it hears so, by name.
const absent = (path) =>
  new Proxy(
    { __proto__: null },
    {
      __proto__: null,
      get: (_, name) => {
        if (typeof name === 'symbol') return undefined;
        return () => {
          throw new Error(`${path}.${name} is not available in Guildhall`);
        };
      },
    },
  );

const makeApi = (trigger, canRedirect) => {
  const api = {};
  const record = (kind, fields) => {
    host('command', stringify({ __proto__: null, kind, ...fields }));
    return api;
  };

  const cache = {
    get: (key) => ask('cache.get', string('the key of api.cache.get', key)) ?? undefined,
    set: (key, value, options) =>
      ask('cache.set', {
        __proto__: null,
        key: string('the key of api.cache.set', key),
        value: string('the value of api.cache.set', value),
        ttl: options?.ttl === undefined ? null : number('ttl of api.cache.set', options.ttl),
        expires_at: options?.expires_at === undefined ? null : number('expires_at of api.cache.set', options.expires_at),
      }),
    delete: (key) => ask('cache.delete', string('the key of api.cache.delete', key)),
  };
  const claims = (token, path) => (name, value) =>
    record('set_claim', { token, name: string(`the name of ${path}.setCustomClaim`, name), value: nothingIsNull(value) });
  const scopes = (kind, path) => (scope) => record(kind, { scope: string(`the scope of ${path}`, scope) });
  const user = {
    setUserMetadata: (name, value) =>
      record('set_user_metadata', { name: string('the name of api.user.setUserMetadata', name), value: nothingIsNull(value) }),
    setAppMetadata: (name, value) =>
      record('set_app_metadata', { name: string('the name of api.user.setAppMetadata', name), value: nothingIsNull(value) }),
  };
  const validation = {
    error: (code, message) =>
      record('validation_error', {
        code: string('the code of api.validation.error', code),
        message: string('the message of api.validation.error', message),
      }),
  };
  const setMetadata = (kind, path) => (name, value) =>
    record(kind, { name: string(`the name of ${path}`, name), value: optional(`the value of ${path}`, value) });
  const deleteMetadata = (kind, path) => (name) => record(kind, { name: string(`the name of ${path}`, name), value: null });
  const at = (kind, path) => (time) => record(kind, { at: number(`the time of ${path}`, time) });

  const postLogin = () => ({
    access: { deny: (reason) => record('deny', { reason: string('the reason of api.access.deny', reason) }) },
    accessToken: {
      setCustomClaim: claims('access', 'api.accessToken'),
      addScope: scopes('add_scope', 'api.accessToken.addScope'),
      removeScope: scopes('remove_scope', 'api.accessToken.removeScope'),
    },
    idToken: { setCustomClaim: claims('id', 'api.idToken') },
    user,
    validation,
    cache,
    redirect: {
      canRedirect: () => canRedirect,
      sendUserTo: (url, options) => {
        if (!canRedirect) throw new Error('api.redirect.sendUserTo: nobody is there to be sent; ask api.redirect.canRedirect() first');
        host(
          'redirect',
          stringify({ __proto__: null, url: string('the url of api.redirect.sendUserTo', url), query: options?.query ?? {} }),
        );
        return api;
      },
      encodeToken: ({ secret, payload, expiresInSeconds }) =>
        ask('token.encode', {
          __proto__: null,
          secret: string('the secret of api.redirect.encodeToken', secret),
          payload: payload ?? {},
          expires_in: expiresInSeconds === undefined ? null : number('expiresInSeconds of api.redirect.encodeToken', expiresInSeconds),
        }),
      validateToken: ({ secret, tokenParameterName }) =>
        ask('token.validate', {
          __proto__: null,
          secret: string('the secret of api.redirect.validateToken', secret),
          parameter: optional('tokenParameterName of api.redirect.validateToken', tokenParameterName),
        }),
    },
    refreshToken: {
      revoke: (reason) => record('revoke_refresh_token', { reason: optional('the reason of api.refreshToken.revoke', reason) }),
      setExpiresAt: at('set_refresh_token_expires_at', 'api.refreshToken.setExpiresAt'),
      setIdleExpiresAt: at('set_refresh_token_idle_expires_at', 'api.refreshToken.setIdleExpiresAt'),
      setMetadata: setMetadata('set_refresh_token_metadata', 'api.refreshToken.setMetadata'),
      deleteMetadata: deleteMetadata('set_refresh_token_metadata', 'api.refreshToken.deleteMetadata'),
      evictMetadata: () => record('evict_refresh_token_metadata', {}),
    },
    session: {
      revoke: (reason, options) =>
        record('revoke_session', {
          reason: optional('the reason of api.session.revoke', reason),
          preserve_refresh_tokens: Boolean(options?.preserveRefreshTokens),
        }),
      setExpiresAt: at('set_session_expires_at', 'api.session.setExpiresAt'),
      setIdleExpiresAt: at('set_session_idle_expires_at', 'api.session.setIdleExpiresAt'),
      setCookieMode: absent('api.session').setCookieMode,
      setMetadata: setMetadata('set_session_metadata', 'api.session.setMetadata'),
      deleteMetadata: deleteMetadata('set_session_metadata', 'api.session.deleteMetadata'),
      evictMetadata: () => record('evict_session_metadata', {}),
    },
    transaction: {
      setMetadata: (name, value) =>
        record('set_transaction_metadata', {
          name: string('the name of api.transaction.setMetadata', name),
          value: nothingIsNull(value),
        }),
    },
    roles: {
      getUserEffectiveRoles: async (options) =>
        call('roles', {
          __proto__: null,
          page: {
            __proto__: null,
            take: options?.take === undefined ? null : number('take of api.roles.getUserEffectiveRoles', options.take),
            from: optional('from of api.roles.getUserEffectiveRoles', options?.from),
          },
        }),
      getUserEffectiveRolesByIds: async (ids) =>
        call('roles', { __proto__: null, ids: list('the ids of api.roles.getUserEffectiveRolesByIds', ids) }),
      getUserEffectiveRolesByNames: async (names) =>
        call('roles', { __proto__: null, names: list('the names of api.roles.getUserEffectiveRolesByNames', names) }),
    },
    // There were never any Rules here.
    rules: { wasExecuted: () => false },
    authentication: absent('api.authentication'),
    multifactor: absent('api.multifactor'),
    samlResponse: absent('api.samlResponse'),
    prompt: absent('api.prompt'),
    groups: absent('api.groups'),
  });

  const credentialsExchange = () => ({
    access: {
      deny: (code, reason) =>
        record('deny_exchange', {
          code: string('the code of api.access.deny', code),
          reason: string('the reason of api.access.deny', reason),
        }),
    },
    accessToken: { setCustomClaim: claims('access', 'api.accessToken') },
    cache,
    transaction: {
      addTargetScope: scopes('add_target_scope', 'api.transaction.addTargetScope'),
      removeTargetScope: scopes('remove_target_scope', 'api.transaction.removeTargetScope'),
      setTargetScopes: (wanted) => record('set_target_scopes', { scopes: list('the scopes of api.transaction.setTargetScopes', wanted) }),
      clearTargetScopes: () => record('set_target_scopes', { scopes: [] }),
    },
  });

  const preUserRegistration = () => ({
    access: {
      deny: (reason, message) =>
        record('deny_registration', {
          reason: string('the reason of api.access.deny', reason),
          message: message === undefined ? reason : string('the user message of api.access.deny', message),
        }),
    },
    user,
    validation,
    cache,
  });

  const of = {
    __proto__: null,
    'post-login': postLogin,
    'credentials-exchange': credentialsExchange,
    'pre-user-registration': preUserRegistration,
    'post-user-registration': () => ({ cache }),
    'post-change-password': () => ({ cache }),
  };
  const parts = of[trigger]();
  const names = ownKeys(parts);
  for (let i = 0; i < names.length; i++) {
    defineProperty(api, names[i], { __proto__: null, value: freeze(parts[names[i]]), enumerable: true });
  }
  return freeze(api);
};
