// Nobody gets in before the address is verified.
exports.onExecutePostLogin = async (event, api) => {
  if (!event.user.email_verified) api.access.deny('Please verify your e-mail address first.');
};
