/* SPDX-License-Identifier: MIT
 * Double-checked initialisation, broken.
 * Its twin is the scenario of the same name; @x marks the accesses that the two have in common.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <semaphore.h>
#include <unistd.h>

static volatile long ready, value;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void *use(void *unused)
{
    (void)unused;
    if (!ready) { /* @look */
        pthread_mutex_lock(&m);
        if (!ready) {
            value = 42; /* @value */
            ready = 1;  /* @ready */
        }
        pthread_mutex_unlock(&m);
    }
    (void)value; /* @use */
    return NULL;
}

int main(void)
{
    pthread_t first, second;
    pthread_create(&first, NULL, use, NULL);
    pthread_create(&second, NULL, use, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    return 0;
}
