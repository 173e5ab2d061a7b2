/* SPDX-License-Identifier: MIT
 * Working sets as tables of last uses, a table for each process. Whoever was not used for tau
 * references stays until the table is tidied up; so a use is one look-up and one store.
 */
#include "history/windows.h"

#include <stdlib.h>

struct use {
    vm_vpn page;
    uint64_t at; /* in references of the process, from 1; 0: free */
};
struct vm_window {
    struct use *use; /* owned, `room` of them: hashed, probed one after the other */
    uint64_t now;
    uint32_t room, used, recent; /* recent: the use noted last */
};

enum { ROOM = 16 };

void windows_init(struct vm_windows *w, uint64_t tau)
{
    *w = (struct vm_windows){.tau = tau};
}

void windows_release(struct vm_windows *w)
{
    for (uint32_t i = 0; i < w->n; i++) {
        free(w->of[i].use);
    }
    free(w->of);
    *w = (struct vm_windows){.tau = w->tau, .failed = w->failed};
}

size_t windows_memory(const struct vm_windows *w)
{
    size_t bytes = w->n * sizeof *w->of;
    for (uint32_t i = 0; i < w->n; i++) {
        bytes += w->of[i].room * sizeof *w->of[i].use;
    }
    return bytes;
}

static bool inside(const struct vm_windows *w, const struct vm_window *window, uint32_t i)
{
    return window->use[i].at && window->now - window->use[i].at < w->tau;
}

static uint64_t size_of(const struct vm_windows *w, const struct vm_window *window)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < window->room; i++) {
        n += inside(w, window, i);
    }
    return n;
}

/* Where the page is, or would be; there is a free place. */
static uint32_t place(const struct vm_window *window, vm_vpn page)
{
    uint32_t mask = window->room - 1, i = (uint32_t)(page * UINT64_C(0x9E3779B97F4A7C15) >> 32);
    for (i &= mask; window->use[i].at && window->use[i].page != page; i = (i + 1) & mask) {
    }
    return i;
}

/* The same working set, with room for at least as many pages again. */
static bool tidy(const struct vm_windows *w, const struct vm_window *from, struct vm_window *to)
{
    uint64_t room = ROOM, live = size_of(w, from);
    while (room < 4 * live + 4) {
        room *= 2;
    }
    *to = (struct vm_window){.now = from->now};
    if (room > UINT32_MAX) {
        return false;
    }
    to->use = calloc((size_t)room, sizeof *to->use);
    to->room = to->use ? (uint32_t)room : 0;
    for (uint32_t i = 0; to->use && i < from->room; i++) {
        if (inside(w, from, i)) {
            to->use[place(to, from->use[i].page)] = from->use[i];
            to->used++;
        }
    }
    return to->use != NULL;
}

static bool has(struct vm_windows *w, vm_pid pid)
{
    if (pid < w->n) {
        return true;
    }
    uint32_t n = pid + pid / 2 + 4;
    struct vm_window *of = realloc(w->of, n * sizeof *of);
    if (!of) {
        return false;
    }
    for (w->of = of; w->n < n; w->n++) {
        of[w->n] = (struct vm_window){0};
    }
    return true;
}

static bool has_room(const struct vm_windows *w, struct vm_window *window)
{
    if (window->used < window->room / 2) {
        return true;
    }
    struct vm_window more;
    if (!tidy(w, window, &more)) {
        return false;
    }
    free(window->use);
    *window = more;
    return true;
}

/* NULL: no memory, so from now on they are not known. */
static struct vm_window *window_of(struct vm_windows *w, vm_pid pid)
{
    if (w->failed || !has(w, pid) || !has_room(w, &w->of[pid])) {
        windows_release(w);
        w->failed = true;
        return NULL;
    }
    return &w->of[pid];
}

static void use(struct vm_window *window, vm_vpn vpn, uint64_t n)
{
    struct use *use = &window->use[window->recent];
    if (!use->at || use->page != vpn) {
        window->recent = place(window, vpn);
        use = &window->use[window->recent];
        window->used += !use->at;
        use->page = vpn;
    }
    window->now += n;
    use->at = window->now;
}

void windows_use(void *windows, vm_pid pid, vm_vpn vpn)
{
    struct vm_window *window = window_of(windows, pid);
    if (window) {
        use(window, vpn, 1);
    }
}

void windows_pass(struct vm_windows *w, vm_pid pid, uint64_t n)
{
    struct vm_window *window = window_of(w, pid);
    if (window) {
        window->now += n;
    }
}

/* What the last tau of them push out is not looked up; nor is a page that comes again at once, as
 * most do. */
void windows_use_all(
    struct vm_windows *w, vm_pid pid, const struct vm_ref *refs, size_t n, unsigned shift)
{
    size_t i = n > w->tau ? n - (size_t)w->tau : 0;
    if (i) {
        windows_pass(w, pid, i);
    }
    while (i < n) {
        vm_vpn page = refs[i].va >> shift;
        size_t same = i + 1;
        while (same < n && refs[same].va >> shift == page) {
            same++;
        }
        struct vm_window *window = window_of(w, pid);
        if (!window) {
            return;
        }
        use(window, page, same - i);
        i = same;
    }
}

uint64_t windows_size(struct vm_windows *w, vm_pid pid)
{
    if (pid >= w->n) {
        return 0;
    }
    struct vm_window *window = &w->of[pid], less;
    uint64_t n = size_of(w, window);
    /* What is counted often is kept small; without memory it stays as it is. */
    if (window->room > ROOM && n < window->room / 16 && tidy(w, window, &less)) {
        free(window->use);
        *window = less;
    }
    return n;
}

bool windows_copy(struct vm_windows *to, struct vm_windows *from)
{
    windows_init(to, from->tau);
    if (from->failed) {
        return false;
    }
    bool good = !from->n || has(to, from->n - 1);
    for (uint32_t i = 0; good && i < from->n; i++) {
        good = !from->of[i].room || tidy(from, &from->of[i], &to->of[i]);
        to->of[i].now = from->of[i].now;
    }
    if (!good) {
        windows_release(to);
    }
    return good;
}
