/* SPDX-License-Identifier: MIT
 * Two threads add under a mutex.
 * Its twin is the scenario of the same name; @x marks the accesses that the two have in common.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <semaphore.h>
#include <unistd.h>

static long counter;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void *add(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&m);
    long r = counter; /* @read */
    counter = r + 1;  /* @write */
    pthread_mutex_unlock(&m);
    return NULL;
}

int main(void)
{
    pthread_t first, second;
    pthread_create(&first, NULL, add, NULL);
    pthread_create(&second, NULL, add, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    counter = 0;
    return 0;
}
