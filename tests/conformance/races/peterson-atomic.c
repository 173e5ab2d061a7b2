/* SPDX-License-Identifier: MIT
 * Peterson's algorithm with atomics.
 * Its twin is the scenario of the same name; @x marks the accesses that the two have in common.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <semaphore.h>
#include <unistd.h>

static atomic_long want0, want1, turn;
static long inside;

static void *zero(void *unused)
{
    (void)unused;
    atomic_store(&want0, 1);
    atomic_store(&turn, 1);
    while (atomic_load(&want1) == 1 && atomic_load(&turn) == 1) {
    }
    long n = inside; /* @in */
    inside = n + 1;  /* @out */
    atomic_store(&want0, 0);
    return NULL;
}

static void *one(void *unused)
{
    (void)unused;
    atomic_store(&want1, 1);
    atomic_store(&turn, 0);
    while (atomic_load(&want0) == 1 && atomic_load(&turn) == 0) {
    }
    long n = inside; /* @in */
    inside = n + 1;  /* @out */
    atomic_store(&want1, 0);
    return NULL;
}

int main(void)
{
    pthread_t first, second;
    pthread_create(&first, NULL, zero, NULL);
    pthread_create(&second, NULL, one, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    return 0;
}
