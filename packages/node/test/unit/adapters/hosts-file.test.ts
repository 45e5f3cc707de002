import { win32 } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { addressesIn, hostsPath } from '../../../src/adapters/hosts-file.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
})

const TEXT = [
  '# comment router.example',
  '127.0.0.1\tlocalhost',
  '192.0.2.1 router.example router # 192.0.2.9 other.example',
  '  2001:db8::1   Router.Example',
  '192.0.2.2 router.example.',
  '192.0.2.3 not-router.example',
  '192.0.2.4',
  '',
].join('\n')

it.each([
  ['router.example', ['192.0.2.1', '2001:db8::1', '192.0.2.2']],
  ['ROUTER.example.', ['192.0.2.1', '2001:db8::1', '192.0.2.2']],
  ['router', ['192.0.2.1']],
  ['localhost', ['127.0.0.1']],
  ['other.example', []],
  ['192.0.2.4', []],
  ['', []],
])('%j has the addresses %j', (host, expected) => {
  expect(addressesIn(TEXT, host)).toEqual(expected)
  expect(addressesIn(TEXT.replaceAll('\n', '\r\n'), host)).toEqual(expected)
})

it('it lies where the system keeps it', () => {
  vi.stubGlobal('process', { ...process, platform: 'linux', env: {} })
  expect(hostsPath()).toBe('/etc/hosts')
  vi.stubGlobal('process', { ...process, platform: 'win32', env: { SystemRoot: 'D:\\Win' } })
  expect(hostsPath()).toBe('D:\\Win\\System32\\drivers\\etc\\hosts')
  vi.stubGlobal('process', { ...process, platform: 'win32', env: {} })
  expect(win32.dirname(hostsPath())).toBe('C:\\Windows\\System32\\drivers\\etc')
})
