// The tests of the portable packages in a real browser: all that need nothing of Node. It is a
// workspace of its own (see pnpm-workspace.yaml), so the runner's parts come from here.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { alias, env } from '../../vitest.config.ts'

const root = new URL('../../', import.meta.url)

const PORTABLE = ['id', 'routing-table', 'krpc', 'store', 'search']
const NEEDS_NODE =
  /['"](?:node:|@dht\/krpc\/udp|@dht\/testing\/|\.[^'"]*\/udp[^'"]*['"])|\bprocess\.|\bBuffer\b/

/** The test files of a package that name nothing of Node. */
function portableTests(name: string): string[] {
  const folder = `packages/${name}/test`
  if (!existsSync(new URL(folder, root))) return []
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => join(folder, path))
    .filter((path) => !NEEDS_NODE.test(readFileSync(new URL(path, root), 'utf8')))
}

export default defineConfig({
  root: fileURLToPath(root),
  resolve: { alias },
  test: {
    env,
    include: PORTABLE.flatMap(portableTests),
    setupFiles: ['./tools/checks/fast-check-setup.ts'],
    reporters: [['default', { summary: false }], './tools/checks/plain-line-reporter.ts'],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      api: { host: '127.0.0.1' },
      instances: [{ browser: 'chromium' }],
      provider: playwright({
        launchOptions: {
          executablePath: '/usr/bin/chromium',
          args: [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
          ],
        },
      }),
    },
  },
})
