/* SPDX-License-Identifier: MIT
 * Each writes before a barrier and reads the other's behind it.
 * Its twin is the scenario of the same name; @x marks the accesses that the two have in common.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <semaphore.h>
#include <unistd.h>

static volatile long a, b;
static pthread_barrier_t w;

static void *one(void *unused)
{
    (void)unused;
    a = 1;
    pthread_barrier_wait(&w);
    (void)b;
    return NULL;
}

static void *two(void *unused)
{
    (void)unused;
    b = 1;
    pthread_barrier_wait(&w);
    (void)a;
    return NULL;
}

int main(void)
{
    pthread_t first, second;
    pthread_barrier_init(&w, NULL, 2);
    pthread_create(&first, NULL, one, NULL);
    pthread_create(&second, NULL, two, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    return 0;
}
