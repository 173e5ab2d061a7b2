/* SPDX-License-Identifier: MIT
 * A condition variable used as it should be.
 * Its twin is the scenario of the same name; @x marks the accesses that the two have in common.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <semaphore.h>
#include <unistd.h>

static volatile long ready;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;

static void *give(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&m);
    ready = 1; /* @ready */
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
    return NULL;
}

static void *take(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&m);
    while (!ready) { /* @look */
        pthread_cond_wait(&c, &m);
    }
    pthread_mutex_unlock(&m);
    return NULL;
}

int main(void)
{
    pthread_t first, second;
    pthread_create(&first, NULL, take, NULL);
    pthread_create(&second, NULL, give, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    return 0;
}
