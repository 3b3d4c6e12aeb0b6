// Fails, as scripts do: not everybody is in an organization.
exports.onExecutePostLogin = async (event, api) => {
  const id = event.organization.id;
  api.idToken.setCustomClaim('https://acme.example/organization', id);
};
