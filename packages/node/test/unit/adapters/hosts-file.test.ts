import { win32 } from 'node:path'
import fc from 'fast-check'
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

it('finds the same as a parser of every line', () => {
  const part = fc.constantFrom(
    'a',
    'B',
    'a.b',
    'a.b.',
    'xa.b',
    '::F',
    '1.2.3.4',
    '#',
    ' ',
    '\t',
    '',
  )
  const line = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(' '))
  const text = fc
    .array(fc.tuple(line, fc.constantFrom('\n', '\r', '\r\n')), { maxLength: 9 })
    .map((lines) => lines.flat().join(''))
  const naive = (all: string, host: string): string[] =>
    all.split(/\r\n|\r|\n/).flatMap((each) => {
      const [address, ...names] = each.toLowerCase().split('#')[0]!.split(/\s+/).filter(Boolean)
      return names.map((name) => name.replace(/\.$/, '')).includes(host) ? [address!] : []
    })
  const host = fc.constantFrom('a', 'b', 'a.b')
  fc.assert(
    fc.property(text, host, (all, name) => {
      expect(addressesIn(all, name)).toEqual(naive(all, name))
    }),
  )
})

it('parses no line that does not contain the name', () => {
  const split = vi.spyOn(String.prototype, 'trim')
  const line = '0.0.0.0 advertising.example\n'
  expect(addressesIn(`${line.repeat(1_000)}192.0.2.1 router`, 'router')).toEqual(['192.0.2.1'])
  const { length } = split.mock.calls
  split.mockRestore()
  expect(length).toBe(1)
})

it('reads the file where the system has it', () => {
  vi.stubGlobal('process', { ...process, platform: 'linux', env: {} })
  expect(hostsPath()).toBe('/etc/hosts')
  vi.stubGlobal('process', { ...process, platform: 'win32', env: { SystemRoot: 'D:\\Win' } })
  expect(hostsPath()).toBe('D:\\Win\\System32\\drivers\\etc\\hosts')
  vi.stubGlobal('process', { ...process, platform: 'win32', env: {} })
  expect(win32.dirname(hostsPath())).toBe('C:\\Windows\\System32\\drivers\\etc')
})
