/* SPDX-License-Identifier: MIT
 * Two threads add indivisibly.
 * Its twin is the scenario of the same name; @x marks the accesses that the two have in common.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <semaphore.h>
#include <unistd.h>

static atomic_long counter;

static void *add(void *unused)
{
    (void)unused;
    atomic_fetch_add(&counter, 1); /* @write */
    return NULL;
}

int main(void)
{
    pthread_t first, second;
    pthread_create(&first, NULL, add, NULL);
    pthread_create(&second, NULL, add, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    return 0;
}
