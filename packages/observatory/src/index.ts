// The exports of @dht/observatory. The messages to observers and the format of a recording, for any
// platform, are in @dht/observatory/recording.

export { PROTOCOL_VERSION } from './protocol.ts'
export { RECORDING_VERSION } from './recording/format.ts'
