// Puts the plan and the region of the organization into the access token, from the organization's metadata.
exports.onExecutePostLogin = async (event, api) => {
  const { organization } = event;
  if (!organization) return;
  const { plan = 'free', region } = organization.metadata;
  api.accessToken.setCustomClaim('https://acme.example/plan', plan);
  if (region) api.accessToken.setCustomClaim('https://acme.example/region', region);
};
