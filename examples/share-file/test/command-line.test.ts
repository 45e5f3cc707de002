// Every error is printed in one line, and the exit code is not zero.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { udpTransport } from '@dht/krpc/udp'
import { temporaryFile, temporaryFolder } from '@dht/testing/temporary'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Failure, toFailure } from '../src/failure.ts'
import { runHere } from './support/run-here.ts'

const ID = '0'.repeat(64)
const HERE = ['--ipv4', '127.0.0.1', '--ipv6', 'off']

/** The line with the error; no stack trace is beside it. */
function errorLine(err: string): string | undefined {
  const lines = err.split('\n').filter((line) => line !== '' && !/^[-✔] /.test(line))
  expect(lines).toHaveLength(1)
  return lines[0]
}

async function usedTcpPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function usedUdpPort(): Promise<number> {
  const transport = udpTransport({ family: 4, address: '127.0.0.1', port: 0 })
  onTestFinished(() => transport.close())
  const handlers = { received: () => {}, sendFailed: () => {}, failed: () => {} }
  return (await transport.start(handlers)).port
}

describe('an error is printed in one line', () => {
  it.each([
    ['no file', () => [join(temporaryFolder(), 'absent')], 1, /absent: no such file/],
    ['below a file', () => [join(temporaryFile('x'), 'y')], 1, /y: no such file/],
    ['a directory', () => [temporaryFolder()], 1, /: that is a directory$/],
    ['no regular file', () => [devNull], 1, /nul+: that is no regular file$/],
    ['an empty path', () => [''], 2, /expected a file, got an empty text$/],
    ['too many paths', () => ['a', 'b'], 2, /too many arguments/],
    ['an unknown option', () => ['--bogus'], 2, /unknown option '--bogus'/],
    ['no number of nodes', () => ['--nodes', 'many'], 2, /whole number from 2 to 256/],
    ['too many nodes', () => ['--nodes', '257'], 2, /whole number from 2 to 256/],
    ['nothing to publish', () => ['publish'], 2, /missing required argument 'path'/],
    ['no place to listen', () => ['publish', 'x', '--listen', 'x'], 2, /Expected 1\.2\.3\.4:80/],
    ['no bootstrap', () => ['fetch', ID], 2, /--bootstrap: expected at least one contact/],
    ['no port', () => ['fetch', ID, '--bootstrap', 'localhost'], 2, /Expected host:port/],
    ['no IPv4', () => ['publish', 'x', '--ipv4', '::1'], 2, /Expected an IPv4 address or off/],
    ['no IPv6', () => ['publish', 'x', '--ipv6', '1.2.3.4'], 2, /Expected an IPv6 address or off/],
    [
      'no address at all',
      () => ['publish', temporaryFile('x'), '--ipv4', 'off', '--ipv6', 'off'],
      2,
      /at least one address/,
    ],
    ['no hex', () => ['fetch', 'zz', '--bootstrap', '127.0.0.1:1'], 2, /^error: identity: /],
    [
      'a folder that is not there',
      () => ['fetch', ID, '--bootstrap', '127.0.0.1:1', '--out', join(temporaryFolder(), 'x/y')],
      1,
      /x: no such file or directory$/,
    ],
  ])('%s', async (_name, argv, exitCode, message) => {
    const { code, err, out } = await runHere(argv())
    expect(errorLine(err)).toMatch(message)
    expect(out).toBe('')
    expect(code).toBe(exitCode)
  })

  it('an HTTP port in use', async () => {
    const port = await usedTcpPort()
    const place = ['--listen', `127.0.0.1:${port}`, '--port', '0', ...HERE]
    const { code, err } = await runHere(['publish', temporaryFile('x'), ...place])
    expect(errorLine(err)).toBe(`error: 127.0.0.1:${port}: the port is in use`)
    expect(code).toBe(1)
  })

  it('a UDP port in use', async () => {
    const port = await usedUdpPort()
    const { code, err } = await runHere([
      ...['publish', temporaryFile('x'), '--port', String(port)],
      ...HERE,
    ])
    expect(errorLine(err)).toMatch(new RegExp(`UDP.*127\\.0\\.0\\.1:${port}: the port is in use$`))
    expect(code).toBe(1)
  })

  it('a file without read permission', () => {
    const error = Object.assign(new Error('EACCES: …'), { code: 'EACCES', path: 'secret' })
    const { message, exitCode } = toFailure(error)
    expect(message).toBe('secret: permission denied')
    expect(exitCode).toBe(1)
  })

  it('an unexpected error', () => {
    expect(toFailure(new Error('odd'))).toEqual(new Failure('odd'))
    expect(toFailure('odder')).toEqual(new Failure('odder'))
  })
})

it('shows help on request', async () => {
  const { code, out, err } = await runHere(['fetch', '--help'])
  expect(out).toContain('--bootstrap <host:port>')
  expect(err).toBe('')
  expect(code).toBe(0)
})
