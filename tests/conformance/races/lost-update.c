/* SPDX-License-Identifier: MIT
 * Two threads add without a lock.
 * Its twin is the scenario of the same name; @x marks the accesses that the two have in common.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <semaphore.h>
#include <unistd.h>

static long counter;

static void *add(void *unused)
{
    (void)unused;
    long r = counter; /* @read */
    counter = r + 1;  /* @write */
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
