// Nodes in pages of a real browser: three pages behind a relay and twenty nodes with UDP, all on
// loopback, form one network. The last line is `N passed, N failed`.
//
//   npm run browser-network

import { openBrowser } from './browser.ts'
import { BrowserNetwork } from './checks.ts'
import { checkExample } from './example-checks.ts'
import { localRelay, udpNodes } from './network.ts'
import { servePage } from './page-server.ts'
import { Reporter } from './reporter.ts'

const NODES = 20

const reporter = new Reporter()
await reporter.run('the network and the browser start and end', async () => {
  await using own = await servePage()
  await using foreign = await servePage()
  await using browser = await openBrowser()
  const nodes = await udpNodes(NODES)
  const relay = await localRelay(own.origin)
  const context = await browser.newContext()
  const origins = [own.origin, foreign.origin] as const
  const network = new BrowserNetwork({ context, origins, nodes, relay })
  try {
    for (const [name, run] of network.checks()) await reporter.run(name, run)
    await reporter.run('the page of the example', () => checkExample(context))
  } finally {
    await network.close()
    await Promise.all(nodes.map((node) => node.close()))
  }
})
reporter.conclude()
