// Sends people to a page with the terms, and takes them in when they come back and have accepted.
exports.onExecutePostLogin = async (event, api) => {
  if (event.user.app_metadata?.terms_accepted || !api.redirect.canRedirect()) return;
  const token = api.redirect.encodeToken({
    secret: event.secrets.TERMS_SECRET,
    payload: { email: event.user.email },
    expiresInSeconds: 300,
  });
  api.redirect.sendUserTo('https://acme.example/terms', { query: { session_token: token } });
};

exports.onContinuePostLogin = async (event, api) => {
  const answer = api.redirect.validateToken({ secret: event.secrets.TERMS_SECRET });
  if (answer.accepted) api.user.setAppMetadata('terms_accepted', new Date().toISOString());
  else api.access.deny('The terms must be accepted.');
};
