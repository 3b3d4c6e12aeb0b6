// Only people with a certain role may use the administration's application.
exports.onExecutePostLogin = async (event, api) => {
  const isAdministration = event.client.client_id === event.secrets.ADMIN_CLIENT_ID;
  const isAdmin = event.authorization?.roles.includes('Administrator');
  if (isAdministration && !isAdmin) api.access.deny('Only administrators may use this application.');
};
