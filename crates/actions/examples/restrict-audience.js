// An API that is still being built is only for the people of one domain.
exports.onExecutePostLogin = async (event, api) => {
  const domain = event.user.email?.split('@')[1];
  if (event.resource_server?.identifier === 'https://preview.acme.example' && domain !== 'acme.example') {
    api.access.deny('This API is not open yet.');
  }
};
