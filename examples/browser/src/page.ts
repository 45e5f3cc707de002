// What runs in the page: a whole node behind the relay of this example, and a view of it.

import {
  contentId,
  createNode,
  type DhtNode,
  formatEndpoint,
  indexedDbStorage,
} from '@dht/node/portable'
import { relayClient } from '@dht/relay/transport'

/** Lines of the log that are kept. */
const MAX_LINES = 50

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T
}

function show(id: string, text: string | number): void {
  element(id).textContent = String(text)
}

function log(line: string): void {
  const list = element('log')
  const item = document.createElement('li')
  item.textContent = `${new Date().toLocaleTimeString()}  ${line}`
  list.prepend(item)
  if (list.children.length > MAX_LINES) list.lastElementChild?.remove()
}

/** Text becomes an id by its SHA-256. */
function idOf(form: HTMLFormElement) {
  const text = String(new FormData(form).get('text'))
  return { text, id: contentId(new TextEncoder().encode(text)) }
}

/** Runs `action` when a form is sent; what it rejects with is logged. */
function whenSent(name: string, action: (form: HTMLFormElement) => Promise<string>): void {
  const form = element<HTMLFormElement>(name)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    action(form).then(log, (error: unknown) => log(String(error)))
  })
}

function showBuckets(buckets: readonly number[]): void {
  const most = Math.max(8, ...buckets)
  const bars = buckets.map((count) => {
    const bar = document.createElement('li')
    bar.style.height = `${(100 * count) / most}%`
    bar.append(Object.assign(document.createElement('span'), { textContent: count }))
    return bar
  })
  element('buckets').replaceChildren(...bars)
}

function showNode(node: DhtNode): void {
  const { overlays, store, counters } = node.info()
  const [overlay] = overlays
  show('id', node.id)
  show('endpoint', node.endpoints.map(formatEndpoint).join())
  show(
    'queries',
    Object.values(counters.queriesReceived).reduce((sum, each) => sum + each, 0),
  )
  show('stored', store.peers)
  show('contacts', node.contacts().length)
  showBuckets(overlay?.buckets ?? [])
  if (overlay?.isOpen === false) show('status', 'The relay is gone; connecting again…')
  else show('status', overlay?.joined ? 'Part of the network.' : 'Joining…')
}

async function run(): Promise<void> {
  const secret = await (await fetch('/secret')).text()
  const relay = relayClient({ url: `ws://${location.host}/dht-relay`, secret })
  const node = await createNode({
    transports: [relay.transport],
    discovery: [relay.discovery],
    // One state for each place: pages in a second tab are refused.
    state: indexedDbStorage('dht-example'),
    onWarning: ({ message }) => log(`warning: ${message}`),
    onEvent: ({ kind }) => {
      if (kind.startsWith('transport-')) log(kind)
    },
  })
  setInterval(() => showNode(node), 500)
  whenSent('enter', async (form) => {
    const { text, id } = idOf(form)
    const { accepted } = await node.enter(id, node.endpoints[0]!.port)
    return `“${text}” is entered at ${accepted.length} nodes`
  })
  whenSent('lookup', async (form) => {
    const { text, id } = idOf(form)
    const { endpoints } = await node.lookup(id)
    const places = endpoints.map(formatEndpoint).join(', ')
    return `“${text}” is ${places === '' ? 'nowhere' : `at ${places}`}`
  })
  const { contacts } = await node.joined()
  log(`joined with ${contacts} contacts`)
}

run().catch((error: unknown) => show('status', `No node runs here. ${error}`))
