// A device on the local network announces a thousand names, garbage, and nodes that nobody may
// believe. A service believes few of them, stays small, and finds the other service.

import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Remote } from '../process/remote.ts'
import type { Scenario } from '../scenario.ts'
import { LanService } from './lan-service.ts'

const DEVICE = fileURLToPath(new URL('clients/announcements-process.js', import.meta.url))
const MANY = 1_000
/** Of one device in ten minutes, by `@dht/lan`. */
const BELIEVED = 8
/** Growth of the process that is no leak: buffers, garbage, compiled code; bytes. */
const GROWTH = 64 * 1024 * 1024

/** Announcements of which nothing may be believed. */
const IGNORED = [
  { network: '' },
  { network: 'foreign' },
  { network: 'dht256', port: 0 },
  { network: 'dht256', from: 5454 },
]

export const lanHostile: Scenario = {
  name: 'hostile announcements on the local network',
  needs: [],
  run: async (lab) => {
    const host = await lab.host(['10.77.0.1/24'])
    const other = await lab.host(['10.77.0.2/24'])
    const service = await LanService.start(lab, host, 'dht256')
    const device = new Remote(lab.start(other, [process.execPath, DEVICE]))
    const announce = (kind: object): Promise<number> =>
      device.ask('announce', { kind, count: MANY, own: '10.77.0.2' })
    for (const kind of IGNORED) await announce(kind)
    const before = await service.standing()
    if (before.discovery.believed > 0) throw new Error(JSON.stringify(before.discovery))
    await announce({ network: 'dht256' })
    const { discovery, rss } = await service.standing()
    if (discovery.believed !== BELIEVED) throw new Error(JSON.stringify(discovery))
    if (rss - before.rss > GROWTH) throw new Error(`grown by ${rss - before.rss} bytes`)
    const peer = await LanService.start(lab, await lab.host(['10.77.0.3/24']), 'dht256')
    await service.expectContacts(1)
    const id = randomBytes(32).toString('hex')
    await peer.enter(id, 8080)
    const found = await service.find(id)
    if (found.join() !== '10.77.0.3:8080') throw new Error(`found ${found}`)
    return `${discovery.believed} of ${(IGNORED.length + 1) * MANY} believed`
  },
}
