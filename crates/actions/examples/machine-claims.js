// Tells an API for which organization a machine calls, and refuses machines without one.
exports.onExecuteCredentialsExchange = async (event, api) => {
  if (!event.organization) {
    api.access.deny('invalid_request', 'Ask for the token of an organization.');
    return;
  }
  api.accessToken.setCustomClaim('https://acme.example/tier', event.organization.metadata.tier ?? 'standard');
  if (event.client.metadata.environment === 'test') api.transaction.removeTargetScope('delete:invoices');
};
