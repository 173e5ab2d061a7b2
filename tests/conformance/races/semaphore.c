/* SPDX-License-Identifier: MIT
 * A value handed over with a semaphore.
 * Its twin is the scenario of the same name; @x marks the accesses that the two have in common.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <semaphore.h>
#include <unistd.h>

static volatile long value;
static sem_t s;

static void *give(void *unused)
{
    (void)unused;
    value = 42;
    sem_post(&s);
    return NULL;
}

static void *take(void *unused)
{
    (void)unused;
    sem_wait(&s);
    value = 43;
    return NULL;
}

int main(void)
{
    pthread_t first, second;
    sem_init(&s, 0, 0);
    pthread_create(&first, NULL, take, NULL);
    pthread_create(&second, NULL, give, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    return 0;
}
