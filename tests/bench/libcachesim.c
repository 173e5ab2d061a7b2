/* SPDX-License-Identifier: MIT
 * libCacheSim (Yang et al.) as a peer, where pkg-config finds it: the same references, pages of
 * size 1. Its definitions differ in details (the reference bit of a page that is loaded, ghosts'
 * sizes), so only speeds are compared, and the faults of FIFO and LRU.
 */
#include "bench.h"

#include <libCacheSim.h>

struct peer {
    enum vm_policy_kind policy;
    cache_init_func_ptr begin;
};

static const struct peer peers[] = {{vm_policy_kind_fifo, FIFO_init},
    {vm_policy_kind_lru, LRU_init}, {vm_policy_kind_clock, Clock_init},
    {vm_policy_kind_sieve, Sieve_init}, {vm_policy_kind_s3fifo, S3FIFO_init},
    {vm_policy_kind_two_q, TwoQ_init}, {vm_policy_kind_arc, ARC_init},
    {vm_policy_kind_lirs, LIRS_init}, {vm_policy_kind_lfu, LFU_init}};

static const struct peer *peer_of(enum vm_policy_kind policy)
{
    for (size_t i = 0; i < sizeof peers / sizeof peers[0]; i++) {
        if (peers[i].policy == policy) {
            return &peers[i];
        }
    }
    return NULL;
}

bool libcachesim_knows(enum vm_policy_kind policy)
{
    return peer_of(policy) != NULL;
}

uint64_t libcachesim_replay(
    enum vm_policy_kind policy, uint32_t frames, const struct vm_trace_ref *ref, size_t length)
{
    common_cache_params_t params = default_common_cache_params();
    params.cache_size = frames;
    params.hashpower = 12; /* entries of its hash table, as a power of two: twice the pages */
    while ((UINT64_C(1) << params.hashpower) < 2 * (uint64_t)frames) {
        params.hashpower++;
    }
    cache_t *cache = peer_of(policy)->begin(params, NULL);
    request_t *request = new_request();
    bench_check(cache && request, "no memory");
    uint64_t faults = 0;
    for (size_t i = 0; i < length; i++) {
        request->clock_time = (int64_t)i;
        request->obj_id = ref[i].vpn;
        faults += !cache->get(cache, request);
    }
    free_request(request);
    cache->cache_free(cache);
    return faults;
}
