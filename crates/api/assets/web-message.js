{
  const { target, response } = document.getElementById("answer").dataset;
  const receiver = window.opener || window.parent;
  if (receiver !== window) {
    receiver.postMessage({ type: "authorization_response", response: JSON.parse(response) }, target);
  }
}
