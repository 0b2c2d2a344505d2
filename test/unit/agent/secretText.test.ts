import { describe, expect, test } from 'vitest';
import { redactAnyText } from '../../../sidecar/agent/secretText';

const SECRET = 'hunter2';

describe('what stands behind the name of a secret is hidden', () => {
  test.each([
    ['in JSON', '{"user":"ann","password":"hunter2","age":7}'],
    ['in JSON with spaces', '{\n  "password" : "hunter2",\n  "age": 7\n}'],
    ['in JSON inside JSON', '{"body":"{\\"password\\":\\"hunter2\\",\\"age\\":7}"}'],
    ['in JSON, with a quote inside', '{"password":"a\\"hunter2","age":7}'],
    ['in JSON, as an object', '{"password":{"old":["hunter2"],"new":"hunter2"},"age":7}'],
    ['in JSON, as a list', '{"tokens":["x"],"secrets":["a","hunter2"],"age":7}'],
    ['in JSON that is cut off', '{"age":7,"password":"hunter2'],
    ['in a form', 'age=7&password=hunter2&user=ann'],
    ['in a form, nested', 'age=7&user[password]=hunter2'],
    ['in a form, percent-encoded', 'age=7&user%5Bpassword%5D=hunter2'],
    [
      'in a form with parts',
      'form-data; name="age"\r\n\r\n7\r\n--b\r\nform-data; name="password"\r\n\r\nhunter2\r\n--b--',
    ],
    ['in headers', 'Age: 7\r\nAuthorization: Basic hunter2\r\nAccept: */*'],
    ['in XML', '<user><age>7</age><password>hunter2</password></user>'],
    ['in a list of names and values', '["age","7","x-api-key","hunter2"]'],
    ['in a connection string', 'host=db age=7 password=hunter2'],
    ['in the user of an URL', 'age 7: postgres://ann:hunter2@db/shop'],
    ['in SQL', "update users set age = 7, password = 'hunter2' where id = 1"],
    ['in a template', 'age = 7, password = `hunter2`'],
  ])('%s', (_where, text) => {
    const redacted = redactAnyText(text);
    expect(redacted).not.toContain(SECRET);
    expect(redacted).toContain('[redacted]');
    expect(redacted).toContain('7');
  });
});

test.each([
  ['a bearer token', 'Bearer abc.def', 'Bearer [redacted]'],
  ['a JSON Web Token', 'it was eyJhbGciOi.eyJzdWIiOi.c2ln', 'it was [redacted]'],
  ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIE', '[redacted]'],
])('%s is hidden without a name', (_what, text, redacted) => {
  expect(redactAnyText(text)).toBe(redacted);
});

test.each([
  'customer of 17',
  'the password is not right',
  '{"order":17,"lines":[{"sku":"a-1","price":"5.00"}]}',
  'select name, total from orders where id = $1',
  'GET /orders/17?page=2',
  '',
])('what is no secret stays: %s', text => {
  expect(redactAnyText(text)).toBe(text);
});
