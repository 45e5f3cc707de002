# Runs libtorrent sessions and takes orders on stdin, one JSON object a line each way, as
# src/clients/node-client.ts has them. Ends with its input.

import base64
import json
import os
import select
import sys
import tempfile
import time

import libtorrent as lt

# Time between two looks at the alerts of the sessions, s.
LOOK_S = 0.02
# Time that a request waits for its alert, s.
PATIENCE_S = 20
# Time in which a lookup gathers what it finds, s.
FIND_S = 2

DEFAULTS = {
    'alert_mask': lt.alert.category_t.dht_notification
    | lt.alert.category_t.dht_operation_notification
    | lt.alert.category_t.status_notification
    | lt.alert.category_t.tracker_notification,
    'alert_queue_size': 10_000,
    'dht_bootstrap_nodes': '',
    'enable_lsd': False,
    'enable_natpmp': False,
    'enable_upnp': False,
}
# Without local discovery and peer exchange, peers come from the DHT alone.
DHT_ALONE = lt.torrent_flags.disable_lsd | lt.torrent_flags.disable_pex

sessions = []
# Each is (deadline, session, request, what an alert answers, what to answer when time is over).
waiting = []


def reply(request, **fields):
    sys.stdout.write(json.dumps({'id': request, **fields}) + '\n')
    sys.stdout.flush()


def wait(request, session, take, late=lambda: None, seconds=PATIENCE_S):
    """Answers `request` with the first value but None that `take` has for an alert."""
    waiting.append((time.monotonic() + seconds, session, request, take, late))


def host_of(address):
    return f'[{address}]' if ':' in address else address


def split(endpoint):
    address, port = endpoint.rsplit(':', 1)
    return address.strip('[]'), int(port)


def join(endpoint):
    address, port = endpoint
    return f'{host_of(address)}:{port}'


def hash_of(text):
    return lt.sha1_hash(bytes.fromhex(text))


def add(request, addresses, port, bootstrap, settings=None):
    places = ','.join(f'{host_of(address)}:{port}' for address in addresses)
    session = lt.session({**DEFAULTS, 'listen_interfaces': places, **(settings or {})})
    for endpoint in bootstrap:
        session.add_dht_node(split(endpoint))
    sessions.append(session)
    reply(request, result=len(sessions) - 1)


def contacts(request, node):
    """The contacts of all address families: there is a table and an alert for each."""
    session = sessions[node]
    families = len(session.dht_state().get(b'node-id', []))
    tables = []

    def take(alert):
        if isinstance(alert, lt.dht_stats_alert):
            tables.append(sum(bucket['num_nodes'] for bucket in alert.routing_table))
        return sum(tables) if len(tables) >= families else None

    session.post_dht_stats()
    wait(request, session, take, lambda: sum(tables))


def members(request, node):
    """The endpoints of the contacts in its table, in one address family."""
    session = sessions[node]

    def take(alert):
        if isinstance(alert, lt.dht_live_nodes_alert):
            return [join(contact['endpoint']) for contact in alert.nodes]
        return None

    session.dht_live_nodes(lt.sha1_hash(session.dht_state()[b'node-id'][0][:20]))
    wait(request, session, take, list)


def announce(request, node, infohash, seed=False):
    """The binding can't call dht_announce, so a torrent is added, which announces itself."""
    session = sessions[node]
    params = lt.add_torrent_params()
    params.info_hashes = lt.info_hash_t(hash_of(infohash))
    params.save_path = tempfile.gettempdir()
    params.flags = DHT_ALONE
    session.add_torrent(params)
    reply(request, result=None)


def announce_again(request, node):
    """Announces all torrents; answers the most peers that a node returned meanwhile."""
    session = sessions[node]
    counts = [0]

    def take(alert):
        if isinstance(alert, lt.dht_reply_alert):
            counts.append(alert.num_peers)
        return None

    for torrent in session.get_torrents():
        torrent.force_dht_announce()
    wait(request, session, take, lambda: max(counts), FIND_S)


def find(request, node, infohash):
    """There is an alert for each reply that has peers, and none at the end."""
    session = sessions[node]
    sought = hash_of(infohash)
    found = set()

    def take(alert):
        if isinstance(alert, lt.dht_get_peers_reply_alert) and alert.info_hash == sought:
            found.update(map(join, alert.peers()))
        return None

    session.dht_get_peers(sought)
    wait(request, session, take, lambda: sorted(found), FIND_S)


def seed(request, node, folder, name):
    """Makes a torrent of the file `name` in `folder`, seeds it, and answers its info hash."""
    files = lt.file_storage()
    lt.add_files(files, os.path.join(folder, name))
    torrent = lt.create_torrent(files, flags=lt.create_torrent.v1_only)
    lt.set_piece_hashes(torrent, folder)
    params = lt.add_torrent_params()
    params.ti = lt.torrent_info(torrent.generate())
    params.save_path = folder
    params.flags = DHT_ALONE | lt.torrent_flags.seed_mode
    sessions[node].add_torrent(params)
    reply(request, result=str(params.ti.info_hash()))


def put(request, node, value, secret=None, public=None, salt=''):
    """Puts an item; a mutable one has an expanded secret key, and gets the next version."""
    session = sessions[node]
    if secret is None:
        sought = session.dht_put_immutable_item(value.encode())
        key = None
    else:
        key = bytes.fromhex(public)
        session.dht_put_mutable_item(bytes.fromhex(secret), key, value.encode(), salt.encode())

    def take(alert):
        if not isinstance(alert, lt.dht_put_alert):
            return None
        if key is None:
            return {'target': str(sought)} if alert.target == sought else None
        return {'seq': alert.seq} if alert.num_success > 0 else None

    wait(request, session, take)


def get(request, node, target=None, public=None, salt=''):
    session = sessions[node]
    if public is None:
        sought = hash_of(target)
        session.dht_get_immutable_item(sought)
    else:
        session.dht_get_mutable_item(bytes.fromhex(public), salt.encode())

    def take(alert):
        if isinstance(alert, lt.dht_immutable_item_alert) and public is None:
            return {'value': text_of(alert.item)} if alert.target == sought else None
        if isinstance(alert, lt.dht_mutable_item_alert) and alert.authoritative:
            return {'value': text_of(alert.item), 'seq': alert.seq}
        return None

    wait(request, session, take)


def text_of(item):
    """The binding returns a dictionary, which has no value if nothing was found."""
    value = item.get('value')
    return value.decode() if isinstance(value, bytes) else None


def samples(request, node, at):
    """The info hashes that the node at an endpoint returns samples of."""
    session = sessions[node]

    def take(alert):
        if isinstance(alert, lt.dht_sample_infohashes_alert):
            return [str(sample) for sample in alert.samples]
        return None

    session.dht_sample_infohashes(split(at), lt.sha1_hash(os.urandom(20)))
    wait(request, session, take)


METHODS = {
    'add': add,
    'announce': announce,
    'announceAgain': announce_again,
    'contacts': contacts,
    'find': find,
    'get': get,
    'members': members,
    'put': put,
    'samples': samples,
    'seed': seed,
}


def obey(line):
    order = json.loads(line)
    try:
        METHODS[order['method']](order['id'], **order['params'])
    except Exception as error:  # The other side learns what went wrong.
        reply(order['id'], error=f'{type(error).__name__}: {error}')


def look(session):
    alerts = session.pop_alerts()
    for waiter in [each for each in waiting if each[1] is session]:
        deadline, _, request, take, late = waiter
        result = next((value for value in map(take, alerts) if value is not None), None)
        if result is None and time.monotonic() < deadline:
            continue
        waiting.remove(waiter)
        reply(request, result=late() if result is None else result)


def main():
    pending = b''
    while True:
        readable, _, _ = select.select([0], [], [], LOOK_S)
        if readable:
            chunk = os.read(0, 65_536)
            if not chunk:
                # A session takes seconds to end in order, and nobody waits for that.
                os._exit(0)
            *lines, pending = (pending + chunk).split(b'\n')
            for line in lines:
                obey(line)
        for session in sessions:
            look(session)


main()
