// Node itself, which does nothing but wait: what an idle node is measured above.

import { serve, usage } from '../serve.ts'
import type { Mark, ServerRequest } from '../server/protocol.ts'

serve<ServerRequest>({ port: 0 }, () => ({ ...usage(), replies: 0, limited: 0 }) satisfies Mark)
