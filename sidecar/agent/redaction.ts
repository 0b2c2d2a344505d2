/** Hides the values of query parameters whose names say that they are secrets, before anything leaves the app. */

/** Compared without `-`, `_`, `@`, `$` and case, as Datadog's Live Debugger compares its names. */
const SECRET_NAMES = new Set(
  `2fa accesskey accesstoken aiohttpsession apikey apisecret apisignature appkey applicationkey auth authcode authtoken
  authorization awssecretkey bearer bearertoken clientsecret code connectionstring cookie cred credential credentials
  creditcard csrf csrftoken cvv databaseurl dburl encryptionkey encryptionkeyid env geolocation gpgkey idtoken ipaddress
  jsessionid jti jwt key keypair licensekey masterkey mysqlpwd nonce oauth oauthtoken otp passhash passphrase passwd
  password passwordb pem pemfile phpsessid pin pincode pkcs8 plateformsecret privatekey publickey pwd recaptchakey
  refreshtoken routingnumber salt secret secretkey secrettoken securityanswer securitycode securityquestion
  serviceaccountcredentials session sessionid sessionkey setcookie sid sig signature signaturekey sshkey ssn state
  symfony token transactionid twiliotoken usersession vaulttoken verification verificationcode voterid xapikey
  xauthtoken xcsrftoken xforwardedfor xrealip xsrf xsrftoken`.split(/\s+/),
);

const MAX_URL_LENGTH = 2000;

/**
 * @param url path with query, as it came over the network
 * @returns the same, its user information and the values of secret parameters replaced, cut to 2,000 characters
 */
export function redactUrl(url: string): string {
  const cut = url.length > MAX_URL_LENGTH ? `${url.slice(0, MAX_URL_LENGTH)}…` : url;
  const withoutUser = cut.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#@]*@/i, '$1[redacted]@');
  const queryAt = withoutUser.indexOf('?');
  if (queryAt < 0) return withoutUser;
  const pairs = withoutUser.slice(queryAt + 1).split('&');
  return `${withoutUser.slice(0, queryAt)}?${pairs.map(redactPair).join('&')}`;
}

function redactPair(pair: string): string {
  const equalsAt = pair.indexOf('=');
  if (equalsAt < 0) return pair;
  return isSecretName(pair.slice(0, equalsAt)) ? `${pair.slice(0, equalsAt)}=[redacted]` : pair;
}

function isSecretName(name: string): boolean {
  let decoded = name;
  try {
    decoded = decodeURIComponent(name);
  } catch {
    // Not percent-encoding: taken as it stands.
  }
  return decoded.split(/[[\].]/).some(part => SECRET_NAMES.has(part.replace(/[-_@$]/g, '').toLowerCase()));
}
