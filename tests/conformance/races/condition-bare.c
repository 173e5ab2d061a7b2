/* SPDX-License-Identifier: MIT
 * A condition variable whose flag is set without the mutex.
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
    ready = 1; /* @ready */
    pthread_cond_signal(&c);
    return NULL;
}

static void *take(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&m);
    long r = ready; /* @look */
    (void)r;
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
