// Checks the page in the system's Chromium: against a real node in a network of twenty on loopback,
// with a recording, and for how it looks. `--screens <folder>` keeps pictures of all views, with
// `--recording <file>` those of a recording,
// `--keep <folder>` those that the checks take on their way,
// `--frames` measures how smoothly a table of 5,000 contacts is drawn at 200 events a second.

import { parseArgs } from 'node:util'
import { openBrowser } from './browser.ts'
import { liveChecks } from './live-checks.ts'
import { lookChecks } from './look-checks.ts'
import { measureFrames } from './measure-frames.ts'
import { watchedNetwork } from './network.ts'
import { PAGE_NODE_FLAGS, pageNodeChecks } from './page-node-checks.ts'
import { programNetwork } from './program.ts'
import { recordingChecks } from './recording-checks.ts'
import { Reporter } from './reporter.ts'
import { keeperIn, takeRecording, takeScreens } from './screens.ts'
import { eventually, noFaults, visit } from './visitor.ts'
import { announcementChecks, itemChecks } from './write-checks.ts'

const ENTERED = { id: 'c0ffee'.padEnd(64, '5'), port: 8080 }

const { values } = parseArgs({
  options: {
    screens: { type: 'string' },
    recording: { type: 'string' },
    frames: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    keep: { type: 'string' },
  },
})

async function checkLive(reporter: Reporter): Promise<void> {
  await using network = await watchedNetwork()
  await network.others[0]?.enter(ENTERED.id, ENTERED.port)
  await network.watched.enter('ab'.repeat(32), 9000)
  const visited = await visit(browser, network.url)
  const { page } = visited
  for (const [name, run] of liveChecks({ visit: visited, network, entered: ENTERED })) {
    await reporter.run(name, run)
  }
  for (const [name, run] of recordingChecks(page)) await reporter.run(name, run)
  await reporter.run('the page never errs and never asks elsewhere', async () => noFaults(visited))
  await reporter.run('a lost node is told', async () => {
    await network.closePage()
    await eventually(
      () => page.locator('.summary').innerText(),
      /node closed|connecting again|not connected/,
    )
  })
}

async function checkPageNode(reporter: Reporter): Promise<void> {
  await using network = await programNetwork('dht256', PAGE_NODE_FLAGS)
  const visited = await visit(browser, network.url)
  const keep = keeperIn(values.keep)
  for (const [name, run] of pageNodeChecks({ browser, visited, network, keep })) {
    await reporter.run(name, run)
  }
  await visited.page.close()
}

async function checkWrites(reporter: Reporter): Promise<void> {
  const keep = keeperIn(values.keep)
  for (const name of ['dht256', 'mainline'] as const) {
    await using network = await programNetwork(name, ['--allow-writes'])
    const visited = await visit(browser, network.url)
    const checksOf = name === 'dht256' ? announcementChecks : itemChecks
    for (const [what, run] of checksOf({ page: visited.page, network, keep })) {
      await reporter.run(what, run)
    }
    await reporter.run(`writing in ${name} errs nowhere`, async () => noFaults(visited))
    await visited.page.close()
  }
}

const browser = await openBrowser()
try {
  if (values.frames) {
    await measureFrames(browser)
  } else if (values.screens !== undefined && values.recording !== undefined) {
    await takeRecording(browser, values.screens, values.recording)
  } else if (values.screens !== undefined) {
    await takeScreens(browser, values.screens)
  } else {
    const reporter = new Reporter()
    const groups = [
      ['the live node', checkLive],
      ['the node of the page', checkPageNode],
      ['writes', checkWrites],
    ] as const
    for (const [name, check] of groups) {
      if (name.includes(values.only)) await reporter.run(name, () => check(reporter))
    }
    for (const [name, run] of lookChecks(browser)) {
      if (name.includes(values.only)) await reporter.run(name, run)
    }
    reporter.conclude()
  }
} finally {
  await browser.close()
}
