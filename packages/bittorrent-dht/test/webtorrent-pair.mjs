// Two WebTorrent clients that know of each other only by a DHT of this package: one seeds a file,
// the other downloads it. WebTorrent is not part of this repository. In a folder of its own install
//
//   npm install webtorrent@3 bittorrent-dht@npm:@dht/bittorrent-dht
//
// with `"overrides": { "bittorrent-dht": "$bittorrent-dht" }` in its package.json, and run
//
//   node packages/bittorrent-dht/test/webtorrent-pair.mjs folder [bytes of the file]
//
// WebRTC is left out, for it needs a native addon and nothing here uses it.
// Ends with 0 when the file has arrived as it was, and prints what was measured as JSON.
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { register } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Longest run, ms. */
const PATIENCE_MS = 60_000
const LOOPBACK = '127.0.0.1'

const [folder = '.', size = '1000000'] = process.argv.slice(2)
const modules = join(resolve(folder), 'node_modules')
const load = async (/** @type {string} */ path) => import(pathToFileURL(join(modules, path)).href)

/** An empty class for each name that is imported of WebRTC. */
const empty = `data:text/javascript,${encodeURIComponent(`
  export class RTCPeerConnection {}
  export class RTCSessionDescription {}
  export class RTCIceCandidate {}
  export class MediaStream {}
  export default {}
`)}`
const resolver = `
  export async function resolve(specifier, context, next) {
    const isLeftOut = specifier.startsWith('webrtc-polyfill')
    return isLeftOut ? { url: ${JSON.stringify(empty)}, shortCircuit: true } : next(specifier, context)
  }
`
register(`data:text/javascript,${encodeURIComponent(resolver)}`)

const { name } = JSON.parse(readFileSync(join(modules, 'bittorrent-dht/package.json'), 'utf8'))
if (name !== '@dht/bittorrent-dht')
  throw new Error(`bittorrent-dht: expected the alias, got ${name}`)
const { default: DHT } = await load('bittorrent-dht/dist/index.js')
const { default: WebTorrent } = await load('webtorrent/index.js')

setTimeout(() => {
  process.stderr.write(`not done after ${PATIENCE_MS} ms\n`)
  process.exit(1)
}, PATIENCE_MS).unref()

/** A node that both join through. It knows of no torrent by itself. */
const router = new DHT({ bootstrap: false })
await new Promise((done) => router.listen(0, LOOPBACK, done))
const announced = new Promise((done) => router.once('announce', done))

/** Every other way to find peers is off. */
const options = {
  dht: { bootstrap: [{ host: LOOPBACK, port: router.address().port }] },
  tracker: false,
  lsd: false,
  utPex: false,
  utp: false,
  natUpnp: false,
  natPmp: false,
}
const [seeder, leecher] = [new WebTorrent(options), new WebTorrent(options)]
for (const client of [seeder, leecher]) {
  client.on('error', (/** @type {Error} */ error) => {
    throw error
  })
}

const home = mkdtempSync(join(tmpdir(), 'webtorrent-pair-'))
const content = randomBytes(Number(size))
const source = join(home, 'file.bin')
writeFileSync(source, content)
const startedAt = performance.now()
const seeded = await new Promise((done) => seeder.seed(source, { announce: [] }, done))
const peer = await announced
const announcedAt = performance.now()
const torrent = leecher.add(seeded.infoHash, { path: join(home, 'copy'), announce: [] })
const sources = new Set()
torrent.on('wire', (/** @type {{ _source?: string }} */ _wire, /** @type {string} */ address) => {
  sources.add(address)
})
await new Promise((done) => torrent.once('done', done))
const doneAt = performance.now()

const copy = readFileSync(join(home, 'copy', 'file.bin'))
const digest = (/** @type {Buffer} */ bytes) => createHash('sha256').update(bytes).digest('hex')
const isSame = digest(copy) === digest(content)
const report = {
  isSame,
  bytes: copy.length,
  infoHash: seeded.infoHash,
  announced: peer,
  connections: [...sources],
  announceMs: Math.round(announcedAt - startedAt),
  downloadMs: Math.round(doneAt - announcedAt),
}
process.stdout.write(`${JSON.stringify(report)}\n`)
for (const client of [seeder, leecher]) await new Promise((done) => client.destroy(done))
await new Promise((done) => router.destroy(done))
rmSync(home, { recursive: true })
process.exitCode = isSame ? 0 : 1
