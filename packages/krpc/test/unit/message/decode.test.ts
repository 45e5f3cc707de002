// The limits of the decoder, one by one. Whole messages are in vectors.test.ts.

import { decodeMessage, dht256, mainline, type Response } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { ascii } from '../../support/bytes.ts'

const ID = '20:abcdefghij0123456789'
const TARGET = '20:mnopqrstuvwxyz123456'

function query(method: string, args = '', rest = ''): ReturnType<typeof decodeMessage> {
  const name = `${method.length}:${method}`
  return decodeMessage(ascii(`d1:ad2:id${ID}${args}e1:q${name}${rest}1:t2:aa1:y1:qe`), mainline)
}

function response(results: string, rest = ''): Response {
  return decodeMessage(
    ascii(`d${rest}1:rd2:id${ID}${results}e1:t2:aa1:y1:re`),
    mainline,
  ) as Response
}

function error(body: string): ReturnType<typeof decodeMessage> {
  return decodeMessage(ascii(`d1:e${body}1:t2:aa1:y1:ee`.padEnd(21, 'x')), mainline)
}

describe('size', () => {
  it('20 bytes are too few, 21 are enough', () => {
    expect(decodeMessage(ascii('d1:ele1:t1:a1:y1:eeX'), mainline)).toMatchObject({ reason: 'size' })
    expect(decodeMessage(ascii('d1:ele1:t1:a1:y1:eeXX'), mainline).kind).toBe('error')
  })

  it('1500 bytes are accepted, 1501 are not', () => {
    const ping = `d1:ad2:id${ID}e1:q4:ping1:t2:aa1:y1:qe`
    expect(decodeMessage(ascii(ping.padEnd(1500)), mainline).kind).toBe('query')
    expect(decodeMessage(ascii(ping.padEnd(1501)), mainline)).toMatchObject({ reason: 'size' })
  })
})

describe('bytes that are no message', () => {
  const nothing = { kind: 'malformed', isQuery: false, transactionId: undefined, code: undefined }

  it('get no error message', () => {
    expect(decodeMessage(ascii('x'), mainline)).toEqual({ ...nothing, reason: 'size' })
    expect(decodeMessage(ascii('x'.repeat(30)), mainline)).toEqual({
      ...nothing,
      reason: 'bencode',
    })
  })

  it.each(['1;a', '1/:abcdefghi', ':', 'i5x', '-', '99:a'])(
    '%j in a message makes it malformed',
    (bad) => {
      const ping = `d1:ad2:id${ID}e1:q4:ping1:t2:aa1:x${bad}1:y1:qe`
      expect(decodeMessage(ascii(ping), mainline)).toEqual({ ...nothing, reason: 'bencode' })
    },
  )
})

describe('transaction id', () => {
  const withId = (t: string) => {
    return decodeMessage(ascii(`d1:ad2:id${ID}e1:q4:ping1:t${t}1:y1:qe`), mainline)
  }

  it('of 1 to 32 bytes is read unchanged', () => {
    for (const length of [1, 2, 4, 16, 32]) {
      const id = 'x'.repeat(length)
      expect(withId(`${length}:${id}`)).toMatchObject({ transactionId: ascii(id) })
    }
  })

  it.each(['0:', `33:${'x'.repeat(33)}`, 'i7e', 'le', 'de'])('%j is refused', (t) => {
    const malformed = withId(t)
    expect(malformed).toMatchObject({ reason: 'transaction-id', isQuery: true, code: undefined })
    expect(malformed).toHaveProperty('transactionId', undefined)
  })
})

describe('the network', () => {
  const ID32 = '32:abcdefghij0123456789abcdefghij01'
  const bodies = {
    q: `1:ad2:id${ID32}e%1:q4:ping1:t2:aa1:y1:q`,
    r: `%1:rd2:id${ID32}e1:t2:aa1:y1:r`,
    e: '1:eli201e1:xe%1:t2:aa1:y1:e',
  }
  const withKey = (kind: 'q' | 'r' | 'e', key: string) => {
    return decodeMessage(ascii(`d${bodies[kind].replace('%', key)}e`), dht256)
  }

  it.each(['q', 'r', 'e'] as const)('a message of kind %s needs the key', (kind) => {
    expect(withKey(kind, '1:n6:dht256').kind).not.toBe('malformed')
    for (const key of ['', '1:n6:dht257', '1:n5:dht25', '1:n7:dht2566', '1:ni1e', '1:nle']) {
      const malformed = withKey(kind, key)
      expect(malformed).toMatchObject({ reason: 'network', isQuery: kind === 'q' })
      expect(malformed).toHaveProperty('code', undefined)
    }
  })

  it('a network without a key refuses a message that names a network', () => {
    const withKey = (key: string) => {
      return decodeMessage(ascii(`d1:ad2:id${ID}e${key}1:q4:ping1:t2:aa1:y1:qe`), mainline)
    }
    for (const key of ['', '1:ni1e', '1:nle']) expect(withKey(key).kind).toBe('query')
    for (const key of ['1:n6:dht256', '1:n0:']) {
      expect(withKey(key)).toMatchObject({ reason: 'network', isQuery: true, code: undefined })
    }
  })

  it.each([19, 21, 32, 0])('an id of %i bytes gets no error message', (length) => {
    const id = `${length}:${'x'.repeat(length)}`
    const asked = decodeMessage(ascii(`d1:ad2:id${id}e1:q4:ping1:t2:aa1:y1:qe`), mainline)
    expect(asked).toMatchObject({ reason: 'id', isQuery: true, code: undefined })
    const told = decodeMessage(ascii(`d1:rd2:id${id}e1:t2:aa1:y1:re`), mainline)
    expect(told).toMatchObject({ reason: 'id', isQuery: false, transactionId: ascii('aa') })
  })

  it('a target of another width gets an error message only in a network without a key', () => {
    const short = '6:target19:mnopqrstuvwxyz12345'
    expect(query('find_node', short)).toMatchObject({ reason: 'argument', code: 203 })
    const keyed = `d1:ad2:id${ID32}${short}e1:n6:dht2561:q9:find_node1:t2:aa1:y1:qe`
    const malformed = decodeMessage(ascii(keyed), dht256)
    expect(malformed).toMatchObject({ reason: 'argument', isQuery: true, code: undefined })
    const missing = `d1:ad2:id${ID32}e1:n6:dht2561:q9:find_node1:t2:aa1:y1:qe`
    expect(decodeMessage(ascii(missing), dht256)).toMatchObject({ code: 203 })
  })
})

describe('queries', () => {
  it('a missing or ill-typed argument gets an error 203', () => {
    for (const args of ['', '6:targeti1e', `6:target0:`]) {
      expect(query('find_node', args)).toMatchObject({ reason: 'argument', code: 203 })
    }
    expect(query('get_peers', `6:target${TARGET}`)).toMatchObject({ code: 203 })
    expect(decodeMessage(ascii('d1:ale1:q4:ping1:t2:aa1:y1:qe'), mainline)).toMatchObject({
      reason: 'id',
      code: 203,
    })
  })

  it('a missing, ill-typed or empty method gets an error 203', () => {
    for (const q of ['', '1:qi1e', '1:q0:']) {
      const bytes = ascii(`d1:ad2:id${ID}e${q}1:t2:aa1:y1:qe`)
      expect(decodeMessage(bytes, mainline)).toMatchObject({ reason: 'method', code: 203 })
    }
  })

  it('an unknown method needs a target or an info hash, or gets an error 204', () => {
    expect(query('vote', `6:target${TARGET}`)).toMatchObject({ method: 'unknown', name: 'vote' })
    const both = query('vote', `9:info_hash${ID}6:target${TARGET}`)
    expect(both).toMatchObject({ target: ascii('mnopqrstuvwxyz123456') })
    expect(query('vote', `9:info_hash${TARGET}`)).toMatchObject({ method: 'unknown' })
    expect(query('vote')).toMatchObject({ reason: 'method', code: 204 })
    expect(query('vote', '6:target1:x')).toMatchObject({ reason: 'argument', code: 203 })
  })

  it('a name may have one letter', () => {
    expect(query('x', `6:target${TARGET}`)).toMatchObject({ method: 'unknown', name: 'x' })
  })

  it('only queries get an error message', () => {
    const told = { kind: 'malformed', reason: 'argument', isQuery: true, code: 203 }
    for (const method of ['find_node', 'get_peers', 'announce_peer']) {
      const key = method === 'find_node' ? 'target' : 'info_hash'
      const text = `missing '${key}'`
      expect(query(method)).toEqual({ ...told, text, transactionId: ascii('aa') })
    }
    const announce = query('announce_peer', '4:porti80e5:token1:x')
    const text = "missing 'info_hash'"
    expect(announce).toEqual({ ...told, text, transactionId: ascii('aa') })
  })

  it('an unknown argument is not read as a known one', () => {
    const asked = query('find_node', `6:target${TARGET}1:xl2:n4e`)
    expect(asked).toMatchObject({ kind: 'query', want: undefined })
    const strange = query('find_node', `6:target${TARGET}4:wantl2:n7e`)
    expect(strange).toMatchObject({ want: { n4: false, n6: false } })
  })

  it('an unknown write is not read as an unknown read', () => {
    const { methods } = dht256
    const put = ascii(`d1:ad2:id${ID}6:target${TARGET}e1:q3:put1:t2:aa1:y1:qe`)
    const read = decodeMessage(put, { ...mainline, methods })
    expect(read).toMatchObject({ reason: 'method', code: 204 })
  })

  it('the name of an unknown method is safe to print', () => {
    const name = `a\u0000\u001b[31m\u00ff${'z'.repeat(80)}`
    const read = query(name, `6:target${TARGET}`)
    expect(read).toMatchObject({ name: `a??[31m?${'z'.repeat(56)}` })
  })

  it('ro is set by any integer but 0', () => {
    for (const ro of ['i1e', 'i-1e', 'i9223372036854775807e']) {
      expect(query('ping', '', `2:ro${ro}`)).toMatchObject({ readOnly: true })
    }
    for (const ro of ['i0e', 'i-0e', 'i000e', '1:1', 'le']) {
      expect(query('ping', '', `2:ro${ro}`)).toMatchObject({ readOnly: false })
    }
    expect(query('ping', '', '2:roi0e2:roi1e')).toMatchObject({ readOnly: false })
  })

  it('want lists families; other names are skipped, and other types count as absent', () => {
    const wanted = (list: string) => query('find_node', `6:target${TARGET}4:want${list}`)
    expect(wanted('l2:n4e')).toMatchObject({ want: { n4: true, n6: false } })
    expect(wanted('l2:n62:n42:n5i1elee')).toMatchObject({ want: { n4: true, n6: true } })
    expect(wanted('le')).toMatchObject({ want: { n4: false, n6: false } })
    expect(wanted('2:n4')).toHaveProperty('want', undefined)
    expect(wanted('l2:n4e4:wantle')).toMatchObject({ want: { n4: true, n6: false } })
  })
})

describe('announce_peer', () => {
  const announce = (port: string, rest = '5:token2:tk') => {
    return query('announce_peer', `9:info_hash${TARGET}${port}${rest}`)
  }

  it.each(['1', '65535'])('port %s is accepted', (port) => {
    expect(announce(`4:porti${port}e`)).toMatchObject({ port: Number(port), impliedPort: false })
  })

  it.each(['', '4:porti0e', '4:porti65536e', '4:porti-1e', '4:port4:6881'])(
    '%j is refused, unless the port is implied',
    (port) => {
      expect(announce(port)).toMatchObject({ reason: 'argument', code: 203 })
      expect(announce(`${port}12:implied_porti1e`)).toMatchObject({ port: 0, impliedPort: true })
    },
  )

  it('a port is kept when the port is implied too', () => {
    expect(announce('4:porti7e12:implied_porti1e')).toMatchObject({ port: 7, impliedPort: true })
    expect(announce('4:porti7e12:implied_porti0e')).toMatchObject({ impliedPort: false })
  })

  it('the token is a string of up to 64 bytes', () => {
    expect(announce('4:porti7e', '').kind).toBe('malformed')
    expect(announce('4:porti7e', '5:tokeni7e')).toMatchObject({ code: 203 })
    expect(announce('4:porti7e', `5:token64:${'x'.repeat(64)}`).kind).toBe('query')
    expect(announce('4:porti7e', `5:token65:${'x'.repeat(65)}`)).toMatchObject({ code: 203 })
  })
})

describe('withdraw_peer', () => {
  const id = `32:${'i'.repeat(32)}`
  const withdraw = (args: string, network = dht256) => {
    const key = network.key === undefined ? '' : `1:n6:${network.key}`
    const of = network === dht256 ? id : ID
    return decodeMessage(
      ascii(`d1:ad2:id${of}${args}e${key}1:q13:withdraw_peer1:t2:aa1:y1:qe`),
      network,
    )
  }
  const target = `6:target32:${'t'.repeat(32)}`

  it('is read with its target and token where the network lists it', () => {
    expect(withdraw(`${target}5:token2:tk`)).toMatchObject({
      method: 'withdraw_peer',
      target: ascii('t'.repeat(32)),
      token: ascii('tk'),
    })
  })

  it.each([
    '',
    '5:token2:tk',
    target,
    `${target}5:tokeni7e`,
    `${target}5:token65:${'x'.repeat(65)}`,
  ])('%j is not enough', (args) => {
    expect(withdraw(args)).toMatchObject({ kind: 'malformed', isQuery: true, code: 203 })
  })

  it('is an unknown method in Mainline', () => {
    expect(withdraw(`6:target${TARGET}5:token2:tk`, mainline)).toMatchObject({
      method: 'unknown',
      name: 'withdraw_peer',
    })
  })
})

describe('responses', () => {
  it('without results or an id keep their transaction id', () => {
    for (const body of ['', '1:rde', '1:r2:xx', '1:rd2:idi1ee']) {
      const bytes = ascii(`d${body}1:t8:aaaaaaaa1:y1:re`.padEnd(21))
      expect(decodeMessage(bytes, mainline)).toMatchObject({
        ...{ kind: 'malformed', reason: 'id', isQuery: false, code: undefined },
        transactionId: ascii('aaaaaaaa'),
      })
    }
  })

  it('values of other lengths are skipped', () => {
    const { values } = response('6:valuesl5:axje.6:axje.u7:axje.uxi1ele18:abcdefghijklmnopqre')
    expect(values?.map(({ length }) => length)).toEqual([6, 18])
  })

  it('one string instead of a list, or alone in the list, holds IPv4 peers', () => {
    for (const packed of ['12:axje.uidhtnm', 'l12:axje.uidhtnme']) {
      const { values } = response(`6:values${packed}`)
      expect(values).toEqual([ascii('axje.u'), ascii('idhtnm')])
    }
    expect(response('6:values18:axje.uidhtnmaxje.u').values).toHaveLength(3)
    expect(response('6:valuesl18:axje.uidhtnmaxje.ue').values).toHaveLength(1)
    expect(response('6:valuesl13:axje.uidhtnmxe').values).toEqual([])
    // One string among several elements is not a list of peers.
    expect(response('6:valuesl1:x12:axje.uidhtnme').values).toEqual([])
    expect(response('6:values0:').values).toEqual([])
    expect(response('6:valuesl0:e').values).toEqual([])
    expect(response('6:valuesle').values).toEqual([])
    expect(response('6:valuesi1e').values).toEqual([])
    expect(response('').values).toBeUndefined()
  })

  it('contacts are cut to whole records', () => {
    expect(response(`5:nodes52:${'x'.repeat(52)}`).nodes).toHaveLength(52)
    expect(response(`5:nodes53:${'x'.repeat(53)}6:nodes675:${'x'.repeat(75)}`)).toMatchObject({
      nodes: ascii('x'.repeat(52)),
      nodes6: ascii('x'.repeat(38)),
    })
    expect(response('5:nodesi1e').nodes).toBeUndefined()
  })

  it('a token or version of more than 64 bytes counts as absent', () => {
    expect(response(`5:token64:${'x'.repeat(64)}`).token).toHaveLength(64)
    expect(response(`5:token65:${'x'.repeat(65)}`).token).toBeUndefined()
    const versioned = (length: number) => {
      const v = `1:v${length}:${'x'.repeat(length)}`
      return decodeMessage(ascii(`d1:rd2:id${ID}e1:t2:aa${v}1:y1:re`), mainline) as Response
    }
    expect(versioned(64).version).toHaveLength(64)
    expect(versioned(65).version).toBeUndefined()
  })

  it('an empty token is a token, and an empty version a version', () => {
    const { token, version } = response('5:token0:', '1:v0:')
    expect([token, version]).toEqual([ascii(''), ascii('')])
  })

  it('ip has 6 or 18 bytes and a port, or counts as absent', () => {
    expect(response('', '2:ip6:\u0001\u0002\u0003\u0004\u0000\u0005').ip?.port).toBe(5)
    expect(response('', '2:ip6:\u0001\u0002\u0003\u0004\u0000\u0000').ip).toBeUndefined()
    expect(response('', '2:ip4:\u0001\u0002\u0003\u0004').ip).toBeUndefined()
    expect(response('', '2:ipi5e').ip).toBeUndefined()
  })

  it('byte strings are views of the datagram', () => {
    const bytes = ascii(`d1:rd2:id${ID}5:token2:tke1:t2:aa1:y1:re`)
    const { token } = decodeMessage(bytes, mainline) as Response
    expect(token?.buffer).toBe(bytes.buffer)
  })
})

describe('errors', () => {
  it.each([
    ['li203e3:bade', 203, 'bad'],
    ['li203ee', 203, ''],
    ['l3:bade', 0, 'bad'],
    ['3:bad', 0, 'bad'],
    ['le', 0, ''],
    ['de', 0, ''],
    ['i203e', 0, ''],
    ['ld1:ai1eei203e3:bad5:worsei7ee', 203, 'bad'],
    ['li0ee', 0, ''],
    ['li-1ee', 0, ''],
    ['li65535ee', 65_535, ''],
    ['li65536ee', 0, ''],
    ['li9223372036854775807ee', 0, ''],
  ])('%s reads as %i %j', (body, code, text) => {
    expect(error(body)).toMatchObject({ kind: 'error', code, text })
  })

  it('without a body are still errors', () => {
    const bytes = ascii('d1:t10:aaaaaaaaaa1:y1:ee')
    expect(decodeMessage(bytes, mainline)).toMatchObject({ kind: 'error', code: 0, text: '' })
  })

  it('have a short text that is safe to print', () => {
    expect(error('li201e5:a\u001b\u0007\u00e9\u007fe')).toMatchObject({ text: 'a????' })
    expect(error(`li201e65:${'x'.repeat(65)}e`)).toMatchObject({ text: 'x'.repeat(64) })
  })
})

describe('integers', () => {
  const isRead = (integer: string) => query('ping', '', `1:z${integer}`).kind === 'query'

  it.each(['i0e', 'i-0e', 'i007e', 'i-1e', 'i9223372036854775807e', 'i-9223372036854775808e'])(
    '%s is an integer',
    (integer) => expect(isRead(integer)).toBe(true),
  )

  it.each([
    ...['ie', 'i-e', 'i+1e', 'i1.5e', 'i1', 'i 1e', 'i--1e', 'i1-e', 'iee'],
    ...['i9223372036854775808e', 'i-9223372036854775809e', 'i10000000000000000000e'],
  ])('%s is not an integer', (integer) => expect(isRead(integer)).toBe(false))
})
