import { describe, expect, test } from 'vitest';
import { withoutSecrets } from '../../../sidecar/replay/withoutSecrets';

const bare = { method: 'GET', headers: [] };

describe('a recorded request that is sent again', () => {
  test('is sent as it is when nothing of it is hidden', () => {
    const request = { ...bare, url: '/orders?page=2&q=a?b', headers: [{ name: 'Accept', value: '*/*' }] };
    expect(withoutSecrets(request)).toEqual({ request, notes: [] });
  });

  test.each([
    ['/orders?token=[redacted]&page=2', '/orders?page=2'],
    ['/orders?page=2&token=[redacted]', '/orders?page=2'],
    ['/orders?token=[redacted]', '/orders'],
    ['/orders?next=%2Flogin%3Ftoken%3D[redacted]&page=2', '/orders?page=2'],
  ])('%s goes out as %s, and what it goes without is told', (url, sent) => {
    const { request, notes } = withoutSecrets({ ...bare, url });
    expect(request.url).toBe(sent);
    expect(notes).toEqual([
      expect.stringMatching(/^Sent without the parameter (token|next): its value is not recorded\.$/),
    ]);
  });

  test('goes without headers whose value is hidden in part, or was too long to record', () => {
    const headers = [
      { name: 'Authorization', value: 'Bearer [redacted]' },
      { name: 'X-Long', value: `${'x'.repeat(500)}…` },
      { name: 'Accept', value: '*/*' },
    ];
    const { request, notes } = withoutSecrets({ ...bare, url: '/', headers });
    expect(request.headers).toEqual([{ name: 'Accept', value: '*/*' }]);
    expect(notes).toHaveLength(2);
  });

  test('says when a part of its path is hidden', () => {
    expect(withoutSecrets({ ...bare, url: '/a/[redacted]/b' }).notes).toEqual([
      'The path has a part that is not recorded.',
    ]);
  });
});
