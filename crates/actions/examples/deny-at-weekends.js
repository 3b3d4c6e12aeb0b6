// One application is closed at weekends (UTC).
exports.onExecutePostLogin = async (event, api) => {
  if (event.client.name !== 'Back office') return;
  const day = new Date().getUTCDay();
  if (day === 0 || day === 6) api.access.deny('This application is open from Monday to Friday.');
};
