/* SPDX-License-Identifier: MIT
 * The timeline's lanes: what the marks say of buckets of operations, at any zoom.
 */
#include "lab/reply.h"

#include <stdlib.h>
#include <string.h>

static bool copies(const struct vm_mark *m)
{
    return m->fault == vm_fault_cow || m->fault == vm_fault_reuse || (m->flags & VM_MARK_COPY);
}

struct lane {
    const char *name;
    bool (*counts)(const struct vm_mark *mark);
};

static bool is_minor(const struct vm_mark *m)
{
    return m->fault == vm_fault_zero || m->fault == vm_fault_minor;
}
static bool is_major(const struct vm_mark *m)
{
    return m->fault == vm_fault_major;
}
static bool is_evict(const struct vm_mark *m)
{
    return m->flags & VM_MARK_EVICT;
}
static bool is_disk(const struct vm_mark *m)
{
    return m->flags & VM_MARK_DISK;
}
static bool is_signal(const struct vm_mark *m)
{
    return m->flags & VM_MARK_SIGNAL;
}

static const struct lane lanes[] = {{"minor", is_minor}, {"major", is_major}, {"cow", copies},
    {"evict", is_evict}, {"disk", is_disk}, {"signal", is_signal}};

/* Marks of bucket b of [from, to): [edge(b), edge(b + 1)). to - from < 2^43, buckets <= 4096. */
static uint64_t edge(uint64_t from, uint64_t to, uint64_t buckets, uint64_t b)
{
    return from + (to - from) * b / buckets;
}

enum { LANES = sizeof(lanes) / sizeof(lanes[0]) };
struct runner {
    unsigned pid, tid; /* who ran most, and its thread that ran last; 0: nobody */
};
struct bucket {
    uint64_t count[LANES];
    struct runner all, cpu[VM_CPUS_MAX];
};

/* How often each process ran, and its last thread. */
struct turns {
    uint64_t times[256];
    unsigned last[256];
};

static struct runner most(const struct turns *turns)
{
    unsigned best = 0;
    for (unsigned pid = 1; pid < 256; pid++) {
        best = turns->times[pid] > turns->times[best] ? pid : best;
    }
    return (struct runner){best, turns->last[best]};
}

static void turn(struct turns *turns, const struct vm_mark *mark, uint64_t times)
{
    turns->times[mark->pid] += times;
    turns->last[mark->pid] = mark->tid;
}

/* Operations (a, b]: one whose mark says something, then those that are like it. */
static struct bucket sum(const vm_history *history, uint64_t a, uint64_t b, unsigned cpus)
{
    struct turns all = {0}, cpu[VM_CPUS_MAX];
    struct bucket bucket = {0};
    memset(cpu, 0, cpus * sizeof cpu[0]);
    for (uint64_t n = a + 1; n <= b;) {
        struct vm_mark mark = vm_history_mark(history, n);
        uint64_t next = vm_history_next_mark(history, n + 1);
        next = next <= b ? next : b + 1;
        turn(&all, &mark, next - n);
        if (mark.cpu < cpus) {
            turn(&cpu[mark.cpu], &mark, next - n);
        }
        for (int k = 0; k < LANES; k++) {
            bucket.count[k] += lanes[k].counts(&mark);
        }
        n = next;
    }
    bucket.all = most(&all);
    for (unsigned c = 0; c < cpus; c++) {
        bucket.cpu[c] = most(&cpu[c]);
    }
    return bucket;
}

static void lane(
    struct json *json, const char *name, const struct bucket *bucket, uint64_t n, int k)
{
    json_key(json, name);
    json_array(json);
    for (uint64_t b = 0; b < n; b++) {
        json_number(json, bucket[b].count[k]);
    }
    json_array_end(json);
}

/* Members pid and tid: of all processors (cpu -1) or of one. */
static void runners(struct json *json, const struct bucket *bucket, uint64_t n, int cpu)
{
    json_key(json, "pid");
    json_array(json);
    for (uint64_t b = 0; b < n; b++) {
        json_number(json, cpu < 0 ? bucket[b].all.pid : bucket[b].cpu[cpu].pid);
    }
    json_array_end(json);
    json_key(json, "tid");
    json_array(json);
    for (uint64_t b = 0; b < n; b++) {
        json_number(json, cpu < 0 ? bucket[b].all.tid : bucket[b].cpu[cpu].tid);
    }
    json_array_end(json);
}

static void processors(struct json *json, const struct bucket *bucket, uint64_t n, unsigned cpus)
{
    json_key(json, "cpus");
    json_array(json);
    for (unsigned c = 0; c < cpus; c++) {
        json_object(json);
        runners(json, bucket, n, (int)c);
        json_object_end(json);
    }
    json_array_end(json);
}

bool lab_json_lanes(
    struct json *json, struct lab_run *run, uint64_t from, uint64_t to, uint64_t buckets)
{
    uint64_t length = lab_run_end(run);
    if (from > to || to > length || buckets < 1 || buckets > 4096) {
        return false;
    }
    struct bucket *bucket = calloc(buckets, sizeof *bucket);
    if (!bucket) {
        json->failed = true;
        return true;
    }
    unsigned cpus = run->history ? vm_machine_config(vm_history_head(run->history))->cpus : 0;
    cpus = cpus > 1 ? cpus : 0; /* of one the runners are those of all */
    for (uint64_t b = 0; run->history && b < buckets; b++) {
        bucket[b] =
            sum(run->history, edge(from, to, buckets, b), edge(from, to, buckets, b + 1), cpus);
    }
    json_key_number(json, "from", from);
    json_key_number(json, "to", to);
    json_key_number(json, "buckets", buckets);
    runners(json, bucket, buckets, -1);
    for (int k = 0; k < LANES; k++) {
        lane(json, lanes[k].name, bucket, buckets, k);
    }
    if (cpus) {
        processors(json, bucket, buckets, cpus);
    }
    free(bucket);
    return true;
}
