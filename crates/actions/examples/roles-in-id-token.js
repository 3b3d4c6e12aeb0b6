// Puts the names of the member's roles into the ID token and the access token.
exports.onExecutePostLogin = async (event, api) => {
  const namespace = 'https://acme.example';
  if (event.authorization) {
    api.idToken.setCustomClaim(`${namespace}/roles`, event.authorization.roles);
    api.accessToken.setCustomClaim(`${namespace}/roles`, event.authorization.roles);
  }
};
