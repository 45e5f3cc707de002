// The exports of @dht/observatory/recording: the messages to observers and the format of a
// recording, for any platform: `Reporter` makes the messages, `RecordingWriter` and `readRecording`
// write and read them.

export { Reporter } from './messages/reporter.ts'
export type {
  Announcement,
  Batch,
  Bucket,
  BucketHead,
  BucketsChange,
  Capabilities,
  DeleteRequest,
  Done,
  EndMessage,
  EnterRequest,
  EventMessage,
  Histogram,
  Limit,
  LookupHead,
  LookupMessage,
  LookupRecord,
  LookupReply,
  LookupRequest,
  LookupResultMessage,
  LookupStep,
  Member,
  MembersChange,
  Message,
  ObservedEvent,
  Overlay,
  OverlayStatus,
  Peer,
  PutRequest,
  Refusal,
  RelayOffer,
  Round,
  SessionRequest,
  SnapshotMessage,
  State,
  Status,
  StatusChange,
  StoreStatus,
  Traffic,
  WaitingChange,
  Welcome,
} from './protocol.ts'
export {
  MAX_LISTED,
  MAX_LOOKUP_STEPS,
  MAX_LOOKUPS,
  MAX_STEP_CONTACTS,
  MAX_TEXT,
  PROTOCOL_VERSION,
} from './protocol.ts'
export type {
  Fault,
  RecordedMessage,
  RecordedNode,
  Recording,
  RecordingFrame,
  RecordingHeader,
} from './recording/format.ts'
export {
  MAX_FAULTS,
  MAX_FRAMES,
  MAX_LINE,
  MAX_NODES,
  MAX_RECORDING,
  RECORDING_FORMAT,
  RECORDING_VERSION,
} from './recording/format.ts'
export {
  type RecordingError,
  type RecordingErrorCode,
  type RecordingResult,
  readRecording,
} from './recording/read-recording.ts'
export { type RecordingStart, RecordingWriter } from './recording/recording-writer.ts'
