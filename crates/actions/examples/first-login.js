// Remembers when somebody came first, and how often.
exports.onExecutePostLogin = async (event, api) => {
  if (event.transaction?.protocol === 'oauth2-refresh-token') return;
  const { first_login: first, logins = 0 } = event.user.app_metadata ?? {};
  if (!first) api.user.setAppMetadata('first_login', new Date().toISOString());
  api.user.setAppMetadata('logins', logins + 1);
};
