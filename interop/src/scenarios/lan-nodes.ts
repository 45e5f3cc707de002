// Services on one local network find each other with no address configured, in both networks, on
// one host and on two.

import { randomBytes } from 'node:crypto'
import type { Lab } from '../lab.ts'
import type { Host } from '../network/network.ts'
import type { Scenario } from '../scenario.ts'
import { LanService } from './lan-service.ts'

/** Bytes of an id. */
const WIDTHS = { dht256: 32, mainline: 20 } as const

/** One announces itself, the other finds it. @returns how long it took from the start, ms */
async function meet(lab: Lab, hosts: readonly [Host, Host], network: keyof typeof WIDTHS) {
  const begin = performance.now()
  const [one, two] = await Promise.all(hosts.map((host) => LanService.start(lab, host, network)))
  await Promise.all([one!.expectContacts(1), two!.expectContacts(1)])
  const took = performance.now() - begin
  const id = randomBytes(WIDTHS[network]).toString('hex')
  await one!.enter(id, 8080)
  const found = await two!.find(id)
  const [address] = hosts[0].addresses[0]!.split('/')
  if (found.join() !== `${address}:8080`) throw new Error(`${network}: found ${found}`)
  return { took, services: [one!, two!] }
}

async function meetInBoth(lab: Lab, hosts: readonly [Host, Host]): Promise<string> {
  const met = await Promise.all([meet(lab, hosts, 'dht256'), meet(lab, hosts, 'mainline')])
  const services = met.flatMap((each) => each.services)
  const standings = await Promise.all(services.map((service) => service.standing()))
  // The other two services belong to the other network. One of its own network may have been found
  // by the other one first, and has heard nothing itself then.
  const wrong = standings.filter(({ good, discovery }) => good !== 1 || discovery.believed > 1)
  if (wrong.length > 0) throw new Error(`another network's node: ${JSON.stringify(wrong)}`)
  await Promise.all(services.map((service) => service.close()))
  return `contacts after ${met.map(({ took }) => Math.round(took)).join(' and ')} ms`
}

export const lanOneHost: Scenario = {
  name: 'two services on one host find each other on the local network',
  needs: [],
  run: async (lab) => {
    const host = await lab.host(['10.77.0.1/24'])
    return meetInBoth(lab, [host, host])
  },
}

export const lanTwoHosts: Scenario = {
  name: 'services on two hosts find each other on the local network',
  needs: [],
  run: async (lab) => {
    return meetInBoth(lab, [await lab.host(['10.77.0.1/24']), await lab.host(['10.77.0.2/24'])])
  },
}
