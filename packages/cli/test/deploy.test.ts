// The files in `deploy/` fit the command: the dashboard and the alerts ask for metrics that a node
// has, and the options that are given exist.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createNode } from '@dht/node'
import { expect, it } from 'vitest'
import { serveStatus } from '../src/run/status-server.ts'
import { run } from './support/command.ts'

const read = (path: string): string =>
  readFileSync(new URL(`../../../deploy/${path}`, import.meta.url), 'utf8')

async function metricNames(): Promise<readonly string[]> {
  await using node = await createNode({ port: 0, ipv4: '127.0.0.1', ipv6: false, bootstrap: [] })
  const info = () => node.info()
  await using status = await serveStatus({ info, address: '127.0.0.1', port: 0 })
  const text = await (await fetch(`${status.url}/metrics`)).text()
  return [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name as string)
}

it('the dashboard and the alerts use metrics that a node has', async () => {
  const names = await metricNames()
  const dashboard = read('grafana/dashboards/dht.json')
  const { panels } = JSON.parse(dashboard)
  expect(panels.length).toBeGreaterThan(10)
  const asked = `${dashboard}${read('prometheus/alerts.yml')}`
  const used = [...asked.matchAll(/\b(?:dht|process|nodejs)_[a-z0-9_]+\b/g)].map(([name]) => name)
  expect(used.length).toBeGreaterThan(20)
  for (const name of used) expect(names).toContain(name)
})

it('has names that end in _total for counters alone', async () => {
  expect(await metricNames()).not.toContain('nodejs_active_handles_total')
})

it('the build of the image has every file of the repository', () => {
  const patterns = read('Dockerfile.dockerignore').trim().split('\n')
  const ignored = (file: string): boolean => {
    const folders = file.split('/').map((_, at, all) => all.slice(0, at + 1).join('/'))
    return patterns.some((pattern) => {
      if (!pattern.startsWith('**/')) return folders.includes(pattern)
      return folders.some((folder) => basename(folder) === pattern.slice('**/'.length))
    })
  }
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n')
  expect(files.length).toBeGreaterThan(500)
  expect(files.filter(ignored)).toEqual([])
  expect(ignored('packages/cli/dist/main.js')).toBe(true)
})

it('the image, the unit and the network use options and variables that there are', async () => {
  const { out: help } = await run('run', '--help')
  for (const file of ['Dockerfile', 'systemd/dht.service', 'compose.yaml']) {
    const given = [...read(file).matchAll(/\bDHT_[A-Z_]+|'?--(?:bootstrap|ipv\d|port|metrics)\b/g)]
    for (const [name] of given) expect(help).toContain(name)
  }
})
