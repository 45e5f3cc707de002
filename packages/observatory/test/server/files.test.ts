// The files of the page: what is served, with which headers, and what is not.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ask, askRaw, served } from '../support/loopback.ts'

function pageWithSecretBeside(): string {
  const root = mkdtempSync(join(tmpdir(), 'observatory-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const folder = join(root, 'page')
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(root, 'secret.txt'), 'SECRET')
  writeFileSync(join(folder, 'index.html'), '<!doctype html>page')
  writeFileSync(join(folder, 'assets', 'app.js'), 'export {}')
  writeFileSync(join(folder, '.hidden'), 'SECRET')
  symlinkSync(join(root, 'secret.txt'), join(folder, 'later.txt'))
  rmSync(join(folder, 'later.txt'))
  return folder
}

it('serves the page and its files, with headers that allow nothing else', async () => {
  const server = await served({ folder: pageWithSecretBeside() })
  const page = await ask(server, '/')
  expect([page.status, page.text]).toEqual([200, '<!doctype html>page'])
  expect(page.headers['content-type']).toContain('text/html')
  const script = await ask(server, '/assets/app.js')
  expect([script.status, script.headers['content-type']]).toEqual([
    200,
    expect.stringContaining('javascript'),
  ])
  for (const { headers } of [page, script, await ask(server, '/nothing')]) {
    const policy = String(headers['content-security-policy']).split(';')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy.join(';')).not.toContain('unsafe')
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
  }
})

it('serves nothing outside of its folder', async () => {
  const server = await served({ folder: pageWithSecretBeside() })
  const { port } = server
  const paths = [
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '/./../secret.txt',
    '/assets/%00/../../../secret.txt',
    '/secret.txt%00.html',
    '/.hidden',
    '/%2ehidden',
    '/%',
    '/%ff',
    '/%c0%ae%c0%ae/secret.txt',
    'http://127.0.0.1/../secret.txt',
    'file:///etc/passwd',
    '*',
  ]
  for (const path of paths) {
    const text = await askRaw(port, `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}`)
    expect(text, path).toMatch(/^HTTP\/1\.1 [45]\d\d /)
    expect(text, path).not.toMatch(/SECRET|root:/)
  }
  expect((await ask(server, '/')).status).toBe(200)
})

it('serves no file that came after its start', async () => {
  const folder = pageWithSecretBeside()
  const server = await served({ folder })
  symlinkSync(join(folder, '..', 'secret.txt'), join(folder, 'later.txt'))
  expect((await ask(server, '/later.txt')).status).toBe(404)
})

it('says so when there is no page', async () => {
  const server = await served()
  const { status, text } = await ask(server, '/')
  expect([status, text]).toEqual([503, expect.stringContaining('The page is missing')])
})

it.each([
  ['DELETE', '/', 404],
  ['POST', '/', 404],
  ['GET', '/lookup', 405],
  ['POST', '/stream', 405],
  ['PUT', '/session', 405],
  ['GET', '/constructor', 503],
])('%s %s: %i', async (method, path, expected) => {
  const server = await served()
  const headers = method === 'GET' ? {} : { origin: server.origin }
  const { status } = await ask(server, path, { method, headers })
  expect(status).toBe(expected)
})
