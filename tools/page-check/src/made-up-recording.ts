// A recording of made-up nodes with faults and adversaries, as text.

import type {
  Fault,
  RecordedNode,
  RecordingFrame,
  RecordingHeader,
} from '@dht/observatory/recording'
import { chanceOf, madeUpId } from './made-up-ids.ts'
import { MadeUpNode } from './made-up-node.ts'

const NODES = 40
const RECORDED = 4
const SPAN_MS = 600_000
const STEP_MS = 2000

let made: string | undefined

/** The same text each time. */
export function madeUpRecording(): string {
  made ??= makeRecording()
  return made
}

function makeRecording(): string {
  const chance = chanceOf(77)
  const nodes = Array.from(
    { length: NODES },
    (_, index): RecordedNode => ({
      name: `host ${index}`,
      id: madeUpId(chance),
      endpoint: `10.0.0.${index + 1}:3739`,
      ...(index % 7 === 3 && { adversary: index % 2 === 0 ? 'sybil' : 'misleader' }),
      isRecorded: index < RECORDED,
    }),
  )
  const faults: Fault[] = [
    { at: 60_000, kind: 'crash', text: 'host 4 stops without a word', nodes: [4] },
    { at: 90_000, kind: 'restart', text: 'host 4 starts again', nodes: [4] },
    {
      at: 200_000,
      until: 320_000,
      kind: 'partition',
      text: 'hosts 0 to 9 are cut off from the rest',
      nodes: Array.from({ length: 10 }, (_, index) => index),
    },
    { at: 500_000, kind: 'invariant', text: 'a lookup missed a nearest node', nodes: [] },
  ]
  const header: RecordingHeader = {
    format: 'dht-recording',
    version: 1,
    source: 'made up',
    seed: '77',
    network: 'dht256',
    idBits: 256,
    startAt: 0,
    endAt: SPAN_MS,
    nodes,
    faults,
    isCut: false,
  }
  const lines: (RecordingHeader | RecordingFrame)[] = [header, ...framesOf()]
  return lines.map((line) => JSON.stringify(line)).join('\n')
}

function framesOf(): RecordingFrame[] {
  const made = Array.from({ length: RECORDED }, (_, seed) => {
    return new MadeUpNode({ seed: seed + 1, contacts: 90 + 20 * seed, widening: 1 })
  })
  const frames = made.map((node, index): RecordingFrame => {
    return { at: 0, node: index, messages: [node.snapshot(0)] }
  })
  for (let at = STEP_MS; at <= SPAN_MS; at += STEP_MS) {
    for (const [index, node] of made.entries()) {
      const messages = [...node.happening(at), ...node.happening(at)]
      const steps = at % 60_000 === 0 ? node.lookup(madeUpId(chanceOf(at + index)), at) : []
      frames.push({ at, node: index, messages: messages as RecordingFrame['messages'] })
      for (const step of steps) frames.push({ at: step.at, node: index, messages: [step] })
    }
  }
  return frames.filter(({ at }) => at <= SPAN_MS).sort((a, b) => a.at - b.at)
}
